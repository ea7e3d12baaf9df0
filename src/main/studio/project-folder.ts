/** The folder of a project: `project.json`, the journal of unsaved edits, the lock while it is open, and the runs. */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { invalidUtf8At } from '../../core/data/binary.ts'
import { type ProjectDocument, readDocument } from '../../core/design/document.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { readIssue } from '../../files/file-issues.ts'
import { type FileSystem, errorCode } from '../../files/file-system.ts'

export const documentPath = (folder: string): string => join(folder, 'project.json')
export const journalPath = (folder: string): string => join(folder, 'journal.jsonl')
export const lockPath = (folder: string): string => join(folder, 'project.lock')
export const runsPath = (folder: string): string => join(folder, 'runs')

/** No design comes near it; what is larger is no project, and reading it would stop the studio. */
const LARGEST = 50_000_000

export interface StoredProject {
  readonly document: ProjectDocument
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly hash: string
}

export const hashOf = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** Reads `project.json`. The file is left as it is, whatever is wrong with it. */
export async function readStored(folder: string, files: FileSystem): Promise<Result<StoredProject>> {
  const path = documentPath(folder)
  try {
    const stats = await files.stat(path)
    if (stats.size > LARGEST) {
      const got = Math.round(stats.size / 1e6)
      return reject(error('project-too-large', `expected at most ${LARGEST / 1e6} MB, got ${got} MB`, { at: path }))
    }
    const bytes = await files.readFile(path)
    if (invalidUtf8At(bytes) >= 0) {
      return reject(error('not-utf8', 'expected text in UTF-8', { at: path, fix: 'save the file as UTF-8' }))
    }
    const document = readDocument(new TextDecoder().decode(bytes), path)
    return document.ok ? accept({ document: document.value, hash: hashOf(bytes) }, document.issues) : document
  } catch (cause) {
    return reject(readIssue(cause, path))
  }
}

/** A name such as `journal.conflict-1.jsonl` that nothing in the folder has. */
export async function conflictPath(
  folder: string, stem: string, extension: string, files: FileSystem,
): Promise<string> {
  const taken = new Set(await files.readdir(folder))
  let n = 1
  while (taken.has(`${stem}.conflict-${n}${extension}`)) n++
  return join(folder, `${stem}.conflict-${n}${extension}`)
}

/** The hash of `project.json` as it is now; undefined where there is none. */
export async function currentHash(folder: string, files: FileSystem): Promise<string | undefined> {
  try {
    return hashOf(await files.readFile(documentPath(folder)))
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw cause
  }
}

/** Milliseconds since 1970; undefined for what is not there, or cannot be looked at. */
export async function modifiedTime(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs
  } catch (cause) {
    if (errorCode(cause) === undefined) throw cause
    return undefined
  }
}

export const isThere = async (path: string): Promise<boolean> => (await modifiedTime(path)) !== undefined
