/** Long looks at trained flows that a window waits for: it is told how far they are, and can end them. */
import { IssueError, type Result, accept, error } from '../../../core/issues.ts'
import type { StudioEvent } from '../../../shared/api.ts'
import type { RequestOf, WorkName } from '../../../shared/requests.ts'
import type { ComputeJobs, JobName } from '../../../shared/compute-protocol.ts'
import { type RunEvent, WORK_CANCELLED } from '../../../shared/run-events.ts'
import type { JobStarter, Running } from '../compute-client.ts'

export interface Work {
  readonly project: string
  readonly run: string
  readonly work: WorkName
}

const keyOf = ({ project, run, work }: Work): string => `${work} ${run} ${project}`

/** The jobs of one piece of work, one after the other. */
class Task implements JobStarter {
  readonly #client: JobStarter
  readonly #tell: (event: RunEvent) => void
  #current: { control(action: 'stop'): void } | undefined
  #cancelled = false

  constructor(client: JobStarter, tell: (event: RunEvent) => void) {
    this.#client = client
    this.#tell = tell
  }

  start<J extends JobName>(
    job: J, request: ComputeJobs[J]['request'], onEvent: (event: RunEvent) => void = () => undefined,
  ): Running<ComputeJobs[J]['result']> {
    if (this.#cancelled) throw new IssueError([error(WORK_CANCELLED, 'stopped before all of it was done', { fix: 'ask again when there is time for all of it' })])
    const running = this.#client.start(job, request, (event) => {
      this.#tell(event)
      onEvent(event)
    })
    this.#current = running
    return running
  }

  cancel(): void {
    this.#cancelled = true
    this.#current?.control('stop')
  }
}

export class WorkDesk {
  readonly #emit: (event: StudioEvent) => void
  /** Under way: windows may ask for the same thing at the same time. */
  readonly #tasks = new Map<string, Set<Task>>()

  constructor(emit: (event: StudioEvent) => void) {
    this.#emit = emit
  }

  /** Does what `jobs` does with a client, and tells the windows how far it is. */
  async follow<R>(work: Work, client: JobStarter, jobs: (client: JobStarter) => Promise<R>): Promise<R> {
    const key = keyOf(work)
    const task = new Task(client, (event) => {
      if (event.type !== 'advanced') return
      const { done, total, unit, secondsLeft } = event
      this.#emit({ type: 'work.progress', ...work, done, total, unit, secondsLeft })
    })
    const tasks = this.#tasks.get(key) ?? new Set()
    this.#tasks.set(key, tasks.add(task))
    try {
      return await jobs(task)
    } finally {
      tasks.delete(task)
      if (tasks.size === 0) {
        this.#tasks.delete(key)
        this.#emit({ type: 'work.ended', ...work })
      }
    }
  }

  /** Ends it after the call under way; of what has ended meanwhile there is nothing to end. */
  cancel(work: RequestOf<'work.cancel'>): Promise<Result<null>> {
    for (const task of this.#tasks.get(keyOf(work)) ?? []) task.cancel()
    return Promise.resolve(accept(null))
  }
}
