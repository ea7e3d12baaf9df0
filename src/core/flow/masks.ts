/**
 * Masks of couplings: which dimensions of the flattened event (row-major; [D], or [H, W, C]) a coupling transforms,
 * given the others. Pure functions from shapes to lists of indices, in ascending order.
 */
import { type Issue, error, warning } from '../issues.ts'
import { type EventShape, eventSize } from './layer.ts'

export type MaskKind = 'halves' | 'alternating' | 'explicit'

export interface MaskOptions {
  readonly mask: MaskKind
  /** For `explicit`: 1 for each dimension of the flattened event that is transformed, 0 for the others. */
  readonly explicit: readonly number[]
  /** Transforms the other side. */
  readonly swap: boolean
}

export interface Sides {
  /** Dimensions that stay, and that the conditioner sees. */
  readonly identity: readonly number[]
  readonly transformed: readonly number[]
}

/** Second half of the dimensions, or of an image's channels. */
function isInSecondHalf(event: EventShape): (index: number) => boolean {
  const channels = event.at(-1) as number
  return (index) => index % channels >= channels / 2
}

/** Every second dimension; the black fields of an image's checkerboard, where h + w is odd. */
function isOdd(event: EventShape): (index: number) => boolean {
  const [, width, channels] = event
  if (width === undefined || channels === undefined) return (index) => index % 2 === 1
  return (index) => {
    const position = Math.floor(index / channels)
    return (Math.floor(position / width) + (position % width)) % 2 === 1
  }
}

/** Issues of a mask on an event: an error where one side would be empty or the mask does not fit. */
export function checkMask(event: EventShape, options: MaskOptions): readonly Issue[] {
  const size = eventSize(event)
  if (size < 2) {
    return [error('coupling-single', `a coupling needs at least 2 dimensions, got ${size}`, {
      fix: 'use a layer that transforms each dimension by itself, or data with more columns',
    })]
  }
  const { mask, explicit } = options
  const issue = mask === 'halves' ? checkHalves(event)
    : mask === 'alternating' ? checkAlternating(event)
      : checkExplicit(event, explicit)
  if (issue !== undefined) return [issue]
  if (mask === 'explicit' || explicit.length === 0) return []
  const message = `expected the mask 'explicit' beside an explicit mask, got '${mask}', which ignores it`
  const fix = 'set "mask" to "explicit", or remove the list'
  return [warning('coupling-mask-unused', message, { at: 'explicit', fix })]
}

/** The two sides of a mask that has been accepted. */
export function sides(event: EventShape, { mask, explicit, swap }: MaskOptions): Sides {
  const chosen = mask === 'halves' ? isInSecondHalf(event)
    : mask === 'alternating' ? isOdd(event)
      : (index: number): boolean => explicit[index] === 1
  const all = Array.from({ length: eventSize(event) }, (_, index) => index)
  return {
    identity: all.filter((index) => chosen(index) === swap),
    transformed: all.filter((index) => chosen(index) !== swap),
  }
}

function checkHalves(event: EventShape): Issue | undefined {
  const last = event.at(-1) as number
  if (last % 2 === 0) return undefined
  return event.length === 1
    ? error('coupling-halves', `expected an even number of dimensions to halve, got ${last}`, {
        at: 'mask', fix: 'use the mask "alternating" or an explicit mask, or add a dimension',
      })
    : error('coupling-halves', `expected an even number of channels to halve, got ${last}`, {
        at: 'mask', fix: 'use the mask "alternating" or an explicit mask, or put a squeeze layer before it',
      })
}

function checkAlternating(event: EventShape): Issue | undefined {
  const [height, width] = event
  if (event.length === 1 || height !== 1 || width !== 1) return undefined
  return error('coupling-checkerboard', 'expected an image of at least 2 pixels for a checkerboard, got 1', {
    at: 'mask', fix: 'use the mask "halves", or put a flatten layer before it',
  })
}

function checkExplicit(event: EventShape, explicit: readonly number[]): Issue | undefined {
  const size = eventSize(event)
  const wrong = explicit.findIndex((value) => value !== 0 && value !== 1)
  if (wrong >= 0) {
    return error('coupling-mask-value', `expected 0 (stays) or 1 (is transformed), got ${explicit[wrong]}`, {
      at: `explicit[${wrong}]`, fix: 'write 0 or 1 for each dimension',
    })
  }
  if (explicit.length !== size) {
    return error('coupling-mask-length', `expected one 0 or 1 for each of ${size} dimensions, got ${explicit.length}`, {
      at: 'explicit', fix: `write ${size} values, row-major, or use the mask "alternating"`,
    })
  }
  const ones = explicit.filter((value) => value === 1).length
  if (ones > 0 && ones < size) return undefined
  return error('coupling-mask-empty', `expected both 0 and 1 in the mask, got only ${explicit[0]}`, {
    at: 'explicit', fix: 'some dimensions must stay (0) for the others (1) to depend on',
  })
}
