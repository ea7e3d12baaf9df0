/** A compute process that is started when it is first needed, and again after it died or was ended for being idle. */
import { ComputeClient, ComputeDied } from './compute-client.ts'
import type { SpawnCompute } from './compute-process.ts'

export class Compute {
  readonly #entry: URL
  readonly #spawn: SpawnCompute
  readonly #idleMs: number | undefined
  #client: ComputeClient | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  /** `idleMs`: how long it may wait for work before it is ended; left out, it stays. */
  constructor(entry: URL, spawn: SpawnCompute, idleMs?: number) {
    this.#entry = entry
    this.#spawn = spawn
    this.#idleMs = idleMs
  }

  get(): ComputeClient {
    if (this.#closed) throw new ComputeDied('closed')
    if (this.#client?.alive !== true) this.#client = new ComputeClient(this.#entry, this.#spawn)
    this.#endWhenIdle()
    return this.#client
  }

  #endWhenIdle(): void {
    clearTimeout(this.#timer)
    if (this.#idleMs === undefined) return
    this.#timer = setTimeout(() => {
      if (this.#client?.busy === true) this.#endWhenIdle()
      else this.#end()
    }, this.#idleMs).unref()
  }

  #end(): void {
    clearTimeout(this.#timer)
    this.#client?.close()
    this.#client = undefined
  }

  get pid(): number | undefined {
    return this.#client?.pid
  }

  /** Ends it for good; jobs under way are lost. */
  close(): void {
    this.#closed = true
    this.#end()
  }
}
