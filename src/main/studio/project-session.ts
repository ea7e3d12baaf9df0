/**
 * An open project: the one truth about its document while windows edit it. An edit is applied at once, in the order of
 * arrival, and told to all listeners; it is acknowledged when it is in the journal on the disk. `project.json` follows
 * when nobody has edited for a moment. On a full disk the session goes on in memory, says so, and keeps trying.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { type ProjectDocument, writeDocument } from '../../core/design/document.ts'
import { validateEdit } from '../../core/design/edits.ts'
import { type Change, type History, mark, perform, redo, undo } from '../../core/design/history.ts'
import { type Issue, type Result, accept, error, reject } from '../../core/issues.ts'
import { removeLeftovers } from '../../files/atomic-write.ts'
import { type FileSystem, nodeFileSystem } from '../../files/file-system.ts'
import { type LockFile, type LockHolder, takeLock } from './lock-file.ts'
import type { Acknowledged, EditRequest, SessionEvent, Snapshot } from './project-events.ts'
import { ProjectFile } from './project-file.ts'
import { hashOf, journalPath, lockPath } from './project-folder.ts'
import { EditJournal, type How } from './project-journal.ts'
import { type Recovered, recoverProject } from './project-recovery.ts'

/** Milliseconds. */
export interface SessionTiming {
  /** Edits that come within this time share one write to the journal. */
  readonly batch: number
  /** `project.json` is written after so long without an edit. */
  readonly idle: number
  /** After a failure, writing is tried again after so long. */
  readonly retry: number
}
const TIMING: SessionTiming = { batch: 20, idle: 1000, retry: 2000 }

export interface SessionOptions {
  readonly timing?: Partial<SessionTiming>
  readonly files?: FileSystem
}

/** How a change came about. */
interface Cause {
  readonly how: How
  readonly time: number
  readonly coalesce?: string | undefined
  readonly origin: string | undefined
}

const asWarning = (issue: Issue): Issue => ({ ...issue, severity: 'warning' })

const closed = (): Issue => error('project-closed', 'the project has been closed', { fix: 'open it again' })

/** What the user is told when a project is open in another process. */
export function projectBusy(folder: string): (holder: LockHolder) => Issue {
  return ({ pid, host, since }) =>
    error('project-busy', `the project is open in process ${pid} on ${host} since ${since}`, {
      at: folder, fix: `close it there; if that is no Flowsmith any more, delete ${lockPath(folder)}`,
    })
}

export class ProjectSession {
  readonly folder: string
  readonly #timing: SessionTiming
  readonly #lock: LockFile | undefined
  readonly #notices: Issue[]
  readonly #journal: EditJournal
  readonly #file: ProjectFile
  readonly #listeners = new Set<(event: SessionEvent) => void>()
  #history: History
  /** Revisions that are in `project.json`, and there or in the journal. */
  #saved = 0
  #durable: number
  #problems: { journal?: readonly Issue[]; document?: readonly Issue[] } = {}
  #flushing: Promise<Result<undefined>> | undefined
  #saving: Promise<Result<undefined>> = Promise.resolve(accept(undefined))
  #timer: NodeJS.Timeout | undefined
  /** Nothing is taken any more from when it is set. */
  #closing: Promise<Result<undefined>> | undefined

  private constructor(
    folder: string, { timing, files = nodeFileSystem }: SessionOptions, lock: LockFile | undefined,
    { history, hash, notices }: Recovered,
  ) {
    this.folder = folder
    this.#timing = { ...TIMING, ...timing }
    this.#lock = lock
    this.#notices = [...notices]
    this.#history = history
    this.#durable = history.revision
    this.#journal = new EditJournal(journalPath(folder), hash, history.revision > 0, files)
    this.#file = new ProjectFile(folder, hash, files, (issue) => {
      this.#notices.push(issue)
      this.#emit({ type: 'notice', issue })
    })
  }

  /**
   * Opens the project in a folder, with what a crash left in its journal. Issues: it is open elsewhere
   * (`project-busy`), missing, unreadable, foreign or newer; it is then left as it is.
   */
  static async open(folder: string, options: SessionOptions = {}): Promise<Result<ProjectSession>> {
    const files = options.files ?? nodeFileSystem
    const lock = await takeLock(lockPath(folder), projectBusy(folder), files)
    if (!lock.ok && lock.issues.some(({ code }) => code === 'project-busy')) return lock
    const found = await recoverProject(folder, files)
    if (!found.ok) {
      if (lock.ok) await lock.value.release()
      return found
    }
    // A folder that cannot be written to can still be looked at.
    const notices = [...found.value.notices, ...lock.issues.map(asWarning)]
    const session = new ProjectSession(folder, options, lock.ok ? lock.value : undefined, { ...found.value, notices })
    await session.#tidy(files)
    return accept(session)
  }

  /** Saves what came from the journal, or removes a journal that holds nothing new, and what killed processes left. */
  async #tidy(files: FileSystem): Promise<void> {
    if (this.#durable > 0) this.#saveIn(this.#timing.idle)
    else this.#note('journal', await this.#journal.restart())
    await removeLeftovers(this.folder, files)
  }

  get document(): ProjectDocument {
    return this.#history.document
  }

  snapshot(): Snapshot {
    const { document, revision } = this.#history
    return { document, revision, ...this.#steps(), notices: this.#notices, issues: this.#issues() }
  }

  /** Tells of every change from now on; returns how to stop it. */
  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  /**
   * Applies an edit, of whatever form it arrives in, before this function returns; the promise is kept when the edit
   * is on the disk or could not be put there.
   */
  async perform(json: unknown, { label, coalesce, baseRevision, origin }: EditRequest): Promise<Result<Acknowledged>> {
    if (this.#closing !== undefined) return reject(closed())
    const edit = validateEdit(json)
    if (!edit.ok) return edit
    const time = Date.now()
    const change = perform(this.#history, edit.value, { label, coalesce, time })
    if (change.ok) return this.#take(change.value, { how: 'do', time, coalesce, origin })
    const { revision } = this.#history
    if (baseRevision === undefined || baseRevision === revision) return change
    return reject(
      error('edit-stale', 'the project has changed meanwhile: the edit no longer fits', { fix: 'look at it again' }),
      ...change.issues,
    )
  }

  async undo(origin?: string): Promise<Result<Acknowledged>> {
    return this.#step('undo', undo(this.#history), origin)
  }

  async redo(origin?: string): Promise<Result<Acknowledged>> {
    return this.#step('redo', redo(this.#history), origin)
  }

  /** Ends the current gesture: the next edit is a step of its own. */
  mark(): void {
    this.#history = mark(this.#history)
  }

  /** Writes `project.json` now, if there is anything new. */
  save(): Promise<Result<undefined>> {
    this.#saving = this.#saving.then(() => this.#save())
    return this.#saving
  }

  /**
   * Saves and closes. Where the edits cannot be put on the disk, neither in `project.json` nor in the journal, it stays
   * open and says why; `force` closes it all the same. Edits that are in the journal only are restored at its next
   * opening.
   */
  close({ force = false }: { readonly force?: boolean } = {}): Promise<Result<undefined>> {
    this.#closing ??= this.#close(force)
    return this.#closing
  }

  async #close(force: boolean): Promise<Result<undefined>> {
    clearTimeout(this.#timer)
    // Whoever waits for an edit is answered before the end.
    await this.#flushing
    const saved = await this.save()
    if (!saved.ok && !force && this.#durable < this.#history.revision) {
      this.#closing = undefined
      this.#saveIn(this.#timing.retry)
      return saved
    }
    await this.#journal.close()
    await this.#lock?.release()
    this.#listeners.clear()
    return accept(undefined, saved.issues)
  }

  async #step(how: 'undo' | 'redo', change: Result<Change>, origin: string | undefined): Promise<Result<Acknowledged>> {
    if (this.#closing !== undefined) return reject(closed())
    return change.ok ? this.#take(change.value, { how, time: Date.now(), origin }) : change
  }

  async #take(
    { history, edit, label, coalesced }: Change, { how, time, coalesce, origin }: Cause,
  ): Promise<Result<Acknowledged>> {
    this.#history = history
    this.#journal.append({ how, edit, label, time, ...(coalesce === undefined ? {} : { coalesce, coalesced }) })
    this.#saveIn(this.#timing.idle)
    this.#emit({ type: 'patch', revision: history.revision, edit, how, label, ...this.#steps(), origin })
    const flushed = await this.#flushSoon()
    const { revision } = history
    return accept({ revision, durable: this.#durable >= revision }, flushed.issues.map(asWarning))
  }

  #steps(): { readonly undo: string | undefined; readonly redo: string | undefined } {
    return { undo: this.#history.undo.at(-1)?.label, redo: this.#history.redo.at(-1)?.label }
  }

  #emit(event: SessionEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  #issues(): readonly Issue[] {
    return [...this.#problems.document ?? [], ...this.#problems.journal ?? []]
  }

  /** Notes how writing went, and tells when that is news. */
  #note(part: 'journal' | 'document', { issues, ok }: Result<undefined>): void {
    const before = JSON.stringify(this.#issues())
    const { [part]: _before, ...others } = this.#problems
    this.#problems = ok ? others : { ...others, [part]: issues }
    if (JSON.stringify(this.#issues()) !== before) this.#emitStorage()
  }

  #emitStorage(): void {
    this.#emit({ type: 'storage', saved: this.#saved, durable: this.#durable, issues: this.#issues() })
  }

  #saveIn(milliseconds: number): void {
    clearTimeout(this.#timer)
    if (this.#closing !== undefined) return
    this.#timer = setTimeout(() => { void this.save() }, milliseconds)
  }

  #flushSoon(): Promise<Result<undefined>> {
    this.#flushing ??= delay(this.#timing.batch).then(() => {
      this.#flushing = undefined
      return this.#flush()
    })
    return this.#flushing
  }

  async #flush(): Promise<Result<undefined>> {
    const { revision } = this.#history
    const flushed = await this.#journal.flush()
    if (flushed.ok) this.#durable = Math.max(this.#durable, revision)
    else this.#saveIn(this.#timing.retry)
    this.#note('journal', flushed)
    return flushed
  }

  async #save(): Promise<Result<undefined>> {
    const { document, revision } = this.#history
    if (revision === this.#saved) return accept(undefined)
    const text = writeDocument(document)
    const hash = hashOf(text)
    this.#journal.noteSaving(hash)
    // A journal that cannot be written is no reason not to save: it is needed only until then.
    await this.#flush()
    const written = await this.#file.write(text, hash)
    this.#note('document', written)
    if (!written.ok) {
      this.#saveIn(this.#timing.retry)
      return written
    }
    this.#saved = revision
    this.#durable = Math.max(this.#durable, revision)
    this.#note('journal', await this.#journal.restart())
    this.#emitStorage()
    return written
  }
}
