/** The part of Node's file system that files of a project go through, so that tests can let it fail. */
import { promises } from 'node:fs'
import type { Stats } from 'node:fs'

export interface OpenFile {
  /** Writes a part of the bytes at the file's position and says how many. */
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>
  chmod(mode: number): Promise<void>
  truncate(length: number): Promise<void>
  /** Returns when the contents are on the disk. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Every function rejects with Node's system errors, which have a `code` such as ENOSPC. */
export interface FileSystem {
  open(path: string, flags: string): Promise<OpenFile>
  readFile(path: string): Promise<Uint8Array>
  stat(path: string): Promise<Pick<Stats, 'mode' | 'size' | 'mtimeMs' | 'isFile' | 'isDirectory'>>
  readdir(path: string): Promise<string[]>
  realpath(path: string): Promise<string>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
}

export const nodeFileSystem: FileSystem = {
  open: (path, flags) => promises.open(path, flags),
  readFile: (path) => promises.readFile(path),
  stat: (path) => promises.stat(path),
  readdir: (path) => promises.readdir(path),
  realpath: (path) => promises.realpath(path),
  rename: (from, to) => promises.rename(from, to),
  unlink: (path) => promises.unlink(path),
}

/** Writes all of the bytes: one call of the system may write a part only. */
export async function writeAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done)
    done += bytesWritten
  }
}

/** Puts a folder's entries (a new file, a rename) on the disk, where the platform can. */
export async function syncFolder(path: string, files: FileSystem): Promise<void> {
  // Windows opens no folders; it writes their entries through by itself.
  if (process.platform === 'win32') return
  const folder = await files.open(path, 'r')
  try {
    await folder.sync()
  } catch (cause) {
    // Some network and FUSE file systems have no such call.
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(errorCode(cause) ?? '')) throw cause
  } finally {
    await folder.close()
  }
}

/** The code of a system error, such as ENOENT; undefined for an error of any other kind. */
export function errorCode(cause: unknown): string | undefined {
  const isSystemError = cause instanceof Error && 'code' in cause && typeof cause.code === 'string'
  return isSystemError && /^E[A-Z0-9]+$/.test(String(cause.code)) ? String(cause.code) : undefined
}
