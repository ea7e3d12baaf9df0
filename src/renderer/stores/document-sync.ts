/**
 * One window's copy of a project's document, ahead of the studio's by the edits that are under way.
 *
 * An edit shows at once: it is applied to the copy and sent, one after the other. What the studio has taken is `base`
 * at `revision`; `pending` edits lie on top. The studio tells every window about every edit: a window's own one
 * confirms the first pending edit, another window's is put under the pending ones. A window that missed something opens
 * anew.
 */
import { type Edit, applyEdit } from '../../core/design/edits.ts'
import type { ProjectDocument } from '../../core/design/document.ts'
import { type Issue, type Result, accept } from '../../core/issues.ts'
import type { OpenProject, ResultOf, StudioEvent } from '../../shared/api.ts'
import type { RequestName, RequestOf } from '../../shared/requests.ts'

type Request = <N extends RequestName>(name: N, payload: RequestOf<N>) => Promise<Result<ResultOf[N]>>
type Changed = Extract<StudioEvent, { readonly type: 'project.changed' }>

interface PendingEdit {
  readonly type: 'edit'
  readonly edit: Edit
  readonly label: string
  readonly coalesce: string | undefined
  sent: boolean
}
type Operation = PendingEdit | { readonly type: 'undo' | 'redo' }

export interface SyncState {
  readonly document: ProjectDocument
  readonly undo: string | undefined
  readonly redo: string | undefined
  /** Whether the studio has taken everything that is shown. */
  readonly saved: boolean
}
export interface SyncListener {
  changed(state: SyncState): void
  /** Something was refused, or found while opening. */
  told(issues: readonly Issue[]): void
}

/** Whether two JSON values are alike; what is undefined counts as left out, and the order of keys does not matter. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const left = Object.entries(a).filter(([, value]) => value !== undefined)
  const right = new Map(Object.entries(b).filter(([, value]) => value !== undefined))
  return left.length === right.size && left.every(([key, value]) => right.has(key) && same(value, right.get(key)))
}

/** Whether the later of two edits in one gesture makes the earlier superfluous: the same setting of the same thing. */
function replaces(later: Edit, earlier: Edit): boolean {
  const target = (edit: Edit): string | undefined =>
    edit.type === 'set-option' ? `${edit.type} ${edit.id} ${edit.name}`
      : edit.type === 'set-training' ? `${edit.type} ${edit.name}`
        : edit.type === 'set-times' ? `${edit.type} ${edit.id}`
          : edit.type === 'set-event' || edit.type === 'set-base' || edit.type === 'rename-project'
            ? edit.type
            : undefined
  return target(later) !== undefined && target(later) === target(earlier)
}

export class DocumentSync {
  readonly project: string
  readonly #request: Request
  readonly #listener: SyncListener
  #base: ProjectDocument
  #revision: number
  #undo: string | undefined
  #redo: string | undefined
  #view: ProjectDocument
  #queue: Operation[] = []
  #sending = false
  #closed = false

  private constructor(opened: OpenProject, request: Request, listener: SyncListener) {
    this.project = opened.project
    this.#request = request
    this.#listener = listener
    this.#base = opened.document
    this.#view = opened.document
    this.#revision = opened.revision
    this.#undo = opened.undo
    this.#redo = opened.redo
  }

  static async open(project: string, request: Request, listener: SyncListener): Promise<Result<DocumentSync>> {
    const opened = await request('project.open', { project })
    if (!opened.ok) return opened
    const sync = new DocumentSync(opened.value, request, listener)
    sync.#tell()
    if (opened.value.notices.length > 0) listener.told(opened.value.notices)
    return accept(sync)
  }

  get document(): ProjectDocument {
    return this.#view
  }

  close(): void {
    this.#closed = true
  }

  /** Shows an edit at once and sends it. Edits with the same `coalesce` key are one step of undo. */
  edit(edit: Edit, label: string, coalesce?: string): Result<ProjectDocument> {
    const applied = applyEdit(this.#view, edit)
    if (!applied.ok) return applied
    this.#view = applied.value.document
    const last = this.#queue.at(-1)
    const superseded = coalesce !== undefined
      && last?.type === 'edit'
      && !last.sent
      && last.coalesce === coalesce
      && replaces(edit, last.edit)
    if (superseded) this.#queue.pop()
    this.#queue.push({ type: 'edit', edit, label, coalesce, sent: false })
    this.#tell()
    void this.#send()
    return accept(this.#view, applied.issues)
  }

  undo(): void {
    this.#queue.push({ type: 'undo' })
    void this.#send()
  }

  redo(): void {
    this.#queue.push({ type: 'redo' })
    void this.#send()
  }

  /** An edit that the studio has taken, from this window or from another. */
  receive(event: Changed): void {
    if (event.project !== this.project || event.revision <= this.#revision || this.#closed) return
    const applied = event.revision === this.#revision + 1 ? applyEdit(this.#base, event.edit) : undefined
    if (applied === undefined || !applied.ok) {
      void this.reopen()
      return
    }
    this.#base = applied.value.document
    this.#revision = event.revision
    this.#undo = event.undo
    this.#redo = event.redo
    const head = this.#queue[0]
    if (head?.type === 'edit' && head.sent && same(head.edit, event.edit)) this.#queue.shift()
    else this.#rebase()
    this.#tell()
  }

  /** Takes the studio's document again, and puts what it has not yet taken on top. */
  async reopen(): Promise<void> {
    const opened = await this.#request('project.open', { project: this.project })
    if (this.#closed) return
    if (!opened.ok) {
      this.#listener.told(opened.issues)
      return
    }
    const head = this.#queue[0]
    if (head?.type === 'edit' && head.sent) {
      // The connection broke after sending: was it taken?
      const taken = applyEdit(this.#base, head.edit)
      if (taken.ok && opened.value.revision > this.#revision && same(taken.value.document, opened.value.document)) {
        this.#queue.shift()
      } else head.sent = false
    }
    this.#base = opened.value.document
    this.#revision = opened.value.revision
    this.#undo = opened.value.undo
    this.#redo = opened.value.redo
    this.#rebase()
    this.#tell()
    void this.#send()
  }

  #tell(): void {
    if (this.#closed) return
    this.#listener.changed({
      document: this.#view, undo: this.#undo, redo: this.#redo, saved: !this.#queue.some(({ type }) => type === 'edit'),
    })
  }

  /** Pending edits on top of a new base; one that no longer fits (its layer was deleted elsewhere) is dropped. */
  #rebase(): void {
    let document = this.#base
    this.#queue = this.#queue.filter((operation) => {
      if (operation.type !== 'edit') return true
      const applied = applyEdit(document, operation.edit)
      if (applied.ok) document = applied.value.document
      return applied.ok || operation.sent
    })
    this.#view = document
  }

  async #send(): Promise<void> {
    if (this.#sending) return
    this.#sending = true
    for (let head = this.#queue[0]; head !== undefined && !this.#closed; head = this.#queue[0]) {
      const reply = await this.#perform(head)
      if (!reply.ok && reply.issues.some(({ code }) => code === 'connection-lost')) break
      if (reply.ok) this.#confirm(head, reply.value.revision)
      else this.#refuse(head, reply.issues)
    }
    this.#sending = false
  }

  #perform(operation: Operation): Promise<Result<{ readonly revision: number }>> {
    const { project } = this
    if (operation.type !== 'edit') return this.#request(`project.${operation.type}`, { project })
    operation.sent = true
    const { edit, label, coalesce } = operation
    return this.#request('project.edit', { project, edit, label, ...(coalesce === undefined ? {} : { coalesce }) })
  }

  /** The reply; mostly the event has come before it and has done the work. */
  #confirm(operation: Operation, revision: number): void {
    const waiting = this.#queue[0] === operation
    if (waiting) this.#queue.shift()
    if (waiting && operation.type === 'edit' && revision === this.#revision + 1) {
      const applied = applyEdit(this.#base, operation.edit)
      if (applied.ok) {
        this.#base = applied.value.document
        this.#revision = revision
      }
    }
    if (revision > this.#revision) void this.reopen()
    else if (waiting) this.#tell()
  }

  #refuse(operation: Operation, issues: readonly Issue[]): void {
    if (this.#queue[0] === operation) this.#queue.shift()
    this.#rebase()
    this.#tell()
    this.#listener.told(issues)
  }
}
