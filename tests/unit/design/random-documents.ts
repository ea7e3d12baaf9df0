/** Random documents and random edits that mostly fit them, for property tests. */
import fc from 'fast-check'
import { type ProjectDocument, readDocumentJson } from '../../../src/core/design/document.ts'
import type { Edit, EditType } from '../../../src/core/design/edits.ts'
import { idsOf } from '../../../src/core/design/form.ts'
import { type DesignNode, type RepeatNode, isRepeat } from '../../../src/core/flow/design.ts'
import { valueOf } from '../data/results.ts'

/** What an option may hold, right or wrong. No −0: JSON texts do not keep its sign. */
const optionValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer({ min: 0, max: 99 }), fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-9 }), fc.boolean(), fc.constant(null),
  fc.string({ maxLength: 6 }), fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
  fc.integer({ min: 1, max: 9 }).map((width) => ({ kind: 'affine', options: { width } })),
)
const optionNames = fc.constantFrom('bound', 'bins', 'kind', 'hidden', 'transformer')
const options = fc.dictionary(optionNames, optionValues, { maxKeys: 3, noNullPrototype: true })

/** A node without ids that differ: `numbered` gives them. */
const nodes: fc.Arbitrary<DesignNode[]> = fc.letrec<{ list: DesignNode[]; node: DesignNode }>((tie) => ({
  list: fc.array(tie('node'), { maxLength: 5, size: 'max' }),
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record(
      { id: fc.constant('x'), kind: fc.constantFrom('coupling', 'actnorm', 'no such layer'), options, bypass: fc.boolean() },
      { requiredKeys: ['id', 'kind'], noNullPrototype: true },
    ),
    fc.record(
      {
        id: fc.constant('x'), kind: fc.constant('repeat' as const), times: fc.integer({ min: 1, max: 9 }), layers: tie('list'),
        bypass: fc.boolean(),
      },
      { requiredKeys: ['id', 'kind', 'times', 'layers'], noNullPrototype: true },
    ),
  ),
})).list

function numbered(list: readonly DesignNode[], prefix: string): DesignNode[] {
  return list.map((node, i) => isRepeat(node)
    ? { ...node, id: `${prefix}${i}`, layers: numbered(node.layers, `${prefix}${i}_`) }
    : { ...node, id: `${prefix}${i}` })
}

export const documents: fc.Arbitrary<ProjectDocument> = fc.record({
  layers: nodes.map((list) => numbered(list, 'n')),
  base: fc.record({ kind: fc.constantFrom('gaussian', 'uniform') }, { noNullPrototype: true }),
  data: fc.option(fc.record(
    { source: fc.constant('synthetic:moons'), columns: fc.constant(['x1']), dequantize: fc.constant('auto') },
    { requiredKeys: ['source'], noNullPrototype: true },
  ), { nil: undefined }),
  training: fc.record(
    { steps: fc.integer({ min: 1, max: 99 }), optimizer: fc.constant('adamw') }, { requiredKeys: [], noNullPrototype: true },
  ),
  marks: fc.array(fc.nat(), { maxLength: 3 }),
}).map(({ layers, base, data, training, marks }) => {
  const ids = idsOf(layers)
  const marked = [...new Set(marks.flatMap((n) => ids[n % Math.max(ids.length, 1)] ?? []))]
  const editor = { folded: marked, notes: Object.fromEntries(marked.map((id) => [id, `about ${id}`])) }
  return valueOf(readDocumentJson({
    format: 'flowsmith-project', version: 1, name: 'random', design: { event: [2], layers, base }, training,
    ...(data === undefined ? {} : { data }), ...(marks.length > 0 ? { editor } : {}),
  }, 'random'))
})

/** What an edit is made from, once the document that it is for is known. */
export interface Wish {
  readonly type: EditType
  readonly numbers: readonly number[]
  readonly value: unknown
  readonly nodes: readonly DesignNode[]
  readonly parts: readonly Wish[]
}

const types: EditType[] = [
  'rename-project', 'set-event', 'set-base', 'insert-nodes', 'remove-nodes', 'move-nodes', 'set-option', 'set-options', 'set-bypass',
  'set-times', 'wrap-in-repeat', 'unwrap', 'set-training', 'set-data', 'set-target', 'set-note', 'set-folded', 'set-editor',
]
const plainWishes = fc.record({
  type: fc.constantFrom(...types, 'insert-nodes', 'move-nodes', 'move-nodes', 'wrap-in-repeat'),
  numbers: fc.array(fc.nat({ max: 999 }), { minLength: 8, maxLength: 8 }),
  value: fc.option(optionValues, { nil: undefined }),
  nodes,
  parts: fc.constant([]),
})
export const wishes: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 5, arbitrary: plainWishes },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('batch' as const), numbers: fc.constant([]), value: fc.constant(null), nodes: fc.constant([]),
      parts: fc.array(plainWishes, { maxLength: 4 }),
    }),
  },
)

let inserted = 0

/** An edit of the wished kind; most fit the document. */
export function editFor(document: ProjectDocument, wish: Wish): Edit {
  const { layers } = document.design
  const ids = idsOf(layers)
  const at = (k: number): number => wish.numbers[k] ?? 0
  const id = ids[at(0) % (ids.length + 1)] ?? 'nobody'
  const some = [id, ...[at(1), at(2)].flatMap((n) => ids[n % (2 * ids.length + 1)] ?? [])]
  const all = blocksOf(layers)
  const block = all[at(3) % (all.length + 1)]
  const list = block === undefined ? layers : block.layers
  const target = { parent: block?.id ?? null, index: at(4) % (list.length + 1) }
  const value = wish.value === undefined ? {} : { value: wish.value }
  switch (wish.type) {
    case 'rename-project': return { type: wish.type, name: `name ${at(0)}` }
    case 'set-event': return { type: wish.type, event: [at(0), 2.5] }
    case 'set-base': return { type: wish.type, base: { kind: 'uniform', low: wish.value ?? 0 } }
    case 'insert-nodes': return { type: wish.type, ...target, nodes: numbered(wish.nodes, `i${inserted++}_`) }
    case 'remove-nodes': return { type: wish.type, ids: some }
    case 'move-nodes': return { type: wish.type, ids: some, ...target }
    case 'set-option': return { type: wish.type, id, name: ['bound', 'bins', 'new'][at(1) % 3] as string, ...value }
    case 'set-options': return { type: wish.type, id, ...(wish.value === undefined ? {} : { options: { bound: wish.value } }) }
    case 'set-bypass': return { type: wish.type, id, ...(at(1) % 3 === 2 ? {} : { bypass: at(1) % 3 === 1 }) }
    case 'set-times': return { type: wish.type, id: block?.id ?? id, times: at(1) + 1 }
    case 'wrap-in-repeat': {
      const start = at(5) % (list.length + 1)
      const run = list.slice(start, start + 1 + (at(6) % 3)).map((node) => node.id)
      return { type: wish.type, ids: at(7) % 4 === 0 ? some : run, id: `w${inserted++}`, times: 2 }
    }
    case 'unwrap': return { type: wish.type, id: block?.id ?? id }
    case 'set-training': return trainingEdit(at(0), wish.value)
    case 'set-data': return at(0) % 2 === 0 ? { type: wish.type } : { type: wish.type, data: { source: `${at(1)}.csv` } }
    case 'set-target': return at(0) % 2 === 0 ? { type: wish.type } : { type: wish.type, target: { source: `u${at(1)}`, box: [-1, at(2)] } }
    case 'set-note': return { type: wish.type, id, ...(at(1) % 3 === 0 ? {} : { note: `note ${at(1)}` }) }
    case 'set-folded': return { type: wish.type, id: block?.id ?? id, folded: at(1) % 2 === 0 }
    case 'set-editor': return at(1) % 2 === 0 ? { type: wish.type } : { type: wish.type, editor: { folded: [id] } }
    case 'batch': return { type: 'batch', label: 'several', edits: wish.parts.map((part) => editFor(document, part)) }
  }
}

function trainingEdit(choice: number, value: unknown): Edit {
  const edits: Edit[] = [
    { type: 'set-training', name: 'steps', value: choice + 1 },
    { type: 'set-training', name: 'steps' },
    { type: 'set-training', name: 'optimizer', value: { kind: 'adam', beta1: 0.5 } },
    { type: 'set-training', name: 'learningRate', value },
  ]
  return edits[choice % edits.length] as Edit
}

function blocksOf(layers: readonly DesignNode[]): RepeatNode[] {
  return layers.flatMap((node) => (isRepeat(node) ? [node, ...blocksOf(node.layers)] : []))
}
