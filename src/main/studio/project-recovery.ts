/** Opening what a project's folder holds: its document with the edits of a journal that a crash left behind. */
import { type ProjectDocument, writeDocument } from '../../core/design/document.ts'
import { applyEdit, validateEdit } from '../../core/design/edits.ts'
import { type Entry, type History, mark, perform, startHistory } from '../../core/design/history.ts'
import { type Issue, type Result, accept, reject, warning } from '../../core/issues.ts'
import { writeFileAtomic } from '../../files/atomic-write.ts'
import { writeIssue } from '../../files/file-issues.ts'
import type { FileSystem } from '../../files/file-system.ts'
import { conflictPath, documentPath, hashOf, journalPath, readStored } from './project-folder.ts'
import { type UncheckedRecord, readEdits } from './project-journal.ts'

export interface Recovered {
  /** Its revision is the number of edits that are in the journal only. */
  readonly history: History
  /** Hash of `project.json` as it is now. */
  readonly hash: string
  /** What the user should know. */
  readonly notices: readonly Issue[]
}

/** Reads a project and replays its journal. A journal that does not fit is kept aside, and a notice says where. */
export async function recoverProject(folder: string, files: FileSystem): Promise<Result<Recovered>> {
  const stored = await readStored(folder, files)
  if (!stored.ok) return stored
  const { document, hash } = stored.value
  const records = await readEdits(journalPath(folder), hash, files)
  if (!records.ok) {
    const kept = await keepAside(folder, records.issues, files)
    return kept.ok ? accept({ history: startHistory(document), hash, notices: [...stored.issues, kept.value] }) : kept
  }
  const { history, issues } = replay(document, records.value)
  if (issues.length > 0) return keepPart(folder, history.document, hash, issues, files)
  const { revision } = history
  const edits = revision === 1 ? 'edit was' : 'edits were'
  const restored = warning('project-restored', `${revision} ${edits} restored: Flowsmith had ended before saving`, {
    at: documentPath(folder),
  })
  return accept({ history, hash, notices: revision > 0 ? [...stored.issues, restored] : stored.issues })
}

/** Applies the records as far as they go. */
function replay(
  document: ProjectDocument, records: readonly UncheckedRecord[],
): { readonly history: History; readonly issues: readonly Issue[] } {
  let history = startHistory(document)
  for (const record of records) {
    const next = replayOne(history, record)
    if (!next.ok) return { history, issues: next.issues }
    history = next.value
  }
  return { history, issues: [] }
}

function replayOne(history: History, record: UncheckedRecord): Result<History> {
  const { how, label, time, coalesce, coalesced } = record
  const checked = validateEdit(record.edit)
  if (!checked.ok) return checked
  const edit = checked.value
  if (how === 'do') {
    const done = perform(coalesced === true ? history : mark(history), edit, { label, coalesce, time })
    return done.ok ? accept(done.value.history) : done
  }
  const applied = applyEdit(history.document, edit)
  if (!applied.ok) return applied
  // What is undone may have been done before the journal began: the record itself, not the step, says what happened.
  const { document, inverse } = applied.value
  const next = { document, revision: history.revision + 1, sealed: true }
  const entry = (forth: Pick<Entry, 'edit' | 'inverse'>): Entry => ({ label, time, ...forth })
  return accept(how === 'undo'
    ? { ...next, undo: history.undo.slice(0, -1), redo: [...history.redo, entry({ edit: inverse, inverse: edit })] }
    : { ...next, undo: [...history.undo, entry({ edit, inverse })], redo: history.redo.slice(0, -1) })
}

/** Of a journal that fits in its first part only, that part is saved before the whole of it is kept aside. */
async function keepPart(
  folder: string, document: ProjectDocument, hash: string, issues: readonly Issue[], files: FileSystem,
): Promise<Result<Recovered>> {
  const text = writeDocument(document)
  const saved = await writeFileAtomic(documentPath(folder), text, files)
  const kept = await keepAside(folder, issues, files)
  if (!kept.ok) return kept
  const notices = [kept.value, ...saved.issues]
  return accept({ history: startHistory(document), hash: saved.ok ? hashOf(text) : hash, notices })
}

/** Moves the journal aside; returns what to tell about it. */
async function keepAside(folder: string, [issue]: readonly Issue[], files: FileSystem): Promise<Result<Issue>> {
  const journal = journalPath(folder)
  try {
    const aside = await conflictPath(folder, 'journal', '.jsonl', files)
    await files.rename(journal, aside)
    const reason = issue?.message ?? 'their journal does not fit'
    return accept(warning('journal-kept-aside', `unsaved edits could not be restored: ${reason}`, {
      at: aside, fix: 'they are kept in this file; delete it when you do not need it',
    }))
  } catch (cause) {
    return reject(writeIssue(cause, journal))
  }
}
