/**
 * Writes a file so that its path holds either the old or the new contents, whole, whatever happens: the new contents go
 * to a temporary file in the same folder, are synced, and are renamed over the old ones; then the folder is synced.
 */
import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { accept, error, reject } from '../core/issues.ts'
import type { Result } from '../core/issues.ts'
import { writeIssue } from './file-issues.ts'
import { errorCode, nodeFileSystem, syncFolder, writeAll } from './file-system.ts'
import type { FileSystem } from './file-system.ts'

/**
 * Writes `content` (texts as UTF-8) to `path`. On failure the file there is untouched, nothing is left beside it, and
 * the issue says why: `disk-full`, `read-only-folder`, `missing-folder`, `is-a-folder`, … An existing file keeps its
 * permissions; a symbolic link stays and its target is written.
 */
export async function writeFileAtomic(
  path: string, content: Uint8Array | string, files: FileSystem = nodeFileSystem,
): Promise<Result<undefined>> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  try {
    const existing = await findExisting(path, files)
    if (existing !== undefined && (existing.mode & anyoneWrites) === 0) return reject(readOnlyFile(path))
    await replace(existing?.path ?? path, bytes, existing?.mode, files)
    return accept(undefined)
  } catch (cause) {
    return reject(writeIssue(cause, path))
  }
}

/** Permission bits by which the owner, the group or others may write. */
const anyoneWrites = 0o222

/** A rename would replace a write-protected file without a word. */
function readOnlyFile(path: string) {
  return error('read-only-file', 'The file is write-protected.', {
    at: path, fix: 'Choose another name, or change its permissions.',
  })
}

async function findExisting(path: string, files: FileSystem): Promise<{ path: string; mode: number } | undefined> {
  try {
    const real = await files.realpath(path)
    return { path: real, mode: (await files.stat(real)).mode & 0o777 }
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw cause
  }
}

async function replace(path: string, bytes: Uint8Array, mode: number | undefined, files: FileSystem): Promise<void> {
  const aside = join(dirname(path), temporaryName())
  const file = await files.open(aside, 'wx')
  try {
    try {
      if (mode !== undefined) await file.chmod(mode)
      await writeAll(file, bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await files.rename(aside, path)
  } catch (cause) {
    await remove(aside, files)
    throw cause
  }
  await syncFolder(dirname(path), files)
}

/** Removes a file if the system lets it: whoever calls has a graver error to report. */
async function remove(path: string, files: FileSystem): Promise<void> {
  try {
    await files.unlink(path)
  } catch (cause) {
    if (errorCode(cause) === undefined) throw cause
  }
}

/** Short whatever the file is called, so that it is never too long where the file's own name is not. */
function temporaryName(): string {
  return `.flowsmith-${process.pid}-${randomBytes(6).toString('hex')}.tmp`
}

const temporaryPattern = /^\.flowsmith-(\d+)-[0-9a-f]{12}\.tmp$/
/** Another machine may be writing to a shared folder under a process number that means nothing here. */
const oldEnough = 10 * 60_000

/**
 * Removes the temporary files in a folder that a killed process left there: those older than ten minutes whose process
 * is gone. Returns their names.
 */
export async function removeLeftovers(folder: string, files: FileSystem = nodeFileSystem): Promise<Result<string[]>> {
  try {
    const removed: string[] = []
    for (const name of await files.readdir(folder)) {
      const path = join(folder, name)
      if (!(await isLeftover(path, files))) continue
      await remove(path, files)
      removed.push(name)
    }
    return accept(removed)
  } catch (cause) {
    return reject(writeIssue(cause, folder))
  }
}

async function isLeftover(path: string, files: FileSystem): Promise<boolean> {
  const match = temporaryPattern.exec(basename(path))
  if (match === null || isRunning(Number(match[1]))) return false
  try {
    return Date.now() - (await files.stat(path)).mtimeMs > oldEnough
  } catch (cause) {
    // Its owner has renamed it in the meantime.
    if (errorCode(cause) === 'ENOENT') return false
    throw cause
  }
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 asks only whether the process is there.
    return process.kill(pid, 0)
  } catch (cause) {
    return errorCode(cause) !== 'ESRCH'
  }
}
