/** The loop of a run: calls, boundaries (validation, checkpoints, early stopping, returns), metrics and events. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Issue, IssueError, type Result } from '../../core/issues.ts'
import { JournalWriter, truncateJournal } from '../../files/journal.ts'
import type { TrainRequest, TrainResult } from '../../shared/compute-protocol.ts'
import type { MetricRecord, RunEvent, RunOutcome, Validated } from '../../shared/run-events.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import { type Checkpoint, type Vectors, readNewest, removeUnfinished, writeCheckpoint } from './checkpoint.ts'
import type { Control } from './control.ts'
import { elboIssue, nothingLearned, trainingDiverges } from './divergence.ts'
import { recordLength, recordStep } from './metrics.ts'
import { Pace } from './pace.ts'
import { type TrainProgress, firstProgress } from './progress.ts'
import { Trainer, returnedNotice } from './trainer.ts'

/** Steps after which a run that never had a finite loss is given up. */
const FIRST_LOOK = 10
/** Returns to a checkpoint before a run is given up. */
const MAX_RETURNS = 8
const EVENT_INTERVAL_MS = 100

type Emit = (event: RunEvent) => void

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new IssueError(result.issues)
  return result.value
}

class Run {
  readonly #trainer: Trainer
  readonly #folder: string
  readonly #emit: Emit
  readonly #control: Control
  readonly #journal: JournalWriter
  readonly #pace = new Pace()
  #vectors: Vectors
  /** State at the last boundary: what a return goes back to. */
  #anchor: Vectors
  #progress: TrainProgress
  #toldOfElbo = false
  #toldOfConvergence = false
  #window = { loss: 0, norm: 0, count: 0, since: performance.now() }
  /** Records that no event has told yet. */
  #untold: MetricRecord[] = []

  constructor(trainer: Trainer, request: TrainRequest, start: Checkpoint, journal: JournalWriter, control: Control, emit: Emit) {
    this.#trainer = trainer
    this.#folder = request.folder
    this.#vectors = start.vectors
    this.#anchor = start.anchor ?? start.vectors
    this.#progress = start.progress
    this.#journal = journal
    this.#control = control
    this.#emit = emit
  }

  async go(): Promise<TrainResult> {
    const { steps } = this.#trainer.training
    this.#emit({ type: 'started', step: this.#progress.step, steps })
    let outcome: RunOutcome | undefined = this.#exhausted()
    while (outcome === undefined) {
      await this.#control.checkpoint()
      if (this.#control.stopRequested) {
        await this.#save()
        outcome = 'stopped'
        break
      }
      await this.#call()
      if (this.#atBoundary()) outcome = await this.#boundary()
    }
    await this.#journal.flush().then(must)
    this.#tell()
    this.#emit({ type: 'finished', outcome, step: this.#progress.step, best: this.#progress.best })
    return { outcome, step: this.#progress.step }
  }

  #exhausted(): RunOutcome | undefined {
    const { steps, patience } = this.#trainer.training
    if (this.#progress.step >= steps) return 'completed'
    return patience > 0 && this.#progress.stale >= patience ? 'early' : undefined
  }

  #nextBoundary(): number {
    const { steps, validateEvery } = this.#trainer.training
    const { step } = this.#progress
    const regular = (Math.floor(step / validateEvery) + 1) * validateEvery
    return Math.min(step < FIRST_LOOK ? FIRST_LOOK : Infinity, regular, steps)
  }

  #atBoundary(): boolean {
    const { steps, validateEvery } = this.#trainer.training
    const { step } = this.#progress
    return step % validateEvery === 0 || step === steps || step === FIRST_LOOK
  }

  /** One engine call. */
  async #call(): Promise<void> {
    const { step, rateFactor } = this.#progress
    const count = this.#pace.next(this.#nextBoundary() - step)
    const started = performance.now()
    const results = await this.#trainer.steps(this.#vectors, step, count, rateFactor)
    this.#pace.record(count, performance.now() - started)
    this.#vectors = results.vectors
    const { steps, validateEvery } = this.#trainer.training
    const length = recordLength(steps, validateEvery)
    for (let i = 0; i < count; i++) {
      const figures = { loss: results.loss[i] as number, norm: results.norm[i] as number, applied: results.applied[i] === 1 }
      const rate = this.#trainer.rateAt(step + i + 1) * rateFactor
      const record = recordStep(this.#progress, figures, length, rate)
      if (record !== undefined) this.#append(record)
      if (!figures.applied) continue
      this.#window.loss += figures.loss
      this.#window.norm += figures.norm
      this.#window.count += 1
    }
    this.#report()
  }

  #append(record: MetricRecord): void {
    this.#journal.append({ ...record })
    this.#untold.push(record)
  }

  #tell(): void {
    if (this.#untold.length > 0) this.#emit({ type: 'metrics', records: this.#untold })
    this.#untold = []
  }

  #report(): void {
    const { loss, norm, count, since } = this.#window
    if (performance.now() - since < EVENT_INTERVAL_MS || count === 0) return
    const { step, skipped, rateFactor } = this.#progress
    const { steps } = this.#trainer.training
    this.#emit({
      type: 'progress', step, steps, loss: loss / count, gradientNorm: norm / count, skipped,
      learningRate: this.#trainer.rateAt(step) * rateFactor,
      stepsPerSecond: this.#pace.stepsPerSecond, secondsLeft: (steps - step) / this.#pace.stepsPerSecond,
    })
    this.#tell()
    this.#window = { loss: 0, norm: 0, count: 0, since: performance.now() }
  }

  /** Validation, checkpoint, and whether the run ends here. */
  async #boundary(): Promise<RunOutcome | undefined> {
    const { step, skipped, skippedHere } = this.#progress
    const { steps, validateEvery } = this.#trainer.training
    if (step === FIRST_LOOK && skipped === FIRST_LOOK) this.#giveUpAtStart()
    if (step % validateEvery !== 0 && step !== steps) return undefined
    const interval = step % validateEvery === 0 ? validateEvery : step % validateEvery
    if (skippedHere > 0 && skippedHere >= interval / 2) await this.#returnToAnchor()
    this.#progress.skippedHere = 0
    const validated = await this.#validate()
    this.#anchor = this.#vectors
    await this.#journal.flush().then(must)
    await this.#save()
    // Whoever hears of it may look at these weights: they are on disk by now.
    this.#emit(validated)
    this.#tellOfConvergence(step)
    if (this.#trainer.onTarget) await this.#judge(-validated.nll, step)
    return this.#exhausted()
  }

  #giveUpAtStart(): never {
    throw new IssueError([nothingLearned(FIRST_LOOK, this.#trainer.onTarget)])
  }

  async #returnToAnchor(): Promise<void> {
    const progress = this.#progress
    progress.returns += 1
    progress.rateFactor *= 0.5
    this.#vectors = this.#anchor
    const issue = returnedNotice(progress.step, progress.skippedHere, progress.rateFactor)
    this.#append({ type: 'notice', step: progress.step, code: issue.code, message: issue.message })
    this.#emit({ type: 'notice', issue })
    if (progress.returns <= MAX_RETURNS) return
    await this.#save()
    throw new IssueError([trainingDiverges(MAX_RETURNS, progress.step, this.#trainer.onTarget)])
  }

  async #validate(): Promise<Validated> {
    const nll = await this.#trainer.validate(this.#vectors)
    const progress = this.#progress
    const { step } = progress
    const best = Number.isFinite(nll) && nll < (progress.best?.nll ?? Infinity)
    progress.stale = best ? 0 : progress.stale + 1
    if (best) {
      progress.best = { step, nll }
      must(await writeCheckpoint(this.#folder, 'best', { vectors: this.#vectors, anchor: undefined, progress }))
    }
    this.#append({ type: 'validation', step, nll })
    const logDets = await this.#trainer.layerLogDets(this.#vectors)
    if (logDets !== undefined) this.#append({ type: 'layers', step, log_det: logDets })
    this.#tell()
    return { type: 'validated', step, nll, best }
  }

  /** Once: the run goes on, since later weights may converge again; sampling and densities refuse. */
  #tellOfConvergence(step: number): void {
    const [first] = this.#trainer.unconverged
    if (first === undefined || this.#toldOfConvergence) return
    this.#toldOfConvergence = true
    this.#append({ type: 'notice', step, code: first.code, message: first.message })
    this.#emit({ type: 'notice', issue: { ...first, severity: 'warning' } })
  }

  /** Ends the run, with all that it has, where its ELBO grows without bound; tells once of one that is no number. */
  async #judge(elbo: number, step: number): Promise<void> {
    const issue = elboIssue(elbo, step)
    if (issue === undefined || (issue.severity === 'warning' && this.#toldOfElbo)) return
    this.#toldOfElbo = true
    this.#append({ type: 'notice', step, code: issue.code, message: issue.message })
    if (issue.severity === 'warning') {
      this.#emit({ type: 'notice', issue })
      return
    }
    await this.#save()
    throw new IssueError([issue])
  }

  async #save(): Promise<void> {
    const between = this.#anchor !== this.#vectors
    await this.#journal.flush().then(must)
    must(await writeCheckpoint(this.#folder, 'latest', {
      vectors: this.#vectors, anchor: between ? this.#anchor : undefined, progress: this.#progress,
    }))
  }
}

/** Where the run begins: its newest checkpoint, or first values. */
async function startingPoint(trainer: Trainer, folder: string, notice: (issue: Issue) => void): Promise<Checkpoint> {
  await removeUnfinished(folder)
  const newest = await readNewest(folder, trainer.sizes)
  newest.issues.forEach((issue) => { if (newest.ok) notice(issue) })
  const found = must(newest)
  if (found !== undefined) return found
  return { vectors: await trainer.firstVectors(), anchor: undefined, progress: firstProgress() }
}

/** Trains, or goes on training, the run in `request.folder`. */
export async function runTraining(
  request: TrainRequest, runtime: Runtime, control: Control, emit: Emit,
): Promise<TrainResult> {
  const began = performance.now()
  const trainer = new Trainer(request, runtime)
  try {
    await mkdir(join(request.folder, 'checkpoints'), { recursive: true })
    await trainer.compile()
    const start = await startingPoint(trainer, request.folder, (issue) => { emit({ type: 'notice', issue }) })
    const metrics = join(request.folder, 'metrics.jsonl')
    // Lines after the checkpoint will be written again, with the same numbers.
    const { step } = start.progress
    if (existsSync(metrics)) must(await truncateJournal(metrics, (record) => Number(record['step']) <= step))
    const journal = must(await JournalWriter.open(metrics))
    try {
      emit({ type: 'prepared', parameters: trainer.flow.table.parameterCount, seconds: (performance.now() - began) / 1000 })
      return await new Run(trainer, request, start, journal, control, emit).go()
    } finally {
      must(await journal.close())
    }
  } finally {
    await trainer.dispose()
  }
}

