/**
 * How far a job is that looks at a trained flow: told about ten times a second, and the moment at which it can be ended
 * from outside. An engine call blocks its thread, so a job calls `advance` between its calls.
 */
import { IssueError, error } from '../../core/issues.ts'
import { WORK_CANCELLED } from '../../shared/run-events.ts'
import type { Control } from '../train/control.ts'
import type { Emit } from './model.ts'

const EVENT_INTERVAL_MS = 100

/** Tells how much is done; throws an IssueError where the job was asked to stop. */
export type Advance = (done: number) => Promise<void>

/** `unit`: what is counted, in the plural. */
export function startProgress(control: Control, emit: Emit, total: number, unit: string): Advance {
  const began = performance.now()
  let told = began
  return async (done) => {
    await control.checkpoint()
    if (control.stopRequested) {
      throw new IssueError([error(WORK_CANCELLED, `stopped after ${done} of ${total} ${unit}`, { fix: 'ask again when there is time for all of it' })])
    }
    const now = performance.now()
    if (now - told < EVENT_INTERVAL_MS && done < total) return
    told = now
    const secondsLeft = done === 0 ? undefined : ((now - began) / 1000) * ((total - done) / done)
    emit({ type: 'advanced', done, total, unit, secondsLeft })
  }
}
