/** What is different between two documents: their layers, their options, their training. */
import type { ProjectDocument } from '../../../core/design/document.ts'
import { trainingFields, trainingJson } from '../../../core/design/training.ts'
import { type DesignNode, type FlowDesign, isRepeat } from '../../../core/flow/design.ts'
import { bases } from '../../../core/flow/bases/index.ts'
import type { Field, Fields, OptionValue } from '../../../core/flow/options.ts'
import { definitionOf, entryOf } from '../../editor/catalogue.ts'
import { isPart, valuesOf } from '../../editor/words.ts'

/** A setting that is not the same; `before` or `after` is empty where there is none. */
export interface Change {
  readonly name: string
  readonly before: string
  readonly after: string
}
export interface LayerDifference {
  readonly id: string
  readonly title: string
  readonly kind: string
  readonly status: 'added' | 'removed' | 'changed' | 'moved'
  readonly changes: readonly Change[]
}
export interface Difference {
  readonly layers: readonly LayerDifference[]
  /** Layers that are the same in both. */
  readonly unchanged: number
  /** Event, base and data. */
  readonly rest: readonly Change[]
  readonly training: readonly Change[]
}

function show(value: OptionValue | undefined, field?: Field): string {
  if (value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (field?.type === 'choice') return field.choices[String(value)] ?? String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'all' : value.join(' ')
  return typeof value === 'number' ? String(value).replace('-', '−') : String(value)
}

/** Every option by its label; those of a part under the part's. */
function flatten(fields: Fields, raw: Readonly<Record<string, unknown>> | undefined): Map<string, string> {
  const out = new Map<string, string>()
  const walk = (group: Fields, values: Readonly<Record<string, OptionValue>>, prefix: string): void => {
    for (const [name, field] of Object.entries(group)) {
      const value = values[name]
      if (field.type === 'part' && isPart(value)) {
        const chosen = field.parts[value.kind]
        out.set(prefix + field.label, chosen?.title ?? value.kind)
        if (chosen !== undefined) walk(chosen.options, value.options, `${prefix}${field.label}: `)
      } else out.set(prefix + field.label, show(value, field))
    }
  }
  walk(fields, valuesOf(fields, raw), '')
  return out
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const change = { name, before: before.get(name) ?? '', after: after.get(name) ?? '' }
    return change.before === change.after ? [] : [change]
  })
}

interface Placed {
  readonly node: DesignNode
  readonly parent: string
}
function place(nodes: readonly DesignNode[], parent = ''): readonly Placed[] {
  return nodes.flatMap((node): readonly Placed[] => [{ node, parent }, ...(isRepeat(node) ? place(node.layers, node.id) : [])])
}

function settings(node: DesignNode): Map<string, string> {
  const own = isRepeat(node)
    ? new Map([['Times', String(node.times)]])
    : flatten(definitionOf(node.kind)?.options ?? {}, node.options)
  if (node.bypass === true) own.set('Bypassed', 'on')
  return own
}

/** Of the ids that both have, those that are not in the longest common order: as few as possible count as moved. */
function movedOf(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const position = new Map(before.map((id, i) => [id, i]))
  const order = after.filter((id) => position.has(id))
  const places = order.map((id) => position.get(id) ?? 0)
  const length = places.map(() => 1)
  const previous = places.map(() => -1)
  places.forEach((value, i) => {
    for (let j = 0; j < i; j++) {
      if ((places[j] as number) < value && (length[j] as number) + 1 > (length[i] as number)) {
        length[i] = (length[j] as number) + 1
        previous[i] = j
      }
    }
  })
  const kept = new Set<string>()
  let at = length.indexOf(Math.max(0, ...length))
  while (at >= 0) {
    kept.add(order[at] as string)
    at = previous[at] ?? -1
  }
  return new Set(order.filter((id) => !kept.has(id)))
}

/** Layers are the same layer where id and kind are; added ones stand where they are in `b`, removed ones come last. */
export function layerDifferences(a: FlowDesign, b: FlowDesign): { readonly layers: readonly LayerDifference[]; readonly unchanged: number } {
  const [before, after] = [place(a.layers), place(b.layers)]
  const known = new Map(before.map((placed) => [placed.node.id, placed]))
  const shared = (placed: Placed): Placed | undefined => {
    const other = known.get(placed.node.id)
    return other?.node.kind === placed.node.kind ? other : undefined
  }
  const partners = new Set(after.filter((placed) => shared(placed) !== undefined).map(({ node }) => node.id))
  const moved = movedOf(before.map(({ node }) => node.id).filter((id) => partners.has(id)), after.map(({ node }) => node.id).filter((id) => partners.has(id)))
  const row = ({ node }: Placed, status: LayerDifference['status'], list: readonly Change[] = []): LayerDifference =>
    ({ id: node.id, kind: node.kind, title: entryOf(node.kind).title, status, changes: list })
  let unchanged = 0
  const rows = after.flatMap((placed): LayerDifference[] => {
    const partner = shared(placed)
    if (partner === undefined) return [row(placed, 'added')]
    const list = changes(settings(partner.node), settings(placed.node))
    if (list.length > 0) return [row(placed, 'changed', list)]
    if (moved.has(placed.node.id) || partner.parent !== placed.parent) return [row(placed, 'moved')]
    unchanged += 1
    return []
  })
  const removed = before.filter(({ node }) => !partners.has(node.id)).map((placed) => row(placed, 'removed'))
  return { layers: [...rows, ...removed], unchanged }
}

/** `sameBase`: options are told apart where they are options of the same base. */
function surroundings({ design, data }: ProjectDocument, sameBase: boolean): Map<string, string> {
  const kind = String(design.base['kind'])
  const base = Object.hasOwn(bases, kind) ? bases[kind] : undefined
  const options = Object.fromEntries(Object.entries(design.base).filter(([name]) => name !== 'kind'))
  return new Map([
    ['Event', design.event.join(' × ')],
    ['Base', base?.title ?? kind],
    ...(sameBase ? [...flatten(base?.options ?? {}, options)].map(([name, value]): [string, string] => [`Base: ${name}`, value]) : []),
    ['Data', data?.source ?? ''],
    ['Columns', data?.columns?.join(', ') ?? ''],
    ['Dequantize', [data?.dequantize ?? ''].flat().join(', ')],
  ])
}

export function differenceOf(a: ProjectDocument, b: ProjectDocument): Difference {
  const sameBase = a.design.base['kind'] === b.design.base['kind']
  return {
    ...layerDifferences(a.design, b.design),
    rest: changes(surroundings(a, sameBase), surroundings(b, sameBase)),
    training: changes(flatten(trainingFields, trainingJson(a.training)), flatten(trainingFields, trainingJson(b.training))),
  }
}
