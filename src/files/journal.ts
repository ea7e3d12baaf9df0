/**
 * A journal: an append-only file of JSON objects, one a line. A line that a crash left unfinished at the end is ignored
 * when reading and cut off before appending; a broken line anywhere else is damage and is reported.
 */
import { dirname } from 'node:path'
import { invalidUtf8At } from '../core/data/binary.ts'
import { accept, error, reject } from '../core/issues.ts'
import type { Result } from '../core/issues.ts'
import { writeFileAtomic } from './atomic-write.ts'
import { readIssue, writeIssue } from './file-issues.ts'
import { errorCode, nodeFileSystem, syncFolder, writeAll } from './file-system.ts'
import type { FileSystem, OpenFile } from './file-system.ts'

/** Numbers that are not finite become null, as in all JSON. */
export type JournalRecord = Readonly<Record<string, unknown>>

const lineFeed = 10

export class JournalWriter {
  readonly #path: string
  readonly #file: OpenFile
  #end: number
  #pending: string[] = []
  /** Bytes of a failed write may stand behind the last whole line. */
  #torn = false
  #queue: Promise<Result<undefined>> = Promise.resolve(accept(undefined))

  private constructor(path: string, file: OpenFile, end: number) {
    this.#path = path
    this.#file = file
    this.#end = end
  }

  /** Opens a journal to append to it, creating it where it is missing. One writer at a time. */
  static async open(path: string, files: FileSystem = nodeFileSystem): Promise<Result<JournalWriter>> {
    try {
      const existing = await readIfThere(path, files)
      const end = existing === undefined ? 0 : wholeLength(existing)
      const file = await files.open(path, 'a')
      try {
        if (existing === undefined) await syncFolder(dirname(path), files)
        else if (end < existing.length) await file.truncate(end)
      } catch (cause) {
        await file.close()
        throw cause
      }
      return accept(new JournalWriter(path, file, end))
    } catch (cause) {
      return reject(writeIssue(cause, path))
    }
  }

  /** Takes a record; it is in the file after the next `flush`. */
  append(record: JournalRecord): void {
    this.#pending.push(`${JSON.stringify(record)}\n`)
  }

  /**
   * Writes and syncs what was appended. On failure the file ends with its last whole line, the records are kept, and a
   * later flush tries them again.
   */
  flush(): Promise<Result<undefined>> {
    this.#queue = this.#queue.then(() => this.#write())
    return this.#queue
  }

  /** Flushes and closes; the file is closed even where the flush fails. */
  async close(): Promise<Result<undefined>> {
    const flushed = await this.flush()
    try {
      await this.#file.close()
    } catch (cause) {
      return reject(...flushed.issues, writeIssue(cause, this.#path))
    }
    return flushed
  }

  async #write(): Promise<Result<undefined>> {
    const count = this.#pending.length
    if (count === 0) return accept(undefined)
    const bytes = new TextEncoder().encode(this.#pending.join(''))
    try {
      await this.#cutTornLine()
      this.#torn = true
      await writeAll(this.#file, bytes)
      await this.#file.sync()
    } catch (cause) {
      const issues = [writeIssue(cause, this.#path)]
      // Where even this fails, the next flush tries it again before it writes.
      await this.#cutTornLine().catch((next: unknown) => issues.push(writeIssue(next, this.#path)))
      return reject(...issues)
    }
    this.#torn = false
    this.#end += bytes.length
    this.#pending.splice(0, count)
    return accept(undefined)
  }

  async #cutTornLine(): Promise<void> {
    if (!this.#torn) return
    await this.#file.truncate(this.#end)
    this.#torn = false
  }
}

async function readIfThere(path: string, files: FileSystem): Promise<Uint8Array | undefined> {
  try {
    return await files.readFile(path)
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw cause
  }
}

/** The records of a journal in order; a line torn by a crash at its end is left out. */
export async function readJournal(path: string, files: FileSystem = nodeFileSystem): Promise<Result<JournalRecord[]>> {
  const lines = await readLines(path, files)
  return lines.ok ? accept(lines.value.map(({ record }) => record)) : lines
}

/**
 * Keeps the records that `keep` accepts and drops the others, at once or not at all. No writer may be open on the
 * journal. Returns how many were dropped.
 */
export async function truncateJournal(
  path: string, keep: (record: JournalRecord) => boolean, files: FileSystem = nodeFileSystem,
): Promise<Result<number>> {
  const lines = await readLines(path, files)
  if (!lines.ok) return lines
  const kept = lines.value.filter(({ record }) => keep(record))
  const written = await writeFileAtomic(path, kept.map(({ text }) => `${text}\n`).join(''), files)
  return written.ok ? accept(lines.value.length - kept.length) : written
}

interface Line {
  readonly text: string
  readonly record: JournalRecord
}

async function readLines(path: string, files: FileSystem): Promise<Result<Line[]>> {
  let bytes: Uint8Array
  try {
    bytes = await files.readFile(path)
  } catch (cause) {
    return reject(readIssue(cause, path))
  }
  const whole = bytes.subarray(0, wholeLength(bytes))
  const texts = new TextDecoder().decode(whole).split('\n').slice(0, -1)
  const fault = invalidUtf8At(whole)
  const faultyLine = fault < 0 ? -1 : whole.subarray(0, fault).filter((byte) => byte === lineFeed).length
  const lines: Line[] = []
  for (const [index, text] of texts.entries()) {
    const record = index === faultyLine ? undefined : parseRecord(text)
    if (record === undefined) return reject(brokenLine(path, index + 1))
    lines.push({ text, record })
  }
  return accept(lines)
}

function brokenLine(path: string, row: number) {
  return error('journal-damaged', 'Expected a JSON object in UTF-8 on this line.', {
    at: `${path} row ${row}`, fix: 'Restore the file from a copy, or remove the line.',
  })
}

/** Length up to the end of the last whole line. A last line that is no record (zeros after a power cut) is torn too. */
function wholeLength(bytes: Uint8Array): number {
  const end = bytes.lastIndexOf(lineFeed) + 1
  if (end === 0) return 0
  const start = end === 1 ? 0 : bytes.lastIndexOf(lineFeed, end - 2) + 1
  return parseRecord(new TextDecoder().decode(bytes.subarray(start, end))) === undefined ? start : end
}

function parseRecord(text: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

function isRecord(value: unknown): value is JournalRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
