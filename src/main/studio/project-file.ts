/** Writing `project.json`, and noticing when somebody else has. */
import { type Issue, type Result, accept, reject, warning } from '../../core/issues.ts'
import { writeFileAtomic } from '../../files/atomic-write.ts'
import { writeIssue } from '../../files/file-issues.ts'
import type { FileSystem } from '../../files/file-system.ts'
import { conflictPath, currentHash, documentPath } from './project-folder.ts'

export class ProjectFile {
  readonly #folder: string
  readonly #files: FileSystem
  readonly #onForeign: (notice: Issue) => void
  /** Hashes that the file may have without anybody else having written it. */
  #own: Set<string>

  /** `hash`: that of the file as it is. `onForeign` is told of another program's version that was kept beside it. */
  constructor(folder: string, hash: string, files: FileSystem, onForeign: (notice: Issue) => void) {
    this.#folder = folder
    this.#files = files
    this.#onForeign = onForeign
    this.#own = new Set([hash])
  }

  /** Puts `text`, with its hash, in place of the file. What somebody else has written there is kept beside it. */
  async write(text: string, hash: string): Promise<Result<undefined>> {
    const path = documentPath(this.#folder)
    try {
      const current = await currentHash(this.#folder, this.#files)
      if (current !== undefined && current !== hash && !this.#own.has(current)) {
        const kept = await this.#keepForeign(path)
        if (!kept.ok) return kept
      }
      // A write that reports a failure may have replaced the file all the same.
      this.#own.add(hash)
      const written = current === hash ? accept(undefined) : await writeFileAtomic(path, text, this.#files)
      if (written.ok) this.#own = new Set([hash])
      return written
    } catch (cause) {
      return reject(writeIssue(cause, path))
    }
  }

  async #keepForeign(path: string): Promise<Result<undefined>> {
    const aside = await conflictPath(this.#folder, 'project', '.json', this.#files)
    const kept = await writeFileAtomic(aside, await this.#files.readFile(path), this.#files)
    if (kept.ok) {
      this.#onForeign(warning('project-changed-outside', 'another program has changed project.json meanwhile', {
        at: aside, fix: 'its version is kept in this file; delete it when you do not need it',
      }))
    }
    return kept
  }
}
