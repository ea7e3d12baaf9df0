/** Pictures of what a run has learned so far, drawn at its validations beside the training. */
import { IssueError, error } from '../../../core/issues.ts'
import { contextsOf } from '../data-contexts.ts'
import { modelOf } from '../model.ts'
import type { ReadyRun } from '../new-run.ts'
import type { ServicesHost } from './host.ts'

const COUNT = 1500

export class RunPictures {
  readonly #host: ServicesHost
  /** Steps of which a picture is wanted, while one is drawn, by folder. */
  readonly #wanted = new Map<string, number>()
  #closed = false

  constructor(host: ServicesHost) {
    this.#host = host
  }

  /** Of a flow that is slow to sample there are fewer pictures, and always the last. */
  async show(project: string, run: string, ready: ReadyRun, step: number): Promise<void> {
    const drawing = this.#wanted.has(ready.folder)
    this.#wanted.set(ready.folder, step)
    if (drawing) return
    let shown: number
    do {
      shown = this.#wanted.get(ready.folder) ?? step
      await this.#draw(project, run, ready, shown)
    } while (shown !== this.#wanted.get(ready.folder) && !this.#closed)
    this.#wanted.delete(ready.folder)
  }

  /** No more pictures: the processes that draw them end. */
  close(): void {
    this.#closed = true
  }

  async #draw(project: string, run: string, { folder, run: file, data }: ReadyRun, step: number): Promise<void> {
    try {
      const drawn = await this.#host.background().start('sample', {
        ...modelOf(folder, file), threads: 1, count: COUNT, temperature: 1, seed: 0, context: contextsOf(data.validation, COUNT),
      }).result
      this.#host.emit({ type: 'run.samples', project, run, step, values: drawn.x })
    } catch (cause) {
      // The run goes on without the picture; what is wrong with its checkpoint is said where it is used.
      const [first] = cause instanceof IssueError ? cause.issues : [error('samples-unavailable', String(cause))]
      if (first !== undefined) this.#host.emit({ type: 'project.notice', project, run, issue: { ...first, code: 'samples-unavailable', at: `step ${step}` } })
    }
  }
}
