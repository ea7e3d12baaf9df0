/** How shapes, counts, costs and options are written in the editor. */
import { type EventShape, type LayerDefinition, eventSize } from '../../core/flow/layer.ts'
import type { DirectionCost } from '../../core/flow/layer.ts'
import { type Field, type Fields, type OptionValue, type PartChoice, type PartField, isRelevant } from '../../core/flow/options.ts'

/** `2`, or `28 × 28 × 1`. */
export function showEvent(event: EventShape): string {
  return event.join(' × ')
}

/** `842`, `12.4 k`, `3.07 M`. */
export function showCount(count: number): string {
  if (count < 10_000) return count.toLocaleString('en')
  const [value, unit] = count < 999_500
    ? [count / 1e3, 'k']
    : count < 999_500_000 ? [count / 1e6, 'M']
    : [count / 1e9, 'G']
  return `${value.toPrecision(3)} ${unit}`
}

/** A cost in one character: one pass, one pass for each dimension, iteration. */
export function shortCost(cost: DirectionCost): string {
  switch (cost) {
    case 'one pass': return '1'
    case 'one pass a dimension': return 'D'
    case 'iterative': return '∿'
  }
}

/** The cost of a whole flow, in two words. */
export const costWords: Readonly<Record<DirectionCost, string>> = {
  'one pass': '1 pass', 'one pass a dimension': 'D passes', iterative: 'iterative',
}

export function showCost(cost: DirectionCost, event: EventShape): string {
  switch (cost) {
    case 'one pass': return 'one pass'
    case 'one pass a dimension': return `${showCount(eventSize(event))} passes, one a dimension`
    case 'iterative': return 'iterative, to a tolerance'
  }
}

/** Every option of the fields: as it is set, also where it is out of bounds; its default where it is of no use. */
export function valuesOf(
  fields: Fields, raw: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, OptionValue>> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => {
    const given = raw !== undefined && Object.hasOwn(raw, name) ? usable(field, raw[name]) : undefined
    return [name, given ?? defaultOf(field)]
  }))
}

function usable(field: Field, value: unknown): OptionValue | undefined {
  switch (field.type) {
    case 'integer':
    case 'number': return typeof value === 'number' ? value : undefined
    case 'boolean': return typeof value === 'boolean' ? value : undefined
    case 'choice': return typeof value === 'string' && Object.hasOwn(field.choices, value) ? value : undefined
    case 'integers': return Array.isArray(value) && value.every((item) => typeof item === 'number') ? value : undefined
    case 'part': return usablePart(field, value)
  }
}

function usablePart(field: PartField, value: unknown): PartChoice | undefined {
  const { kind, ...rest } = typeof value === 'string' ? { kind: value } : { kind: undefined, ...(value as object) }
  const part = typeof kind === 'string' && Object.hasOwn(field.parts, kind) ? field.parts[kind] : undefined
  return part === undefined || typeof kind !== 'string' ? undefined : { kind, options: valuesOf(part.options, rest) }
}

function defaultOf(field: Field): OptionValue {
  if (field.type !== 'part') return field.default
  const fields = field.parts[field.default]?.options ?? {}
  return { kind: field.default, options: valuesOf(fields, undefined) }
}

export function isPart(value: OptionValue | undefined): value is PartChoice {
  return typeof value === 'object' && value !== null && 'kind' in value
}

/** As it stands in a document: a part is written flat, `{"kind": "affine", "bound": 2}`. */
export function jsonOf(value: OptionValue): unknown {
  if (!isPart(value)) return value
  return { kind: value.kind, ...Object.fromEntries(
    Object.entries(value.options).map(([name, option]) => [name, jsonOf(option)])
  ) }
}

export function isDefault(field: Field, value: OptionValue): boolean {
  return JSON.stringify(jsonOf(value)) === JSON.stringify(jsonOf(defaultOf(field)))
}

/**
 * The options of a layer in one line: parts first, as they tell most, then choices, the rest where it differs from its
 * default.
 */
export function summaryOf(definition: LayerDefinition, raw: Readonly<Record<string, unknown>> | undefined): string {
  const fields = Object.entries(definition.options)
  const sorted = [...fields.filter(([, { type }]) => type === 'part'), ...fields.filter(([, { type }]) => type !== 'part')]
  return describe(Object.fromEntries(sorted), valuesOf(definition.options, raw)).join(' · ')
}

function describe(fields: Fields, values: Readonly<Record<string, OptionValue>>): string[] {
  return Object.entries(fields).flatMap(([name, field]): string[] => {
    const value = values[name]
    if (value === undefined || !isRelevant(field, values)) return []
    switch (field.type) {
      case 'choice': return field.quiet === true && value === field.default ? [] : [field.choices[String(value)] ?? String(value)]
      case 'part': return isPart(value) ? [describePart(field, value)] : []
      case 'boolean': return value === field.default
        ? []
        : [value === true ? field.label : `no ${field.label.toLowerCase()}`]
      case 'integers': return Array.isArray(value) && value.length > 0
        ? [value.length <= 8 ? `${field.label} ${value.join(' ')}` : `${field.label} (${value.length})`]
        : []
      case 'integer':
      case 'number': return value === field.default ? [] : [`${field.label} ${String(value)}`]
    }
  })
}

/** Names of parts are long; on a node there is room for their initials. */
const LONG_TITLE = 14

/** `RQ spline` for `Rational quadratic spline`: initials of all words but the last, where there are three. */
function shortTitle(title: string): string {
  const words = title.split(/[\s-]+/)
  const last = words.at(-1)?.toLowerCase() ?? ''
  if (words.length < 3) return [words[0] ?? '', ...words.slice(1).map((word) => word.toLowerCase())].join(' ')
  return `${words.slice(0, -1).map((word) => word.charAt(0).toUpperCase()).join('')} ${last}`
}

function describePart(field: PartField, { kind, options }: PartChoice): string {
  const part = field.parts[kind]
  // What stands in brackets explains the name, for whoever chooses.
  const title = (part?.title ?? kind).replace(/ \(.*\)$/, '')
  const short = title.length <= LONG_TITLE ? title : kind.length <= 4 ? kind.toUpperCase() : shortTitle(title)
  const { depth, width } = options
  const size = typeof depth === 'number' && typeof width === 'number' ? ` ${depth}×${width}` : ''
  const rest = Object.fromEntries(
    Object.entries(part?.options ?? {}).filter(([name]) => size === '' || (name !== 'depth' && name !== 'width'))
  )
  const changed = Object.entries(rest).filter(([name, inner]) => options[name] !== inner.default)
  const more = describe(Object.fromEntries(changed), options)
    .map((text) => text.charAt(0).toLowerCase() + text.slice(1))
  return `${short}${size}${more.length > 0 ? `, ${more.join(', ')}` : ''}`
}
