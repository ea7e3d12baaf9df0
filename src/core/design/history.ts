/**
 * Undo and redo of a document, pure. Every change, also one by undo or redo, is a new revision. Consecutive edits with
 * the same key (a slider that is dragged, a text that is typed) are one step until a mark, an undo or another edit.
 * Folding is kept in the document, but is how somebody looks at it, not work on it: it is no step, and what was undone
 * can still be redone after it.
 */
import { type Result, accept, error, reject } from '../issues.ts'
import type { ProjectDocument } from './document.ts'
import { type Edit, applyEdit } from './edits.ts'
import { together } from './edits/outcome.ts'

export interface Entry {
  /** What was done, for the menu: `Add coupling`. */
  readonly label: string
  readonly edit: Edit
  /** Takes the document after the edit back to the one before. */
  readonly inverse: Edit
  readonly coalesceKey?: string
  /** Milliseconds since 1970, of the last edit in it. */
  readonly time: number
}

export interface History {
  readonly document: ProjectDocument
  /** Counts changes; never goes back. */
  readonly revision: number
  /** The last is undone next. */
  readonly undo: readonly Entry[]
  /** The last is redone next. */
  readonly redo: readonly Entry[]
  /** Whether the next edit begins a new step, whatever its key. */
  readonly sealed: boolean
}

/** A history one change later. */
export interface Change {
  readonly history: History
  /** What took the document of the history before to the one now. */
  readonly edit: Edit
  readonly label: string
  /** Whether it became part of the last step. */
  readonly coalesced: boolean
}

export interface PerformOptions {
  readonly label: string
  /** Key of the gesture, such as `option/coupling-2/bound`. */
  readonly coalesce?: string | undefined
  /** Milliseconds since 1970. */
  readonly time: number
}

/** Steps that are kept; older ones can no longer be undone. */
export const MAX_STEPS = 500

export function startHistory(document: ProjectDocument, revision = 0): History {
  return { document, revision, undo: [], redo: [], sealed: true }
}

/** Ends the current step: the next edit is a step of its own. */
export function mark(history: History): History {
  return history.sealed ? history : { ...history, sealed: true }
}

/** Applies an edit. Its issues are those of `applyEdit`. What was undone before can no longer be redone. */
export function perform(history: History, edit: Edit, { label, coalesce, time }: PerformOptions): Result<Change> {
  const applied = applyEdit(history.document, edit)
  if (!applied.ok) return applied
  const { document, inverse } = applied.value
  if (isView(edit)) {
    return accept({ history: { ...history, document, revision: history.revision + 1 }, edit, label, coalesced: false })
  }
  const entry: Entry = { label, edit, inverse, time, ...(coalesce === undefined ? {} : { coalesceKey: coalesce }) }
  const last = history.undo.at(-1)
  const coalesced = !history.sealed && coalesce !== undefined && last?.coalesceKey === coalesce
  const undo = coalesced
    ? [...history.undo.slice(0, -1), merge(last, entry)]
    : [...history.undo, entry].slice(-MAX_STEPS)
  return accept({
    history: { document, revision: history.revision + 1, undo, redo: [], sealed: false }, edit, label, coalesced,
  })
}

const isView = (edit: Edit): boolean =>
  edit.type === 'set-folded' || (edit.type === 'batch' && edit.edits.length > 0 && edit.edits.every(isView))

/** Two steps as one. Where the second sets what the first has set, the first's value need not be kept. */
function merge(first: Entry, second: Entry): Entry {
  if (setsTheSame(first.edit, second.edit)) return { ...second, inverse: first.inverse }
  return {
    ...second,
    edit: together(second.label, [first.edit, second.edit]),
    inverse: together(second.label, [second.inverse, first.inverse]),
  }
}

function setsTheSame(first: Edit, second: Edit): boolean {
  if (first.type === 'batch' && second.type === 'batch') {
    const others = second.edits
    return first.edits.length === others.length && first.edits.every((edit, i) => setsTheSame(edit, others[i] as Edit))
  }
  if (first.type !== second.type) return false
  switch (second.type) {
    case 'rename-project':
    case 'set-event':
    case 'set-base':
    case 'set-data':
    case 'set-target':
    case 'set-editor':
      return true
    case 'set-option':
    case 'set-training':
    case 'set-options':
    case 'set-bypass':
    case 'set-times':
    case 'set-note':
    case 'set-folded':
      return targetOf(first) === targetOf(second)
    case 'insert-nodes':
    case 'remove-nodes':
    case 'move-nodes':
    case 'wrap-in-repeat':
    case 'unwrap':
    case 'batch':
      return false
  }
}

const targetOf = (edit: Edit): string => `${'id' in edit ? edit.id : ''}/${'name' in edit ? edit.name : ''}`

/** Takes the last step back. */
export function undo(history: History): Result<Change> {
  const entry = history.undo.at(-1)
  if (entry === undefined) return reject(error('nothing-to-undo', 'there is nothing to undo'))
  const document = replay(history.document, entry.inverse, 'undo')
  return accept(stepped(history, document, entry.inverse, entry, {
    undo: history.undo.slice(0, -1), redo: [...history.redo, entry],
  }))
}

/** Does the step again that was taken back last. */
export function redo(history: History): Result<Change> {
  const entry = history.redo.at(-1)
  if (entry === undefined) return reject(error('nothing-to-redo', 'there is nothing to redo'))
  const document = replay(history.document, entry.edit, 'redo')
  return accept(stepped(history, document, entry.edit, entry, {
    undo: [...history.undo, entry], redo: history.redo.slice(0, -1),
  }))
}

function stepped(
  { revision }: History, document: ProjectDocument, edit: Edit, { label }: Entry, steps: Pick<History, 'undo' | 'redo'>,
): Change {
  return { history: { document, revision: revision + 1, ...steps, sealed: true }, edit, label, coalesced: false }
}

/** An entry fits the document at its place in the history; one that does not is a fault of ours. */
function replay(document: ProjectDocument, edit: Edit, by: string): ProjectDocument {
  const applied = applyEdit(document, edit)
  if (applied.ok) return applied.value.document
  const reasons = applied.issues.map(({ message }) => message).join('; ')
  throw new Error(`${by}: the step '${edit.type}' does not fit: ${reasons}`)
}
