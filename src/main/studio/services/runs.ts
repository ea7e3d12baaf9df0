/** Runs of a project: started, controlled, evaluated, noted, deleted with a way back. */
import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { IssueError, type Result, accept, error, reject } from '../../../core/issues.ts'
import { writeIssue } from '../../../files/file-issues.ts'
import type { ResultOf } from '../../../shared/api.ts'
import type { RequestOf } from '../../../shared/requests.ts'
import type { Appraisal } from '../../../shared/appraisal.ts'
import { DEFAULT_ENGINE } from '../../../shared/engines.ts'
import type { RunEvent } from '../../../shared/run-events.ts'
import { classification } from '../classify.ts'
import { ComputeDied, type JobStarter } from '../compute-client.ts'
import { appraisalIssues, appraise } from '../appraise.ts'
import { evaluation, logDensities } from '../evaluate.ts'
import { modelOf } from '../model.ts'
import { type ReadyRun, createNewRun } from '../new-run.ts'
import { absoluteSource } from '../open-design.ts'
import { openRun } from '../open-run.ts'
import { absoluteTarget, fitsTarget } from '../prepare-target.ts'
import { updateAbout } from '../run-record.ts'
import { isRunBusy } from '../run-lock.ts'
import { startTraining } from '../train-run.ts'
import type { ServicesHost } from './host.ts'
import { LiveRuns, RUNS, TRASH } from './live-runs.ts'
import { RunPace } from './run-pace.ts'
import { RunPictures } from './run-pictures.ts'
import { RunReader } from './run-reader.ts'

/** Runs whose data stay in memory. */
const KEPT = 4

export class RunsService {
  readonly #host: ServicesHost
  readonly #live = new LiveRuns()
  /** Data of the runs that were looked at lately: preparing them again for each question would be slow. */
  readonly #ready = new Map<string, ReadyRun>()
  /** What the runs are and say, for whoever asks. */
  readonly reader: RunReader
  readonly #pictures: RunPictures
  readonly #pace = new RunPace()
  #closing = false

  constructor(host: ServicesHost) {
    this.#host = host
    this.reader = new RunReader(host, this.#live)
    this.#pictures = new RunPictures(host)
  }

  async pace({ project, run }: RequestOf<'runs.pace'>): Promise<Result<ResultOf['runs.pace']>> {
    const folder = this.reader.folder(project, run)
    return folder.ok ? accept(await this.#pace.points(folder.value)) : folder
  }

  async start({ project, name, engine = DEFAULT_ENGINE }: RequestOf<'runs.start'>): Promise<Result<ResultOf['runs.start']>> {
    const found = this.#host.folderOf(project)
    if (!found.ok) return found
    const document = await this.#host.documentOf(project)
    if (!document.ok) return document
    const { data, target } = document.value
    if (data === undefined && !fitsTarget(document.value)) {
      return reject(error('data-missing', 'there is no data to train on yet', { at: 'data', fix: 'choose a synthetic target or open a file in the Data view' }))
    }
    const runs = join(found.value, RUNS)
    const run = await this.#live.reserveName(runs).catch((cause: unknown) => writeIssue(cause, runs))
    if (typeof run !== 'string') return reject(run)
    const folder = join(runs, run)
    try {
      const ready = await createNewRun({
        document: {
          ...document.value, ...(target === undefined ? {} : { target: { ...target, source: absoluteTarget(target.source, found.value) } }),
        },
        settings: data === undefined ? undefined : { ...data, source: absoluteSource(data.source, found.value) },
        engine, threads: this.#host.threads, folder,
      })
      if (!ready.ok) return ready
      const named = name === undefined ? undefined : await updateAbout(folder, { name })
      this.#go(project, run, ready.value)
      return accept({ run }, [...ready.issues, ...named?.issues ?? []])
    } finally {
      this.#live.starting.delete(folder)
    }
  }

  async #resume(project: string, run: string): Promise<Result<null>> {
    const folder = this.reader.folder(project, run)
    if (!folder.ok) return folder
    if (this.#live.isBusy(folder.value)) return reject(error('run-busy', 'this run is going on', { at: run }))
    this.#live.starting.add(folder.value)
    try {
      const ready = await openRun(folder.value)
      if (!ready.ok) return ready
      if (ready.value.run.status === 'completed') {
        return reject(error('run-completed', 'this run has done all of its steps', { at: run, fix: 'raise the number of steps and start a new run' }))
      }
      this.#go(project, run, ready.value)
      return accept(null, ready.issues)
    } finally {
      this.#live.starting.delete(folder.value)
    }
  }

  #go(project: string, run: string, ready: ReadyRun): void {
    const { folder } = ready
    this.#ready.set(folder, ready)
    void this.#pace.begin(folder)
    const training = startTraining(ready, this.#host.training(), (event) => { this.#hear(project, run, folder, event) })
    // The training process takes one run after the other.
    this.#live.runs.set(folder, { training, state: 'queued', step: 0, best: undefined, records: [] })
    void this.#changed(project, run)
    training.end.then(
      () => this.#ended(project, run, folder),
      (cause: unknown) => {
        const issues = cause instanceof IssueError ? cause.issues : [error(
          cause instanceof ComputeDied ? 'compute-died' : 'run-failed', cause instanceof Error ? cause.message : String(cause),
          { at: run, fix: 'resume the run: it goes on from its last checkpoint' })]
        for (const issue of issues) this.#host.emit({ type: 'project.notice', project, issue, run })
        return this.#ended(project, run, folder)
      })
      .catch((cause: unknown) => { this.#tellFault(project, run, cause) })
  }

  async #ended(project: string, run: string, folder: string): Promise<void> {
    this.#live.runs.delete(folder)
    await this.#pace.end(folder)
    await this.#changed(project, run)
    if (this.#closing || !existsSync(join(folder, 'checkpoints', 'latest.safetensors'))) return
    const evaluated = await this.evaluate({ project, run })
    if (!evaluated.ok) for (const issue of evaluated.issues) this.#host.emit({ type: 'project.notice', project, issue })
  }

  /** What nobody asked for cannot be answered: it is told. */
  #tellFault(project: string, run: string, cause: unknown): void {
    if (this.#closing) return
    const message = cause instanceof Error ? cause.message : String(cause)
    this.#host.emit({ type: 'project.notice', project, issue: error('run-follow-up', message, { at: run, fix: 'ask for the figures of the test part again' }) })
  }

  async #changed(project: string, run: string): Promise<void> {
    const summary = await this.reader.summary(project, run)
    this.#host.emit({ type: 'runs.changed', project, run: summary.ok ? summary.value : undefined })
  }

  #hear(project: string, run: string, folder: string, event: RunEvent): void {
    const live = this.#live.runs.get(folder)
    if (live !== undefined && 'step' in event) live.step = event.step
    if (event.type === 'progress') this.#pace.hear(folder, event)
    if (event.type === 'started') this.#pace.started(folder, event.step)
    if (event.type === 'metrics') {
      live?.records.push(...event.records)
      this.#host.emit({ type: 'run.metrics', project, run, records: event.records })
    } else this.#host.emit({ type: 'run.event', project, run, event })
    if (live?.state === 'queued' && event.type === 'prepared') {
      live.state = 'running'
      void this.#changed(project, run)
    }
    if (event.type !== 'validated') return
    if (live !== undefined && event.best) {
      live.best = { step: event.step, nll: event.nll }
      void this.#changed(project, run)
    }
    const ready = this.#ready.get(folder)
    if (ready !== undefined && !this.#closing) void this.#pictures.show(project, run, ready, event.step)
  }

  async control({ project, run, action }: RequestOf<'runs.control'>): Promise<Result<null>> {
    if (action === 'resume') return this.#resume(project, run)
    const folder = this.reader.folder(project, run)
    if (!folder.ok) return folder
    const live = this.#live.runs.get(folder.value)
    if (live === undefined) return reject(error('run-not-running', 'this run is not going on', { at: run, fix: 'resume it first' }))
    if (action === 'stop') live.training.stop()
    else {
      live.training.control(action)
      live.state = action === 'pause' ? 'paused' : 'running'
    }
    await this.#changed(project, run)
    return accept(null)
  }

  /** Why a project cannot be moved or deleted now: a run in it goes on. */
  refuseWhileTraining(project: string): Result<undefined> {
    const found = this.#host.folderOf(project)
    if (!found.ok) return found
    const runs = join(found.value, RUNS)
    const busy = this.#live.busyIn(runs)
    return busy === undefined ? accept(undefined) : reject(error('project-busy', `${basename(busy)} of this project is going on`, {
      at: project, fix: 'stop it in the Train view first',
    }))
  }

  /** Stops every run with a checkpoint, and waits for it. */
  async stopAll(): Promise<void> {
    this.#closing = true
    this.#pictures.close()
    const ends = [...this.#live.runs].map(async ([folder, { training }]) => {
      training.stop()
      await training.end.catch(() => undefined)
      await this.#pace.end(folder)
    })
    await Promise.all(ends)
  }

  async update({ project, run, name, note }: RequestOf<'runs.update'>): Promise<Result<null>> {
    const folder = this.reader.folder(project, run)
    if (!folder.ok) return folder
    const written = await updateAbout(folder.value, { ...(name === undefined ? {} : { name }), ...(note === undefined ? {} : { note }) })
    if (!written.ok) return written
    await this.#changed(project, run)
    return accept(null)
  }

  async #move(project: string, from: (runs: string) => string, to: (runs: string) => string): Promise<Result<null>> {
    const found = this.#host.folderOf(project)
    if (!found.ok) return found
    const runs = join(found.value, RUNS)
    try {
      await mkdir(join(runs, TRASH), { recursive: true })
      await rename(from(runs), to(runs))
    } catch (cause) {
      return reject(writeIssue(cause, from(runs)))
    }
    this.#ready.delete(from(runs))
    this.#host.emit({ type: 'runs.changed', project, run: undefined })
    return accept(null)
  }

  async remove({ project, run }: RequestOf<'runs.delete'>): Promise<Result<null>> {
    const folder = this.reader.folder(project, run)
    if (!folder.ok) return folder
    if (this.#live.isBusy(folder.value) || await isRunBusy(folder.value)) {
      return reject(error('run-busy', 'this run is going on', { at: run, fix: 'stop it before deleting it' }))
    }
    return this.#move(project, (runs) => join(runs, run), (runs) => join(runs, TRASH, run))
  }

  async restore({ project, run }: RequestOf<'runs.restore'>): Promise<Result<null>> {
    return this.#move(project, (runs) => join(runs, TRASH, run), (runs) => join(runs, run))
  }

  /** A run with its data, kept for the next question. */
  async ready(project: string, run: string): Promise<Result<ReadyRun>> {
    const folder = this.reader.folder(project, run)
    if (!folder.ok) return folder
    const known = this.#ready.get(folder.value)
    if (known !== undefined) return accept(known)
    const opened = await openRun(folder.value)
    if (!opened.ok) return opened
    const idle = [...this.#ready.keys()].filter((kept) => !this.#live.runs.has(kept))
    for (const oldest of idle.slice(0, Math.max(0, this.#ready.size - KEPT + 1))) this.#ready.delete(oldest)
    this.#ready.set(folder.value, opened.value)
    return opened
  }

  async evaluate({ project, run }: RequestOf<'runs.evaluate'>): Promise<Result<ResultOf['runs.evaluate']>> {
    const ready = await this.ready(project, run)
    if (!ready.ok) return ready
    const { folder, run: file, data } = ready.value
    try {
      const result = await this.#host.work.follow({ project, run, work: 'runs.evaluate' }, this.#host.background(), async (client) => (
        data.target === undefined
          ? await testFigures(client, ready.value)
          : appraisedFigures(await appraise(client, folder, file, data.target), data.source)))
      const read = await this.reader.read(folder)
      const kept = await updateAbout(folder, { evaluation: { step: read.ok ? read.value.summary.step : 0, ...result } })
      await this.#changed(project, run)
      return accept(result, kept.issues)
    } catch (cause) {
      if (cause instanceof IssueError) return reject(...cause.issues)
      throw cause
    }
  }
}

type Figures = ResultOf['runs.evaluate']

async function testFigures(client: JobStarter, { folder, run, data }: ReadyRun): Promise<Figures> {
  const model = modelOf(folder, run)
  const figures = evaluation(run, await logDensities(client, model, data.test), data.entropy)
  const classes = await classification(client, model, run, data.test)
  return {
    testNll: figures.test_nll_nats, bitsPerDimension: figures.bits_per_dim, entropy: figures.entropy_nats,
    ...(classes === undefined ? {} : { classes: { accuracy: classes.accuracy, crossEntropy: classes.cross_entropy_nats } }),
  }
}

/** Throws an IssueError where the ELBO is not finite. */
function appraisedFigures(appraisal: Appraisal, source: string): Figures {
  const { elbo_nats: elbo } = appraisal
  if (elbo === null) throw new IssueError(appraisalIssues(appraisal, source))
  return { testNll: -elbo, bitsPerDimension: null, entropy: null, appraisal }
}
