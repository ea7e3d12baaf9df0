/** Warnings about a design beside the data that it is to model: units, ranges and integers that do not fit. */
import { type Issue, error, warning } from '../issues.ts'
import type { PlacedLayer } from './flow.ts'
import type { PartChoice } from './options.ts'
import { transformers } from './transformers/index.ts'

/** What is known of a column of the data, in its own units. */
export interface ColumnRange {
  readonly name: string
  readonly minimum: number
  readonly maximum: number
  readonly mean: number
  readonly deviation: number
  readonly integer: boolean
}

/** Groups of layers after which the range of the data says nothing any more. */
const leaves = (layer: PlacedLayer): boolean => !['data', 'shape', 'normalisation'].includes(layer.definition.editor.group)

/** How far the data reach at the first layer that is more than a change of units, and in which column. */
function reach(layers: readonly PlacedLayer[], columns: readonly ColumnRange[]): { readonly column: ColumnRange; readonly distance: number } | undefined {
  const first = layers.findIndex(leaves)
  const before = (first < 0 ? layers : layers.slice(0, first)).map(({ definition }) => definition.kind)
  // Squashed or spread by other layers than these, the data are where their own range does not say.
  if (before.some((kind) => kind === 'logit' || kind === 'box' || kind === 'sigmoid')) return undefined
  const standardised = before.some((kind) => kind === 'standardize' || kind === 'actnorm')
  let farthest: { column: ColumnRange; distance: number } | undefined
  for (const column of columns) {
    const [centre, unit] = standardised ? [column.mean, column.deviation > 0 ? column.deviation : 1] : [0, 1]
    const distance = Math.max(Math.abs(column.minimum - centre), Math.abs(column.maximum - centre)) / unit
    if (farthest === undefined || distance > farthest.distance) farthest = { column, distance }
  }
  return farthest
}

/** Room beside the farthest point, so that new data of the same kind lie inside as well. */
const ROOM = 1.25
/** What share of a spline's range the data may exceed before it is said: tails of a few points do no harm. */
const EXCESS = 1.6

function splineRange(layers: readonly PlacedLayer[], columns: readonly ColumnRange[]): Issue[] {
  const layer = layers.find(leaves)
  const transformer = layer?.site.options['transformer'] as PartChoice | undefined
  const definition = transformer === undefined ? undefined : transformers[transformer.kind]
  const bound = transformer === undefined ? undefined : definition?.range?.(transformer.options)
  const far = reach(layers, columns)
  if (layer === undefined || bound === undefined || far === undefined) return []
  if (far.distance <= EXCESS * bound) return []
  const wanted = Math.min(Math.ceil(far.distance * ROOM), 1000)
  return [warning('spline-range', `the spline covers [−${bound}, ${bound}], the data reach ${far.distance.toPrecision(3)} there (column '${far.column.name}'): beyond it the layer is the identity`, {
    at: `${layer.at}.options.transformer.bound`, fix: `put a standardize layer before it, or set it to ${wanted}`,
  })]
}

/** `dequantized`: whether the data settings already ask for it. */
function integers(layers: readonly PlacedLayer[], columns: readonly ColumnRange[], dequantized: boolean): Issue[] {
  if (dequantized || layers.some(({ definition }) => definition.kind === 'dequantize')) return []
  const whole = columns.filter(({ integer }) => integer).map(({ name }) => name)
  if (whole.length === 0) return []
  const names = whole.length <= 4 ? whole.join(', ') : `${whole.slice(0, 3).join(', ')} and ${whole.length - 3} more`
  return [error('integers-not-dequantized', `${names} ${whole.length === 1 ? 'holds' : 'hold'} only whole numbers: a density can grow without bound on them`, {
    at: 'layers', fix: 'add a dequantize layer as the first one',
  })]
}

export function lintData(layers: readonly PlacedLayer[], columns: readonly ColumnRange[], dequantized: boolean): Issue[] {
  return [...integers(layers, columns, dequantized), ...splineRange(layers, columns)]
}
