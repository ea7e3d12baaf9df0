/**
 * The workspace: a folder with a folder for each project. What is open is open once, however many windows look at it.
 * What cannot be read is listed with the reason and left untouched; what is deleted goes to a trash and can come back.
 */
import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type ProjectDocument, writeDocument } from '../../core/design/document.ts'
import { MAX_NAME } from '../../core/design/form.ts'
import { type Issue, type Result, accept, reject } from '../../core/issues.ts'
import { writeFileAtomic } from '../../files/atomic-write.ts'
import { readIssue, writeIssue } from '../../files/file-issues.ts'
import { errorCode, nodeFileSystem } from '../../files/file-system.ts'
import { lockHolder } from './lock-file.ts'
import type { SessionEvent } from './project-events.ts'
import { documentPath, isThere, lockPath, runsPath } from './project-folder.ts'
import { type ProjectListing, listProject } from './project-listing.ts'
import { claimFolder, isProjectId, unknownProject, workspaceFolder } from './project-names.ts'
import { ProjectSession, type SessionOptions, projectBusy } from './project-session.ts'
import { type Trashed, emptyTrash, listTrash, moveToTrash, restoreFromTrash } from './project-trash.ts'
import { type Recent, noteOpened, readRecent } from './recent-projects.ts'

/** What a copy of a project has of its own: its document, and nothing that belongs to the other's past. */
const NOT_COPIED = /^(project\.json|project\.lock|runs|.*\.conflict-\d+\.jsonl?|journal\.jsonl|\.flowsmith-.*\.tmp)$/

export interface StoreOptions extends SessionOptions {
  /** Told of every event of every open project. */
  readonly onEvent?: (id: string, event: SessionEvent) => void
}

export class ProjectStore {
  readonly folder: string
  readonly #options: StoreOptions
  readonly #sessions = new Map<string, ProjectSession>()
  /** The last job of each project: jobs on one project go one after the other. */
  readonly #jobs = new Map<string, Promise<unknown>>()

  constructor(folder = workspaceFolder(), options: StoreOptions = {}) {
    this.folder = folder
    this.#options = options
  }

  /** Folder of a project; an issue where the id is none. Whether there is a project is not said. */
  folderOf(id: string): Result<string> {
    return isProjectId(id) ? accept(join(this.folder, id)) : reject(unknownProject(id))
  }

  /** All projects, those that cannot be read included, the last changed first. */
  async list(): Promise<Result<readonly ProjectListing[]>> {
    let names: string[]
    try {
      names = await readdir(this.folder)
    } catch (cause) {
      return errorCode(cause) === 'ENOENT' ? accept([]) : reject(readIssue(cause, this.folder))
    }
    const folders = names.filter((name) => !name.startsWith('.')).map((name) => join(this.folder, name))
    const listed = await Promise.all(folders.map((folder) =>
      listProject(folder, this.#sessions.get(basename(folder))?.document)))
    return accept(listed.filter((listing) => listing !== undefined).sort((a, b) => (a.modified < b.modified ? 1 : -1)))
  }

  /** Makes a project of a document; returns its id. */
  async create(document: ProjectDocument): Promise<Result<string>> {
    return this.#make(document, () => Promise.resolve())
  }

  /** The session of a project, opened if it is not open yet. */
  open(id: string): Promise<Result<ProjectSession>> {
    return this.#next(id, async (folder) => {
      const opened = await this.#open(id, folder)
      if (opened.ok) await noteOpened(this.folder, id)
      return opened
    })
  }

  /** Saves and closes a project if it is open; see `ProjectSession.close`. */
  close(id: string, options: { readonly force?: boolean } = {}): Promise<Result<undefined>> {
    return this.#next(id, () => this.#close(id, options))
  }

  /** Closes all that is open. Those that cannot be saved stay open; their issues are returned. */
  async closeAll(options: { readonly force?: boolean } = {}): Promise<Result<undefined>> {
    const closed = await Promise.all([...this.#sessions.keys()].map((id) => this.close(id, options)))
    const issues = closed.flatMap((result) => result.issues)
    return closed.every(({ ok }) => ok) ? accept(undefined, issues) : reject(...issues)
  }

  /** Copies a project as it stands, with the data in its folder and without its runs; returns the id of the copy. */
  duplicate(id: string): Promise<Result<string>> {
    return this.#next(id, (folder) => this.#using(id, folder, async ({ document }) => {
      const name = `${document.name.slice(0, MAX_NAME - ' copy'.length)} copy`
      return this.#make({ ...document, name }, (copy) => copyContents(folder, copy))
    }))
  }

  /** Changes a project's name, as an edit that can be undone; its id and its folder stay. */
  rename(id: string, name: string): Promise<Result<undefined>> {
    return this.#next(id, (folder) => this.#using(id, folder, async (session) => {
      const renamed = await session.perform({ type: 'rename-project', name }, { label: `Rename to ${name}` })
      return renamed.ok ? accept(undefined, renamed.issues) : renamed
    }))
  }

  /** Saves, closes and moves a project to the trash, also one that cannot be read. Its runs must have ended. */
  remove(id: string): Promise<Result<Trashed>> {
    return this.#next(id, async (folder) => {
      if (!(await isThere(documentPath(folder)))) return reject(unknownProject(id))
      const closed = await this.#close(id, {})
      if (!closed.ok) return closed
      const busy = await this.#busyElsewhere(folder)
      return busy === undefined ? moveToTrash(this.folder, id) : reject(busy)
    })
  }

  /** Brings back a project by its name in the trash, or the last deleted one of an id; returns the id it has now. */
  restore(name: string): Promise<Result<string>> {
    return restoreFromTrash(this.folder, name)
  }

  /** Deleted projects, the last one first. */
  trash(): Promise<readonly Trashed[]> {
    return listTrash(this.folder)
  }

  /** Deletes for good what is in the trash. */
  emptyTrash(): Promise<Result<undefined>> {
    return emptyTrash(this.folder)
  }

  /** Projects that are there, the last opened first. */
  async recent(): Promise<readonly Recent[]> {
    const recent = await readRecent(this.folder)
    const there = await Promise.all(recent.map(async ({ id }) =>
      isProjectId(id) && isThere(documentPath(join(this.folder, id)))))
    return recent.filter((_, i) => there[i])
  }

  #next<T>(id: string, job: (folder: string) => Promise<Result<T>>): Promise<Result<T>> {
    const folder = this.folderOf(id)
    if (!folder.ok) return Promise.resolve(folder)
    const done = (this.#jobs.get(id) ?? Promise.resolve()).then(() => job(folder.value))
    // A job that throws is the concern of its caller, not of the next job.
    const last: Promise<unknown> = done.catch(() => undefined).finally(() => {
      if (this.#jobs.get(id) === last) this.#jobs.delete(id)
    })
    this.#jobs.set(id, last)
    return done
  }

  async #open(id: string, folder: string): Promise<Result<ProjectSession>> {
    const there = this.#sessions.get(id)
    if (there !== undefined) return accept(there)
    if (!(await isThere(documentPath(folder)))) return reject(unknownProject(id))
    const opened = await ProjectSession.open(folder, this.#options)
    if (!opened.ok) return opened
    const { onEvent } = this.#options
    if (onEvent !== undefined) opened.value.subscribe((event) => { onEvent(id, event) })
    this.#sessions.set(id, opened.value)
    return opened
  }

  async #close(id: string, options: { readonly force?: boolean }): Promise<Result<undefined>> {
    const closed = await this.#sessions.get(id)?.close(options) ?? accept(undefined)
    if (closed.ok) this.#sessions.delete(id)
    return closed
  }

  /** Does something with a project that may be closed, and leaves it open or closed as it was. */
  async #using<T>(
    id: string, folder: string, job: (session: ProjectSession) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const wasOpen = this.#sessions.has(id)
    const session = await this.#open(id, folder)
    if (!session.ok) return session
    const done = await job(session.value)
    if (wasOpen) return done
    const closed = await this.#close(id, {})
    return closed.ok ? done : closed
  }

  async #busyElsewhere(folder: string): Promise<Issue | undefined> {
    try {
      const holder = await lockHolder(lockPath(folder), nodeFileSystem)
      return holder === undefined ? undefined : projectBusy(folder)(holder)
    } catch (cause) {
      return readIssue(cause, lockPath(folder))
    }
  }

  /** A new folder with a document, which is written last: a folder without one is no project yet. */
  async #make(document: ProjectDocument, fill: (folder: string) => Promise<void>): Promise<Result<string>> {
    const claimed = await claimFolder(this.folder, document.name)
    if (!claimed.ok) return claimed
    const folder = join(this.folder, claimed.value)
    const written = await this.#fill(folder, document, fill)
    if (written.ok) return claimed
    await rm(folder, { recursive: true, force: true })
    return written
  }

  async #fill(
    folder: string, document: ProjectDocument, fill: (folder: string) => Promise<void>,
  ): Promise<Result<undefined>> {
    try {
      await fill(folder)
      await mkdir(runsPath(folder))
    } catch (cause) {
      return reject(writeIssue(cause, folder))
    }
    return writeFileAtomic(documentPath(folder), writeDocument(document))
  }
}

async function copyContents(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) {
    if (!NOT_COPIED.test(name)) await cp(join(from, name), join(to, name), { recursive: true })
  }
}
