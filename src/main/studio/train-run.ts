/** Drives one training of a run: lock, job, events, and the run's status at its end. */
import { type Issue, IssueError, formatIssue } from '../../core/issues.ts'
import type { Best, RunEvent, RunOutcome } from '../../shared/run-events.ts'
import { type ComputeClient, ComputeDied } from './compute-client.ts'
import type { ReadyRun } from './new-run.ts'
import { lockRun } from './run-lock.ts'
import { type RunFile, type RunStatus, writeRun } from './run-file.ts'

export interface TrainingEnd {
  readonly outcome: RunOutcome
  readonly step: number
  readonly best: Best | undefined
  /** Wall time of this training; of a resumed run only its last part. */
  readonly seconds: number
}

export interface Training {
  readonly end: Promise<TrainingEnd>
  /** Ends after the steps under way, with a checkpoint. */
  stop(): void
  /** Waits between two calls, or goes on. */
  control(action: 'pause' | 'continue'): void
}

/** Writes a run's status, with `seconds` of training more; an earlier failure is forgotten. */
async function setStatus(
  folder: string, run: RunFile, status: RunStatus, seconds: number, failure?: string,
): Promise<readonly Issue[]> {
  const { failure: _before, ...rest } = run
  const written = await writeRun(folder, {
    ...rest, status, updated: new Date().toISOString(), seconds: (run.seconds ?? 0) + seconds,
    ...(failure === undefined ? {} : { failure }),
  })
  return written.issues
}

/** What a run's file says about a failure. */
function failureText(cause: unknown): string {
  if (cause instanceof IssueError) return cause.issues.map(formatIssue).join('\n')
  return cause instanceof Error ? cause.message : String(cause)
}

/** Starts, or goes on with, the run. `end` rejects with an IssueError for what the user can mend. */
export function startTraining(ready: ReadyRun, client: ComputeClient, onEvent: (event: RunEvent) => void): Training {
  let stopped = false
  let running: { control(action: 'pause' | 'continue' | 'stop'): void } | undefined
  const work = async (): Promise<TrainingEnd> => {
    const { folder, run, data } = ready
    const locked = await lockRun(folder)
    if (!locked.ok) throw new IssueError(locked.issues)
    const began = performance.now()
    const elapsed = (): number => (performance.now() - began) / 1000
    try {
      must(await setStatus(folder, run, 'running', 0))
      if (client.pid !== undefined) must((await locked.value.add(client.pid)).issues)
      let best: Best | undefined
      const job = client.start('train', {
        folder, document: run.document, engine: run.engine.name, threads: run.engine.threads,
        train: data.train, validation: data.validation, target: data.target?.spec,
      }, (event) => {
        if (event.type === 'finished') best = event.best
        onEvent(event)
      })
      running = job
      if (stopped) job.control('stop')
      const { outcome, step } = await job.result
      must(await setStatus(folder, run, outcome, elapsed()))
      return { outcome, step, best, seconds: elapsed() }
    } catch (cause) {
      // Where the disk is full this fails too: both are told then.
      const status = cause instanceof ComputeDied ? 'interrupted' : 'failed'
      const unwritten = await setStatus(folder, run, status, elapsed(), failureText(cause))
      throw cause instanceof IssueError ? new IssueError([...cause.issues, ...unwritten]) : cause
    } finally {
      await locked.value.release()
    }
  }
  return {
    end: work(),
    stop() {
      stopped = true
      running?.control('stop')
    },
    control(action) {
      running?.control(action)
    },
  }
}

function must(issues: readonly Issue[]): void {
  if (issues.some(({ severity }) => severity === 'error')) throw new IssueError(issues)
}
