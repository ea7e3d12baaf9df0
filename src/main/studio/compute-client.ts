/** The studio's side of the compute process: starts it, sends jobs, hands out events and results. */
import { type Issue, IssueError } from '../../core/issues.ts'
import { messageFault, resultFault } from '../../shared/compute-messages.ts'
import type { ComputeJobs, FromCompute, JobName, ToCompute } from '../../shared/compute-protocol.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import { type ComputeProcess, type SpawnCompute, forkCompute } from './compute-process.ts'

/** A fault of ours in the compute process, with the stack from over there. */
export class ComputeError extends Error {
  constructor(message: string, stack?: string) {
    super(message)
    this.name = 'ComputeError'
    if (stack !== undefined && stack !== '') this.stack = stack
  }
}

/** The compute process ended while a job was under way. */
export class ComputeDied extends Error {
  /** A signal or an exit code, in words. */
  readonly how: string

  constructor(how: string) {
    super(`the compute process ended (${how}) while it was working; the run can be resumed from its last checkpoint`)
    this.name = 'ComputeDied'
    this.how = how
  }
}

export interface Running<R> {
  readonly result: Promise<R>
  control(action: 'pause' | 'continue' | 'stop'): void
}

/** Something that jobs can be started on. */
export type JobStarter = Pick<ComputeClient, 'start'>

interface Pending {
  readonly job: JobName
  resolve(result: ComputeJobs[JobName]['result']): void
  reject(cause: Error): void
  readonly onEvent: (event: RunEvent) => void
}

export class ComputeClient {
  readonly #process: ComputeProcess
  readonly #pending = new Map<number, Pending>()
  #nextId = 1
  #ended = ''

  /** `entry`: the built compute process, a path or file URL. */
  constructor(entry: string | URL, spawn: SpawnCompute = forkCompute) {
    this.#process = spawn(entry, {
      onMessage: (message) => { this.#receive(message) },
      onEnd: (how) => {
        this.#ended = how
        this.#failAll(new ComputeDied(how))
      },
    })
  }

  #failAll(cause: Error): void {
    for (const pending of this.#pending.values()) pending.reject(cause)
    this.#pending.clear()
  }

  /** What is not of the form that was agreed on ends the job that it is about, or the process where it does not say. */
  #refuse(message: unknown, fault: string): void {
    const cause = new ComputeError(`the compute process sent something that cannot be read: ${fault}`)
    const id = typeof message === 'object' && message !== null && 'id' in message ? Number(message.id) : NaN
    const pending = this.#pending.get(id)
    if (pending === undefined) {
      // Of a job that has ended: it was told when it did.
      if (id >= 1 && id < this.#nextId) return
      this.#process.kill()
      this.#failAll(cause)
      return
    }
    this.#pending.delete(id)
    pending.reject(cause)
    // Nobody hears of it any more: a training saves what it has.
    this.#send({ type: 'control', id, action: 'stop' })
  }

  #receive(message: FromCompute): void {
    const fault = messageFault(message)
    if (fault !== undefined) {
      this.#refuse(message, fault)
      return
    }
    if (message.type === 'ready') return
    const pending = this.#pending.get(message.id)
    if (pending === undefined) return
    const wrong = message.type === 'done' ? resultFault(pending.job, message.result) : undefined
    if (wrong !== undefined) {
      this.#refuse(message, wrong)
      return
    }
    if (message.type === 'event') {
      pending.onEvent(message.event)
      return
    }
    this.#pending.delete(message.id)
    if (message.type === 'done') pending.resolve(message.result)
    else if (message.type === 'refused') pending.reject(new IssueError(message.issues as readonly Issue[]))
    else pending.reject(new ComputeError(message.message, message.stack))
  }

  #send(message: ToCompute): void {
    this.#process.send(message)
  }

  start<J extends JobName>(
    job: J, request: ComputeJobs[J]['request'], onEvent: (event: RunEvent) => void = () => undefined,
  ): Running<ComputeJobs[J]['result']> {
    const id = this.#nextId++
    const result = new Promise<ComputeJobs[J]['result']>((resolve, reject) => {
      if (!this.#process.alive) {
        reject(new ComputeDied(this.#ended === '' ? 'closed' : this.#ended))
        return
      }
      // The compute process answers a job with that job's result.
      this.#pending.set(id, { job, resolve: (value) => { resolve(value as ComputeJobs[J]['result']) }, reject, onEvent })
      this.#send({ type: 'job', id, job, request } as ToCompute)
    })
    return { result, control: (action) => { this.#send({ type: 'control', id, action }) } }
  }

  get alive(): boolean {
    return this.#process.alive
  }

  /** Whether it works on something. */
  get busy(): boolean {
    return this.#pending.size > 0
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Ends the process; jobs under way are lost. */
  close(): void {
    this.#process.kill()
  }
}
