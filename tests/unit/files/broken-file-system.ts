/** File systems that fail where a test wants them to. */
import { nodeFileSystem } from '../../../src/files/file-system.ts'
import type { FileSystem, OpenFile } from '../../../src/files/file-system.ts'

/** An error as the system makes them. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made by a test`), { code })
}

export type Step = 'open' | 'write' | 'sync' | 'close' | 'rename' | 'truncate'

/**
 * The real file system, except that `step`, or each of several, fails with `code`: a write after half of its bytes,
 * closing after it has closed. `fails` is asked at each such step, so that a disk may get room again.
 */
export function failingAt(step: Step | Step[], code: string, fails: () => boolean = () => true): FileSystem {
  const isBad = (at: Step) => [step].flat().includes(at) && fails()
  const demand = (at: Step) => {
    if (isBad(at)) throw systemError(code)
  }
  const wrap = (file: OpenFile): OpenFile => ({
    chmod: (mode) => file.chmod(mode),
    async write(bytes, offset, length) {
      if (!isBad('write')) return file.write(bytes, offset, length)
      await file.write(bytes, offset, Math.floor(length / 2))
      throw systemError(code)
    },
    async sync() {
      demand('sync')
      await file.sync()
    },
    async truncate(length) {
      demand('truncate')
      await file.truncate(length)
    },
    async close() {
      await file.close()
      demand('close')
    },
  })
  return {
    ...nodeFileSystem,
    async open(path, flags) {
      if (flags === 'r') return nodeFileSystem.open(path, flags)
      demand('open')
      return wrap(await nodeFileSystem.open(path, flags))
    },
    async rename(from, to) {
      demand('rename')
      await nodeFileSystem.rename(from, to)
    },
  }
}
