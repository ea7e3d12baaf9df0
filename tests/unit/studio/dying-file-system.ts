/** A file system of a process that dies in the middle: from one operation on, nothing happens any more. */
import { nodeFileSystem } from '../../../src/files/file-system.ts'
import type { FileSystem, OpenFile } from '../../../src/files/file-system.ts'

export interface DyingFileSystem extends FileSystem {
  /** Operations so far. */
  readonly operations: () => number
  /** Kept when it dies. */
  readonly death: Promise<'dead'>
  /** Closes the files that the dead process had open. */
  bury(): Promise<void>
}

/**
 * The real file system for `lifetime` operations; the next one is done by half (a write) or not at all, and it and all
 * later ones are never answered. Nothing is synced: what a process has written outlives it.
 */
export function dyingAfter(lifetime: number): DyingFileSystem {
  let operations = 0
  let die: (dead: 'dead') => void = () => undefined
  const death = new Promise<'dead'>((resolve) => { die = resolve })
  const step = async <T>(act: () => Promise<T>, half: () => Promise<unknown> = () => Promise.resolve()): Promise<T> => {
    operations++
    if (operations <= lifetime) return act()
    if (operations === lifetime + 1) await half()
    die('dead')
    return new Promise<T>(() => undefined)
  }
  const open = new Set<OpenFile>()
  const close = async (file: OpenFile): Promise<void> => {
    if (open.delete(file)) await file.close()
  }
  const wrap = (file: OpenFile): OpenFile => ({
    write: (bytes, offset, length) => step(
      () => file.write(bytes, offset, length), () => file.write(bytes, offset, Math.floor(length / 2)),
    ),
    chmod: (mode) => step(() => file.chmod(mode)),
    truncate: (length) => step(() => file.truncate(length)),
    sync: () => step(() => Promise.resolve()),
    close: () => step(() => close(file)),
  })
  return {
    operations: () => operations,
    death,
    async bury() {
      for (const file of open) await close(file)
    },
    open: (path, flags) => step(async () => {
      const file = await nodeFileSystem.open(path, flags)
      open.add(file)
      return wrap(file)
    }),
    readFile: (path) => step(() => nodeFileSystem.readFile(path)),
    stat: (path) => step(() => nodeFileSystem.stat(path)),
    readdir: (path) => step(() => nodeFileSystem.readdir(path)),
    realpath: (path) => step(() => nodeFileSystem.realpath(path)),
    rename: (from, to) => step(() => nodeFileSystem.rename(from, to)),
    unlink: (path) => step(() => nodeFileSystem.unlink(path)),
  }
}
