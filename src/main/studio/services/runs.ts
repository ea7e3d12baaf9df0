/** Runs of a project: started, controlled, listed, noted, deleted with a way back. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type Issue, IssueError, type Result, accept, error, formatIssue, reject } from '../../../core/issues.ts'
import { writeIssue } from '../../../files/file-issues.ts'
import type { RequestOf, ResultOf, RunDetail, RunState, RunSummary } from '../../../shared/api.ts'
import { DEFAULT_ENGINE } from '../../../shared/engines.ts'
import type { RunEvent } from '../../../shared/run-events.ts'
import { ComputeDied } from '../compute-client.ts'
import { evaluation, logDensities } from '../evaluate.ts'
import { modelOf } from '../model.ts'
import { type ReadyRun, createNewRun } from '../new-run.ts'
import { openRun } from '../open-run.ts'
import { readMetrics, summarise, updateAbout } from '../run-record.ts'
import { isRunBusy } from '../run-lock.ts'
import { type Training, startTraining } from '../train-run.ts'
import type { ServicesHost } from './host.ts'

const RUNS = 'runs'
const TRASH = '.trash'

interface LiveRun {
  readonly project: string
  readonly training: Training
  state: RunState
  step: number
}

export class RunsService {
  readonly #host: ServicesHost
  readonly #live = new Map<string, LiveRun>()
  /** Data of the runs that were looked at lately: preparing them again for each question would be slow. */
  readonly #ready = new Map<string, ReadyRun>()

  constructor(host: ServicesHost) {
    this.#host = host
  }

  folder(project: string, run: string): Result<string> {
    const found = this.#host.folderOf(project)
    return found.ok ? accept(join(found.value, RUNS, run)) : found
  }

  async list({ project }: RequestOf<'runs.list'>): Promise<Result<ResultOf['runs.list']>> {
    const found = this.#host.folderOf(project)
    if (!found.ok) return found
    const folder = join(found.value, RUNS)
    const names = existsSync(folder) ? await readdir(folder) : []
    const summaries: RunSummary[] = []
    const issues: Issue[] = []
    for (const name of names.filter((entry) => !entry.startsWith('.')).sort()) {
      const summary = await this.#summary(project, name)
      if (summary.ok) summaries.push(summary.value)
      else issues.push(...summary.issues)
    }
    return accept(summaries, issues)
  }

  async #summary(project: string, run: string): Promise<Result<RunSummary>> {
    const folder = this.folder(project, run)
    if (!folder.ok) return folder
    const live = this.#live.get(run)
    const elsewhere = live === undefined && await isRunBusy(folder.value)
    const state = live ?? (elsewhere ? { state: 'running' as const, step: 0 } : undefined)
    const read = await summarise(folder.value, state)
    return read.ok ? accept(read.value.summary, read.issues) : read
  }

  async get({ project, run }: RequestOf<'runs.get'>): Promise<Result<RunDetail>> {
    const folder = this.folder(project, run)
    if (!folder.ok) return folder
    const read = await summarise(folder.value, this.#live.get(run))
    return read.ok
      ? accept({ ...read.value.summary, document: read.value.run.document, columns: read.value.run.data.columns }, read.issues)
      : read
  }

  async metrics({ project, run }: RequestOf<'runs.metrics'>): Promise<Result<ResultOf['runs.metrics']>> {
    const folder = this.folder(project, run)
    return folder.ok ? readMetrics(folder.value) : folder
  }

  async #freeName(folder: string): Promise<string> {
    await mkdir(folder, { recursive: true })
    for (let n = 1; ; n++) if (!existsSync(join(folder, `run-${n}`)) && !existsSync(join(folder, TRASH, `run-${n}`))) return `run-${n}`
  }

  async start({ project, name }: RequestOf<'runs.start'>): Promise<Result<ResultOf['runs.start']>> {
    const found = this.#host.folderOf(project)
    if (!found.ok) return found
    const document = await this.#host.documentOf(project)
    if (!document.ok) return document
    const { data } = document.value
    if (data === undefined) {
      return reject(error('data-missing', 'there is no data to train on yet', { at: 'data', fix: 'choose a synthetic target or open a file in the Data view' }))
    }
    const runs = join(found.value, RUNS)
    const run = await this.#freeName(runs).catch((cause: unknown) => writeIssue(cause, runs))
    if (typeof run !== 'string') return reject(run)
    const ready = await createNewRun({
      document: document.value, settings: data, engine: DEFAULT_ENGINE, threads: this.#host.threads, folder: join(runs, run),
    })
    if (!ready.ok) return ready
    if (name !== undefined) await updateAbout(ready.value.folder, { name })
    this.#go(project, run, ready.value)
    return accept({ run }, ready.issues)
  }

  async #resume(project: string, run: string): Promise<Result<null>> {
    const folder = this.folder(project, run)
    if (!folder.ok) return folder
    const ready = await openRun(folder.value)
    if (!ready.ok) return ready
    if (ready.value.run.status === 'completed') {
      return reject(error('run-completed', 'this run has done all of its steps', { at: run, fix: 'raise the number of steps in its design and start a new run' }))
    }
    this.#go(project, run, ready.value)
    return accept(null, ready.issues)
  }

  #go(project: string, run: string, ready: ReadyRun): void {
    this.#ready.set(run, ready)
    const training = startTraining(ready, this.#host.training(), (event) => { this.#hear(project, run, event) })
    this.#live.set(run, { project, training, state: 'running', step: 0 })
    void this.#changed(project, run)
    training.end.then(
      () => { this.#ended(project, run) },
      (cause: unknown) => {
        const issues = cause instanceof IssueError ? cause.issues : [error(
          cause instanceof ComputeDied ? 'compute-died' : 'run-failed', cause instanceof Error ? cause.message : String(cause),
          { at: run, fix: 'resume the run: it goes on from its last checkpoint' })]
        for (const issue of issues) this.#host.emit({ type: 'project.notice', project, issue })
        this.#ended(project, run)
      })
  }

  #ended(project: string, run: string): void {
    this.#live.delete(run)
    void this.#changed(project, run).then(() => this.evaluate({ project, run }))
  }

  async #changed(project: string, run: string): Promise<void> {
    const summary = await this.#summary(project, run)
    this.#host.emit({ type: 'runs.changed', project, run: summary.ok ? summary.value : undefined })
  }

  #hear(project: string, run: string, event: RunEvent): void {
    const live = this.#live.get(run)
    if (live !== undefined && 'step' in event) live.step = event.step
    if (event.type === 'metrics') this.#host.emit({ type: 'run.metrics', project, run, records: event.records })
    else this.#host.emit({ type: 'run.event', project, run, event })
    if (event.type === 'validated') void this.#showSamples(project, run, event.step)
  }

  /** A picture of what the flow has learned so far, at every validation. */
  async #showSamples(project: string, run: string, step: number): Promise<void> {
    const ready = this.#ready.get(run)
    if (ready === undefined) return
    try {
      const drawn = await this.#host.exploring().start('sample', {
        ...modelOf(ready.folder, ready.run), threads: 1, count: 1500, temperature: 1, seed: 0,
      }).result
      this.#host.emit({ type: 'run.samples', project, run, step, values: drawn.x })
    } catch (cause) {
      // The run goes on without the picture; what is wrong with its checkpoint is said where it is used.
      const message = cause instanceof IssueError ? cause.issues.map(formatIssue).join('; ') : String(cause)
      this.#host.emit({ type: 'project.notice', project, issue: error('samples-unavailable', `no samples of step ${step}: ${message}`, { at: run }) })
    }
  }

  async control({ project, run, action }: RequestOf<'runs.control'>): Promise<Result<null>> {
    const live = this.#live.get(run)
    if (action === 'resume') {
      return live === undefined ? this.#resume(project, run) : reject(error('run-busy', 'this run is going on', { at: run }))
    }
    if (live === undefined) return reject(error('run-not-running', 'this run is not going on', { at: run, fix: 'resume it first' }))
    if (action === 'stop') live.training.stop()
    else {
      live.training.control(action)
      live.state = action === 'pause' ? 'paused' : 'running'
    }
    await this.#changed(project, run)
    return accept(null)
  }

  /** Stops every run with a checkpoint, and waits for it. */
  async stopAll(): Promise<void> {
    const ends = [...this.#live.values()].map(({ training }) => {
      training.stop()
      return training.end.catch(() => undefined)
    })
    await Promise.all(ends)
  }

  async update({ project, run, name, note }: RequestOf<'runs.update'>): Promise<Result<null>> {
    const folder = this.folder(project, run)
    if (!folder.ok) return folder
    const written = await updateAbout(folder.value, { ...(name === undefined ? {} : { name }), ...(note === undefined ? {} : { note }) })
    if (!written.ok) return written
    await this.#changed(project, run)
    return accept(null)
  }

  async #move(project: string, run: string, from: (runs: string) => string, to: (runs: string) => string): Promise<Result<null>> {
    const found = this.#host.folderOf(project)
    if (!found.ok) return found
    const runs = join(found.value, RUNS)
    try {
      await mkdir(join(runs, TRASH), { recursive: true })
      await rename(from(runs), to(runs))
    } catch (cause) {
      return reject(writeIssue(cause, from(runs)))
    }
    this.#ready.delete(run)
    this.#host.emit({ type: 'runs.changed', project, run: undefined })
    return accept(null)
  }

  async remove({ project, run }: RequestOf<'runs.delete'>): Promise<Result<null>> {
    if (this.#live.has(run)) return reject(error('run-busy', 'this run is going on', { at: run, fix: 'stop it before deleting it' }))
    return this.#move(project, run, (runs) => join(runs, run), (runs) => join(runs, TRASH, run))
  }

  async restore({ project, run }: RequestOf<'runs.restore'>): Promise<Result<null>> {
    return this.#move(project, run, (runs) => join(runs, TRASH, run), (runs) => join(runs, run))
  }

  /** A run with its data, kept for the next question. */
  async ready(project: string, run: string): Promise<Result<ReadyRun>> {
    const known = this.#ready.get(run)
    const folder = this.folder(project, run)
    if (!folder.ok) return folder
    if (known?.folder === folder.value) return accept(known)
    const opened = await openRun(folder.value)
    if (!opened.ok) return opened
    for (const oldest of this.#ready.keys()) {
      if (this.#ready.size < 4) break
      if (!this.#live.has(oldest)) this.#ready.delete(oldest)
      else break
    }
    this.#ready.set(run, opened.value)
    return opened
  }

  async evaluate({ project, run }: RequestOf<'runs.evaluate'>): Promise<Result<ResultOf['runs.evaluate']>> {
    const ready = await this.ready(project, run)
    if (!ready.ok) return ready
    const { folder, run: file, data } = ready.value
    try {
      const logProb = await logDensities(this.#host.exploring(), modelOf(folder, file), data.test)
      const figures = evaluation(file, logProb, data.entropy)
      const result = { testNll: figures.test_nll_nats, bitsPerDimension: figures.bits_per_dim, entropy: figures.entropy_nats }
      const step = (await summarise(folder, undefined))
      await updateAbout(folder, { evaluation: { step: step.ok ? step.value.summary.step : 0, ...result } })
      await this.#changed(project, run)
      return accept(result)
    } catch (cause) {
      if (cause instanceof IssueError) return reject(...cause.issues)
      throw cause
    }
  }
}
