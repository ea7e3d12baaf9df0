import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ProjectDocument, readDocument, readDocumentJson, writeDocument } from '../../../src/core/design/document.ts'
import { type Edit, type EditType, applyEdit, validateEdit } from '../../../src/core/design/edits.ts'
import { freshId } from '../../../src/core/design/ids.ts'
import type { DesignNode } from '../../../src/core/flow/design.ts'
import { issuesOf, onlyIssue, valueOf } from '../data/results.ts'
import { documents, editFor, wishes } from './random-documents.ts'

const layer = (id: string): DesignNode => ({ id, kind: 'actnorm' })
const block = (id: string, ...layers: DesignNode[]): DesignNode => ({ id, kind: 'repeat', times: 2, layers })

function documentOf(...layers: DesignNode[]): ProjectDocument {
  return valueOf(readDocumentJson({
    format: 'flowsmith-project', version: 1, name: 'test', design: { event: [2], layers, base: { kind: 'gaussian' } },
  }, 'test'))
}

/** The tree as text: `a b(c d) e`. */
function show(nodes: readonly DesignNode[]): string {
  return nodes.map((node) => ('layers' in node ? `${node.id}(${show(node.layers)})` : node.id)).join(' ')
}
const tree = ({ design }: ProjectDocument) => show(design.layers)

/** Applies an edit, checks that its inverse restores the document exactly, and returns the new one. */
function edited(document: ProjectDocument, edit: Edit): ProjectDocument {
  const before = structuredClone(document)
  const { document: after, inverse } = valueOf(applyEdit(document, edit))
  expect(document).toStrictEqual(before)
  const restored = valueOf(applyEdit(after, JSON.parse(JSON.stringify(inverse)) as Edit))
  expect(restored.document).toStrictEqual(before)
  expect(valueOf(applyEdit(restored.document, restored.inverse)).document).toStrictEqual(after)
  return after
}

const code = (document: ProjectDocument, edit: Edit) => onlyIssue(applyEdit(document, edit)).code

describe('the tree', () => {
  const sample = documentOf(layer('a'), block('b', layer('c'), layer('d'), block('e')), layer('f'))

  test('insert', () => {
    expect(tree(edited(sample, { type: 'insert-nodes', parent: null, index: 1, nodes: [layer('x'), block('y', layer('z'))] })))
      .toBe('a x y(z) b(c d e()) f')
    expect(tree(edited(sample, { type: 'insert-nodes', parent: 'e', index: 0, nodes: [layer('x')] }))).toBe('a b(c d e(x)) f')
    expect(code(sample, { type: 'insert-nodes', parent: null, index: 4, nodes: [layer('x')] })).toBe('edit-index')
    expect(code(sample, { type: 'insert-nodes', parent: 'x', index: 0, nodes: [layer('x')] })).toBe('edit-unknown-node')
    expect(code(sample, { type: 'insert-nodes', parent: 'a', index: 0, nodes: [layer('x')] })).toBe('edit-not-a-block')
    expect(code(sample, { type: 'insert-nodes', parent: null, index: 0, nodes: [block('x', layer('d'))] })).toBe('edit-id-taken')
    expect(code(sample, { type: 'insert-nodes', parent: null, index: 0, nodes: [layer('x'), layer('x')] })).toBe('edit-id-taken')
  })

  test('remove, also a block with something in it that is named too', () => {
    expect(tree(edited(sample, { type: 'remove-nodes', ids: ['f', 'a', 'd'] }))).toBe('b(c e())')
    expect(tree(edited(sample, { type: 'remove-nodes', ids: ['d', 'b', 'e', 'd'] }))).toBe('a f')
    expect(issuesOf(applyEdit(sample, { type: 'remove-nodes', ids: ['a', 'x', 'y'] })).map(({ at }) => at)).toEqual(['x', 'y'])
  })

  test.each([
    [['a'], null, 1, 'b(c d e()) a f'],
    [['a'], null, 2, 'b(c d e()) f a'],
    [['f', 'a'], null, 0, 'f a b(c d e())'],
    [['c', 'f', 'a'], 'e', 0, 'b(d e(c f a))'],
    [['c', 'd'], 'b', 1, 'a b(e() c d) f'],
    [['d', 'b'], null, 2, 'a f b(c d e())'],
    [['e', 'c', 'a', 'f'], 'b', 1, 'b(d e() c a f)'],
  ])('move %j into %s at %i', (ids, parent, index, expected) => {
    expect(tree(edited(sample, { type: 'move-nodes', ids, parent, index }))).toBe(expected)
  })

  test('moves that cannot be', () => {
    expect(code(sample, { type: 'move-nodes', ids: ['b'], parent: 'b', index: 0 })).toBe('edit-into-itself')
    expect(code(sample, { type: 'move-nodes', ids: ['b'], parent: 'e', index: 0 })).toBe('edit-into-itself')
    expect(code(sample, { type: 'move-nodes', ids: ['a'], parent: null, index: 3 })).toBe('edit-index')
    expect(code(sample, { type: 'move-nodes', ids: ['x'], parent: null, index: 0 })).toBe('edit-unknown-node')
    expect(code(sample, { type: 'move-nodes', ids: ['a'], parent: 'f', index: 0 })).toBe('edit-not-a-block')
  })

  test('wrap and unwrap', () => {
    expect(tree(edited(sample, { type: 'wrap-in-repeat', ids: ['b', 'a'], id: 'w', times: 3 }))).toBe('w(a b(c d e())) f')
    expect(tree(edited(sample, { type: 'unwrap', id: 'b' }))).toBe('a c d e() f')
    expect(tree(edited(sample, { type: 'unwrap', id: 'e' }))).toBe('a b(c d) f')
    expect(code(sample, { type: 'wrap-in-repeat', ids: ['a', 'f'], id: 'w', times: 3 })).toBe('edit-not-neighbours')
    expect(code(sample, { type: 'wrap-in-repeat', ids: ['a', 'c'], id: 'w', times: 3 })).toBe('edit-not-neighbours')
    expect(code(sample, { type: 'wrap-in-repeat', ids: ['a'], id: 'd', times: 3 })).toBe('edit-id-taken')
    expect(code(sample, { type: 'unwrap', id: 'a' })).toBe('edit-not-a-block')
    const bypassed = edited(sample, { type: 'set-bypass', id: 'b', bypass: false })
    expect(tree(edited(bypassed, { type: 'unwrap', id: 'b' }))).toBe('a c d e() f')
  })

  test('no deeper than documents can be', () => {
    let document = documentOf(layer('a'))
    for (let i = 1; i < 16; i++) {
      document = edited(document, { type: 'wrap-in-repeat', ids: [i === 1 ? 'a' : `b${i - 1}`], id: `b${i}`, times: 1 })
    }
    expect(valueOf(readDocument(writeDocument(document), 'deep'))).toStrictEqual(document)
    expect(code(document, { type: 'wrap-in-repeat', ids: ['a'], id: 'x', times: 1 })).toBe('edit-depth')
    expect(code(document, { type: 'insert-nodes', parent: 'b1', index: 0, nodes: [block('x')] })).toBe('edit-depth')
  })

  test('everything that is not touched is shared', () => {
    const { design } = edited(sample, { type: 'insert-nodes', parent: null, index: 0, nodes: [layer('x')] })
    expect(design.layers.slice(1).map((node, i) => node === sample.design.layers[i])).toEqual([true, true, true])
    const changed = edited(sample, { type: 'set-option', id: 'c', name: 'bound', value: 1 })
    expect(changed.design.layers[0]).toBe(sample.design.layers[0])
    expect(changed.design.layers[1]).not.toBe(sample.design.layers[1])
    expect(changed.training).toBe(sample.training)
  })
})

describe('values', () => {
  const sample = documentOf({ id: 'a', kind: 'coupling', options: { bound: 2 } }, layer('b'), block('r', layer('c')))
  const nodeOf = (document: ProjectDocument, i: number) => document.design.layers[i]

  test('options, right or wrong, and back to none', () => {
    expect(nodeOf(edited(sample, { type: 'set-option', id: 'a', name: 'bins', value: 'many' }), 0))
      .toMatchObject({ options: { bound: 2, bins: 'many' } })
    expect(nodeOf(edited(sample, { type: 'set-option', id: 'a', name: 'bound' }), 0)).toMatchObject({ options: {} })
    expect(nodeOf(edited(sample, { type: 'set-option', id: 'b', name: 'bound', value: 1 }), 1))
      .toMatchObject({ options: { bound: 1 } })
    expect(nodeOf(edited(sample, { type: 'set-option', id: 'b', name: 'bound' }), 1)).toMatchObject({ options: {} })
    expect(nodeOf(edited(sample, { type: 'set-options', id: 'a' }), 0)).toEqual({ id: 'a', kind: 'coupling' })
    expect(code(sample, { type: 'set-option', id: 'r', name: 'bound', value: 1 })).toBe('edit-not-a-layer')
  })

  test('an option that looks like a checked part comes back from its text as it was', () => {
    const value = { kind: 'affine', options: { bound: 1 } }
    const document = edited(sample, { type: 'set-option', id: 'a', name: 'transformer', value })
    expect(valueOf(readDocument(writeDocument(document), 'text'))).toStrictEqual(document)
  })

  test('bypass and times', () => {
    expect(nodeOf(edited(sample, { type: 'set-bypass', id: 'r', bypass: true }), 2)).toMatchObject({ bypass: true })
    expect(nodeOf(edited(sample, { type: 'set-times', id: 'r', times: 1000 }), 2)).toMatchObject({ times: 1000 })
    expect(code(sample, { type: 'set-times', id: 'a', times: 2 })).toBe('edit-not-a-block')
    expect(code(sample, { type: 'set-times', id: 'r', times: 1001 })).toBe('edit-form')
  })

  test('training holds only valid settings', () => {
    const document = edited(sample, { type: 'set-training', name: 'optimizer', value: { kind: 'adam', beta1: 0.5 } })
    expect(document.training.optimizer).toMatchObject({ kind: 'adam', options: { beta1: 0.5 } })
    expect(edited(document, { type: 'set-training', name: 'optimizer' }).training).toEqual(sample.training)
    expect(code(sample, { type: 'set-training', name: 'steps', value: 0 })).toBe('option-range')
    expect(onlyIssue(applyEdit(sample, { type: 'set-training', name: 'step', value: 5 })))
      .toMatchObject({ code: 'option-unknown', fix: expect.stringContaining("'steps'") as string })
  })

  test('data, name, event and base', () => {
    expect(edited(sample, { type: 'set-data', data: { source: 'x.csv' } }).data).toEqual({ source: 'x.csv' })
    expect(edited(sample, { type: 'set-data' })).not.toHaveProperty('data')
    expect(edited(sample, { type: 'set-target', target: { source: 'u1', box: [-4, 4] } }).target).toEqual({ source: 'u1', box: [-4, 4] })
    expect(edited(sample, { type: 'set-target' })).not.toHaveProperty('target')
    expect(edited(sample, { type: 'rename-project', name: '' }).name).toBe('')
    expect(edited(sample, { type: 'set-event', event: [8, 8, 1] }).design.event).toEqual([8, 8, 1])
    expect(edited(sample, { type: 'set-base', base: {} }).design.base).toEqual({})
  })

  test('notes and folds go with their nodes and come back with them', () => {
    const noted = [
      { type: 'set-note', id: 'c', note: 'why' }, { type: 'set-note', id: 'a', note: 'first' },
      { type: 'set-folded', id: 'r', folded: true },
    ] satisfies Edit[]
    const document = noted.reduce(edited, sample)
    expect(document.editor).toEqual({ folded: ['r'], notes: { a: 'first', c: 'why' } })
    expect(edited(document, { type: 'remove-nodes', ids: ['r'] }).editor).toEqual({ notes: { a: 'first' } })
    expect(edited(document, { type: 'unwrap', id: 'r' }).editor).toEqual({ notes: { a: 'first', c: 'why' } })
    const bare = edited(document, { type: 'remove-nodes', ids: ['r'] })
    expect(edited(bare, { type: 'set-note', id: 'a' })).not.toHaveProperty('editor')
    expect(edited(document, { type: 'move-nodes', ids: ['r'], parent: null, index: 0 }).editor).toBe(document.editor)
    expect(code(sample, { type: 'set-folded', id: 'a', folded: true })).toBe('edit-not-a-block')
    expect(code(sample, { type: 'set-editor', editor: { folded: ['x'] } })).toBe('edit-editor')
  })
})

describe('batches', () => {
  const sample = documentOf(layer('a'), layer('b'))

  test('all or none, each on what the one before has made', () => {
    const edits: Edit[] = [
      { type: 'wrap-in-repeat', ids: ['a', 'b'], id: 'r', times: 2 }, { type: 'set-times', id: 'r', times: 5 },
      { type: 'batch', label: 'inner', edits: [{ type: 'remove-nodes', ids: ['a'] }, { type: 'rename-project', name: 'new' }] },
    ]
    expect(tree(edited(sample, { type: 'batch', label: 'all', edits }))).toBe('r(b)')
    edited(sample, { type: 'batch', label: 'nothing', edits: [] })
    const bad: Edit = { type: 'batch', label: 'bad', edits: [...edits, { type: 'unwrap', id: 'a' }] }
    expect(onlyIssue(applyEdit(sample, bad))).toMatchObject({ code: 'edit-unknown-node', at: 'edits[3] a' })
  })
})

describe('from outside', () => {
  const insert = (node: object) => ({ type: 'insert-nodes', parent: null, index: 0, nodes: [node] })
  const batch = (edit: object) => ({ type: 'batch', label: '', edits: [edit] })
  const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'not-json'],
    ['a text', 'set-times', 'edit-form'],
    ['an unknown type', { type: 'format-disk' }, 'edit-form'],
    ['a type that objects have', { type: 'toString' }, 'edit-form'],
    ['a missing part', { type: 'set-times', id: 'a' }, 'edit-form'],
    ['a part too many', { type: 'unwrap', id: 'a', times: 2 }, 'edit-form'],
    ['an id with a slash', { type: 'unwrap', id: 'a/b' }, 'edit-form'],
    ['a reserved id', { type: 'unwrap', id: '__proto__' }, 'edit-form'],
    ['a reserved option', { type: 'set-option', id: 'a', name: '__proto__', value: 1 }, 'edit-form'],
    ['a reserved key', JSON.parse('{"type":"set-base","base":{"__proto__":{"x":1}}}'), 'not-json'],
    ['NaN', { type: 'set-option', id: 'a', name: 'bound', value: [NaN] }, 'not-json'],
    ['infinity', { type: 'set-event', event: [Infinity] }, 'not-json'],
    ['a date', { type: 'set-option', id: 'a', name: 'bound', value: new Date(0) }, 'not-json'],
    ['a negative position', { type: 'insert-nodes', parent: null, index: -1, nodes: [layer('a')] }, 'edit-form'],
    ['a wrong node in a block', insert(block('a', { ...layer('b'), id: '' })), 'edit-form'],
    ['a repeat without layers', insert({ id: 'a', kind: 'repeat', times: 2 }), 'edit-form'],
    ['a wrong edit in a batch', batch(batch({ type: 'x' })), 'edit-form'],
    ['no ids', { type: 'remove-nodes', ids: [] }, 'edit-form'],
    ['an option nested too deep', { type: 'set-option', id: 'a', name: 'bound', value: nested(17) }, 'edit-form'],
    ['endless lists', { type: 'set-option', id: 'a', name: 'bound', value: nested(5000) }, 'not-json'],
    ['endless batches', JSON.parse('{"type":"batch","label":"","edits":['.repeat(5000) + ']}'.repeat(5000)), 'not-json'],
  ])('%s is refused', (_, json, expected) => {
    expect(issuesOf(validateEdit(json))[0]).toMatchObject({ code: expected, severity: 'error' })
  })

  test('a cycle is refused', () => {
    const edit: Record<string, unknown> = { type: 'batch', label: '' }
    edit['edits'] = [edit]
    expect(onlyIssue(validateEdit(edit)).code).toBe('not-json')
  })

  test('messages say where and what', () => {
    expect(onlyIssue(validateEdit({ type: 'batch', label: 'x', edits: [{ type: 'set-times', id: 'a', times: 0 }] })))
      .toMatchObject({ message: 'expected a whole number 1 … 1000, got 0', at: 'edit: edits[0].times' })
  })

  const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true, withNullPrototype: true })
  test('whatever it is, there is an answer', () => {
    const types: EditType[] = ['batch', 'insert-nodes', 'set-data', 'set-editor', 'set-options', 'move-nodes']
    fc.assert(fc.property(anything, fc.constantFrom(...types), fc.dictionary(fc.string(), anything), (value, type, parts) => {
      validateEdit(value)
      validateEdit({ ...parts, type, edits: value, nodes: value, data: value, editor: value, options: value, ids: value })
    }), { seed: 11, numRuns: 500 })
  })
})

test('random edits: the inverse restores exactly, and the text of every document reads as the document', () => {
  const counts: Record<string, { done: number; refused: number }> = {}
  fc.assert(fc.property(documents, fc.array(wishes, { maxLength: 30, size: 'max' }), (start, walk) => {
    let document = start
    for (const wish of walk) {
      const edit = editFor(document, wish)
      const count = counts[edit.type] ??= { done: 0, refused: 0 }
      const applied = applyEdit(document, edit)
      if (!applied.ok) {
        expect(applied.issues.length).toBeGreaterThan(0)
        count.refused++
        continue
      }
      count.done++
      document = edited(document, edit)
      expect(valueOf(validateEdit(JSON.parse(JSON.stringify(edit))))).toEqual(edit)
    }
    expect(valueOf(readDocument(writeDocument(document), 'walk'))).toStrictEqual(document)
  }), { seed: 3, numRuns: 120 })
  // Unless most edits of each type were applied, this test shows little.
  expect(Object.keys(counts)).toHaveLength(19)
  for (const [type, { done }] of Object.entries(counts)) expect(done, type).toBeGreaterThan(10)
})

test('fresh ids', () => {
  const document = documentOf(layer('coupling'), block('coupling-2', layer('coupling-4')))
  expect(freshId(document, 'coupling')).toBe('coupling-3')
  expect(freshId(document, 'coupling-2')).toBe('coupling-3')
  expect(freshId(document, 'coupling', ['coupling-3'])).toBe('coupling-5')
  expect(freshId(document, 'actnorm')).toBe('actnorm')
  expect(freshId(document, 'Größe 1×1!')).toBe('Gr-e-1-1')
  fc.assert(fc.property(fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', '-')), (kind) => {
    const id = freshId(document, kind)
    valueOf(applyEdit(document, { type: 'insert-nodes', parent: null, index: 0, nodes: [layer(id)] }))
  }), { seed: 5 })
})
