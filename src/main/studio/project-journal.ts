/**
 * `journal.jsonl` of a project: the edits that are not yet in `project.json`, so that a crash loses none of them. Its
 * header names the `project.json` that it starts from, by hash. Before `project.json` is replaced, the hash of the new
 * one is noted: whichever of the two a crash leaves, the journal tells which edits are in it. Afterwards it is removed.
 */
import * as v from 'valibot'
import type { Edit } from '../../core/design/edits.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { writeIssue } from '../../files/file-issues.ts'
import { type FileSystem, errorCode } from '../../files/file-system.ts'
import { type JournalRecord, JournalWriter, readJournal } from '../../files/journal.ts'

const FORMAT = 'flowsmith-edits'
const VERSION = 1

export type How = 'do' | 'undo' | 'redo'

/** One change, as it was applied. */
export interface EditRecord {
  readonly how: How
  /** What took the document from one revision to the next; for an undo, the inverse. */
  readonly edit: Edit
  readonly label: string
  /** Milliseconds since 1970. */
  readonly time: number
  /** Key of the gesture that it belongs to. */
  readonly coalesce?: string | undefined
  /** Whether it became part of the step before. */
  readonly coalesced?: boolean | undefined
}

const headerSchema = v.object({ format: v.literal(FORMAT), version: v.literal(VERSION), base: v.string() })
const savingSchema = v.object({ saving: v.string() })
const recordSchema = v.object({
  how: v.picklist(['do', 'undo', 'redo']), edit: v.looseObject({}), label: v.string(), time: v.number(),
  coalesce: v.optional(v.string()), coalesced: v.optional(v.boolean()),
})

/** A record as it was read: its edit is still to be checked. */
export type UncheckedRecord = Omit<EditRecord, 'edit'> & { readonly edit: unknown }

/**
 * The records of a journal that come after the `project.json` with this hash; none where there is no journal. Issues
 * where it is damaged, or belongs to another `project.json` and holds edits that are not in this one.
 */
export async function readEdits(path: string, hash: string, files: FileSystem): Promise<Result<UncheckedRecord[]>> {
  const lines = await readJournal(path, files)
  if (!lines.ok) return lines.issues.some(({ code }) => code === 'missing-file') ? accept([]) : lines
  const [head, ...rest] = lines.value
  // A crash while the header was written leaves nothing.
  if (head === undefined) return accept([])
  const header = v.safeParse(headerSchema, head)
  if (!header.success) return reject(unfit(path, 'it is of another kind or version'))
  const isNote = (line: JournalRecord): boolean => v.is(savingSchema, line)
  if (rest.every(isNote)) return accept([])
  const saved = rest.findLastIndex((line) => line['saving'] === hash)
  if (saved < 0 && header.output.base !== hash) return reject(unfit(path, 'project.json has changed since'))
  const edits = rest.slice(saved + 1).filter((line) => !isNote(line))
  const records = edits.flatMap((line) => {
    const parsed = v.safeParse(recordSchema, line)
    return parsed.success ? [parsed.output] : []
  })
  return records.length === edits.length ? accept(records) : reject(unfit(path, 'it holds something that is no edit'))
}

function unfit(path: string, why: string) {
  return error('journal-unfit', `the journal of unsaved edits does not fit: ${why}`, { at: path })
}

/** Writes a journal. It is made with the first record, so that a project at rest has none. */
export class EditJournal {
  readonly #path: string
  readonly #files: FileSystem
  #base: string
  /** A file that is there is not to be gone on with. */
  #stale: boolean
  #hasHeader: boolean
  #writer: JournalWriter | undefined
  #queue: JournalRecord[] = []
  /** Edits behind the last note of a saving, and its hash. */
  #unsaved: number
  #noted: string | undefined
  #chain: Promise<unknown> = Promise.resolve()

  /** `goesOn`: the file holds edits after the `project.json` with hash `base`, and is to be gone on with. */
  constructor(path: string, base: string, goesOn: boolean, files: FileSystem) {
    this.#path = path
    this.#files = files
    this.#base = base
    this.#hasHeader = goesOn
    this.#stale = !goesOn
    this.#unsaved = goesOn ? 1 : 0
  }

  /** Takes a change; it is on the disk after the next `flush`. */
  append(record: EditRecord): void {
    this.#unsaved++
    this.#queue.push({ ...record })
  }

  /** Notes that all changes up to here are about to be in the `project.json` with this hash. */
  noteSaving(hash: string): void {
    if (this.#unsaved > 0 || this.#noted !== hash) this.#queue.push({ saving: hash })
    this.#unsaved = 0
    this.#noted = hash
  }

  /** Puts on the disk what was taken. On failure it is kept, and a later flush tries it again. */
  flush(): Promise<Result<undefined>> {
    return this.#next(async () => {
      if (this.#queue.length === 0 && this.#writer === undefined) return accept(undefined)
      const writer = await this.#open()
      if (!writer.ok) return writer
      for (const record of this.#queue.splice(0)) writer.value.append(record)
      return writer.value.flush()
    })
  }

  /** After the noted saving, if there was one: removes the journal, unless there have been changes since. */
  restart(): Promise<Result<undefined>> {
    return this.#next(async () => {
      if (this.#unsaved > 0) return accept(undefined)
      // Whatever waits here is in project.json by now.
      this.#queue = []
      this.#base = this.#noted ?? this.#base
      this.#noted = undefined
      this.#stale = true
      await this.#closeWriter()
      return this.#removeStale()
    })
  }

  /** Closes the file; what was taken and not flushed is lost. */
  close(): Promise<void> {
    return this.#next(() => this.#closeWriter())
  }

  #next<T>(job: () => Promise<T>): Promise<T> {
    const done = this.#chain.then(job)
    // A job that throws is the concern of its caller, not of the next job.
    this.#chain = done.catch(() => undefined)
    return done
  }

  async #open(): Promise<Result<JournalWriter>> {
    if (this.#writer !== undefined) return accept(this.#writer)
    const removed = await this.#removeStale()
    if (!removed.ok) return removed
    const opened = await JournalWriter.open(this.#path, this.#files)
    if (!opened.ok) return opened
    this.#writer = opened.value
    if (!this.#hasHeader) this.#writer.append({ format: FORMAT, version: VERSION, base: this.#base })
    this.#hasHeader = true
    return opened
  }

  /** What a failing disk keeps from being written here is in `project.json`, or was reported by `flush`. */
  async #closeWriter(): Promise<void> {
    const writer = this.#writer
    this.#writer = undefined
    await writer?.close()
  }

  async #removeStale(): Promise<Result<undefined>> {
    if (!this.#stale) return accept(undefined)
    try {
      await this.#files.unlink(this.#path)
    } catch (cause) {
      if (errorCode(cause) !== 'ENOENT') return reject(writeIssue(cause, this.#path))
    }
    this.#stale = false
    this.#hasHeader = false
    return accept(undefined)
  }
}
