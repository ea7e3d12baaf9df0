import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ProjectDocument } from '../../../src/core/design/document.ts'
import { type Edit, applyEdit } from '../../../src/core/design/edits.ts'
import {
  type Change, type History, MAX_STEPS, mark, perform, redo, startHistory, undo,
} from '../../../src/core/design/history.ts'
import type { Result } from '../../../src/core/issues.ts'
import { onlyIssue, valueOf } from '../data/results.ts'
import { documents, editFor, wishes } from './random-documents.ts'

const [sample] = fc.sample(documents, { numRuns: 1, seed: 1 }) as [ProjectDocument]
const rename = (name: string): Edit => ({ type: 'rename-project', name })

/** A change, checked: its edit leads from the document before to the one after, and the revision goes up by one. */
function step(before: History, result: Result<Change>): History {
  const { history, edit } = valueOf(result)
  expect(valueOf(applyEdit(before.document, edit)).document).toStrictEqual(history.document)
  expect(history.revision).toBe(before.revision + 1)
  return history
}

const type = (history: History, name: string, coalesce?: string): History =>
  step(history, perform(history, rename(name), { label: `Rename to ${name}`, coalesce, time: history.revision }))
const names = ({ undo }: History) => undo.map(({ edit }) => (edit.type === 'rename-project' ? edit.name : edit.type))

/** What undo and redo answer for: how blocks are folded is nobody's work. */
function withoutFolds({ editor, ...document }: ProjectDocument): unknown {
  return { ...document, notes: editor?.notes ?? {} }
}

describe('steps', () => {
  test('undo and redo, with the labels of what was done', () => {
    const start = startHistory(sample)
    expect(onlyIssue(undo(start)).code).toBe('nothing-to-undo')
    expect(onlyIssue(redo(start)).code).toBe('nothing-to-redo')
    const done = type(type(start, 'a'), 'b')
    const undone = step(done, undo(done))
    expect(undone.document.name).toBe('a')
    expect(valueOf(redo(undone))).toMatchObject({ label: 'Rename to b', history: { document: { name: 'b' }, revision: 4 } })
    expect(type(undone, 'c').redo).toEqual([])
  })

  test('an edit that does not fit changes nothing', () => {
    const start = type(startHistory(sample), 'a')
    expect(onlyIssue(perform(start, { type: 'unwrap', id: 'nobody' }, { label: '', time: 0 })).code).toBe('edit-unknown-node')
  })

  test('one gesture is one step', () => {
    const typed = type(type(type(startHistory(sample), 'a', 'name'), 'ab', 'name'), 'abc', 'name')
    expect(names(typed)).toEqual(['abc'])
    expect(typed.undo[0]).toMatchObject({ label: 'Rename to abc', time: 2 })
    const undone = step(typed, undo(typed))
    expect(undone.document).toStrictEqual(sample)
    expect(valueOf(redo(undone)).history.document.name).toBe('abc')
  })

  test('a mark, an undo, another key or no key begins a new step', () => {
    const typed = type(startHistory(sample), 'a', 'name')
    expect(names(type(mark(typed), 'b', 'name'))).toEqual(['a', 'b'])
    expect(names(type(typed, 'b', 'other'))).toEqual(['a', 'b'])
    expect(names(type(type(typed, 'b'), 'c'))).toEqual(['a', 'b', 'c'])
    const two = type(mark(typed), 'b', 'name')
    expect(names(type(step(two, undo(two)), 'c', 'name'))).toEqual(['a', 'c'])
  })

  test('what a gesture sets again and again is kept once', () => {
    const both = (value: number): Edit => ({
      type: 'batch', label: 'both', edits: [rename(`name ${value}`), { type: 'set-training', name: 'steps', value }],
    })
    let history = startHistory(sample)
    const options = { label: 'Drag', coalesce: 'drag', time: 0 }
    for (let value = 1; value <= 100; value++) history = step(history, perform(history, both(value), options))
    expect(history.undo).toHaveLength(1)
    expect(JSON.stringify(history.undo).length).toBeLessThan(500)
    expect(step(history, undo(history)).document).toStrictEqual(sample)
  })

  test('a gesture of different edits is taken back as a whole', () => {
    const edits: Edit[] = [
      { type: 'insert-nodes', parent: null, index: 0, nodes: [{ id: 'new', kind: 'actnorm' }] },
      { type: 'move-nodes', ids: ['new'], parent: null, index: sample.design.layers.length },
      { type: 'set-option', id: 'new', name: 'a', value: 1 }, { type: 'set-option', id: 'new', name: 'b', value: 1 },
    ]
    const options = { label: 'Drop', coalesce: 'drop', time: 0 }
    const history = edits.reduce((before, edit) => step(before, perform(before, edit, options)), startHistory(sample))
    expect(history.undo).toHaveLength(1)
    const undone = step(history, undo(history))
    expect(undone.document).toStrictEqual(sample)
    expect(step(undone, redo(undone)).document).toStrictEqual(history.document)
  })

  test('folding is no step: nothing is undone by it, and what was undone is still redone', () => {
    const repeat: Edit = { type: 'insert-nodes', parent: null, index: 0, nodes: [{ id: 'fresh', kind: 'repeat', times: 2, layers: [] }] }
    const start = startHistory({ ...sample, name: 'start' })
    const block = step(start, perform(start, repeat, { label: 'Add block', time: 0 }))
    const renamed = type(block, 'later')
    const back = step(renamed, undo(renamed))
    const folded = step(back, perform(back, { type: 'set-folded', id: 'fresh', folded: true }, { label: 'Fold', time: 1 }))
    expect(folded.document.editor?.folded).toContain('fresh')
    expect(folded.undo.map(({ label }) => label)).toEqual(['Add block'])
    const again = step(folded, redo(folded))
    expect(again.document).toMatchObject({ name: 'later', editor: { folded: expect.arrayContaining(['fresh']) } })
    const gone = step(folded, undo(folded))
    expect(withoutFolds(gone.document)).toStrictEqual(withoutFolds(start.document))
  })

  test('the oldest steps go when there are too many', () => {
    let history = startHistory(sample)
    for (let i = 0; i < MAX_STEPS + 3; i++) history = type(history, String(i))
    expect(history.undo).toHaveLength(MAX_STEPS)
    while (history.undo.length > 0) history = step(history, undo(history))
    expect(history.document.name).toBe('2')
    expect(history.redo).toHaveLength(MAX_STEPS)
  })
})

test('random walks of edits, undo, redo and marks stay consistent', () => {
  const moves = fc.oneof(
    fc.record({ move: fc.constant('perform' as const), wish: wishes, coalesce: fc.constantFrom(undefined, 'a', 'a', 'b') }),
    fc.record({ move: fc.constantFrom<('undo' | 'redo' | 'mark')[]>('undo', 'undo', 'redo', 'redo', 'mark') }),
  )
  let coalesced = 0
  let redone = 0
  fc.assert(fc.property(documents, fc.array(moves, { maxLength: 40, size: 'max' }), (start, walk) => {
    let history = startHistory(start)
    for (const move of walk) {
      if (move.move === 'mark') history = mark(history)
      else if (move.move === 'undo' && history.undo.length > 0) history = step(history, undo(history))
      else if (move.move === 'redo' && history.redo.length > 0) {
        history = step(history, redo(history))
        redone++
      } else if (move.move === 'perform') {
        const result = perform(history, editFor(history.document, move.wish), { label: '', coalesce: move.coalesce, time: 0 })
        if (!result.ok) continue
        coalesced += Number(result.value.coalesced)
        const before = history
        history = step(history, result)
        if (result.value.coalesced || history.undo === before.undo) continue
        expect(withoutFolds(valueOf(undo(history)).history.document)).toStrictEqual(withoutFolds(before.document))
      }
    }
    const end = history.document
    while (history.redo.length > 0) history = step(history, redo(history))
    const last = history.document
    const steps = history.undo.length
    while (history.undo.length > 0) history = step(history, undo(history))
    expect(withoutFolds(history.document)).toStrictEqual(withoutFolds(start))
    for (let i = 0; i < steps; i++) history = step(history, redo(history))
    expect(withoutFolds(history.document)).toStrictEqual(withoutFolds(last))
    if (walk.every(({ move }) => move !== 'undo')) expect(withoutFolds(last)).toStrictEqual(withoutFolds(end))
  }), { seed: 7, numRuns: 120 })
  // Unless both happened often, this test shows little.
  expect(coalesced).toBeGreaterThan(50)
  expect(redone).toBeGreaterThan(50)
})
