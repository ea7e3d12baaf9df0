/**
 * Edits of a project document: pure, sharing what they do not touch, each with its inverse. After every edit the
 * document has the form that `readDocument` accepts; whether its flow makes sense is said by `assemble`, live.
 */
import { type Result, accept, reject } from '../issues.ts'
import type { ProjectDocument } from './document.ts'
import { type Edit, type EditOf, type EditType, validateEdit } from './edits/edit.ts'
import { type Applied, type Rule, together } from './edits/outcome.ts'
import { insertNodes, moveNodes, removeNodes, unwrap, wrapInRepeat } from './edits/structure.ts'
import {
  renameProject, setBase, setBypass, setData, setEditor, setEvent, setFolded, setNote, setOption, setOptions, setTarget,
  setTimes, setTraining,
} from './edits/values.ts'

export { type Edit, type EditOf, type EditType, validateEdit } from './edits/edit.ts'
export type { Applied } from './edits/outcome.ts'

const rules: { readonly [T in EditType]: Rule<T> } = {
  'rename-project': renameProject,
  'set-event': setEvent,
  'set-base': setBase,
  'insert-nodes': insertNodes,
  'remove-nodes': removeNodes,
  'move-nodes': moveNodes,
  'set-option': setOption,
  'set-options': setOptions,
  'set-bypass': setBypass,
  'set-times': setTimes,
  'wrap-in-repeat': wrapInRepeat,
  'unwrap': unwrap,
  'set-training': setTraining,
  'set-data': setData,
  'set-target': setTarget,
  'set-note': setNote,
  'set-folded': setFolded,
  'set-editor': setEditor,
  'batch': applyBatch,
}

/**
 * Applies an edit. The inverse, applied to the new document, gives the old one, deeply equal. Issues, never
 * exceptions, for an edit of a wrong form, unknown or taken ids, positions out of range, a block moved into itself, too
 * deep a nest.
 */
export function applyEdit(document: ProjectDocument, edit: Edit): Result<Applied> {
  const checked = validateEdit(edit)
  return checked.ok ? applyChecked(document, checked.value) : checked
}

function applyChecked<T extends EditType>(document: ProjectDocument, edit: EditOf<T>): Result<Applied> {
  const rule: Rule<T> = rules[edit.type]
  return rule(document, edit)
}

function applyBatch(document: ProjectDocument, { label, edits }: EditOf<'batch'>): Result<Applied> {
  const inverses: Edit[] = []
  let current = document
  for (const [i, edit] of edits.entries()) {
    const applied = applyChecked(current, edit)
    if (!applied.ok) {
      return reject(...applied.issues.map((issue) => ({ ...issue, at: `edits[${i}] ${issue.at ?? ''}`.trim() })))
    }
    current = applied.value.document
    inverses.unshift(applied.value.inverse)
  }
  return accept({ document: current, inverse: together(label, inverses) })
}
