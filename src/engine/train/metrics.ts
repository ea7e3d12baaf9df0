/** Gathers step figures into records of a fixed number of steps, whatever the number of steps in a call. */
import type { MetricRecord } from '../../shared/run-events.ts'
import type { TrainProgress } from './progress.ts'

/** About this many records describe a run. */
const RECORDS = 1000

/** Steps in a record: the largest divisor of the validation interval that gives about a thousand records. */
export function recordLength(steps: number, validateEvery: number): number {
  const wanted = Math.max(1, Math.ceil(steps / RECORDS))
  for (let length = Math.min(wanted, validateEvery); length > 1; length--) if (validateEvery % length === 0) return length
  return 1
}

export interface StepFigures {
  readonly loss: number
  readonly norm: number
  readonly applied: boolean
}

/** Adds one step to the sums; returns the record that it completes, if it does. Mutates `progress.sums` and counts. */
export function recordStep(
  progress: TrainProgress, figures: StepFigures, length: number, learningRate: number,
): MetricRecord | undefined {
  progress.step += 1
  if (figures.applied) {
    progress.sums.loss += figures.loss
    progress.sums.norm += figures.norm
    progress.sums.finite += 1
  } else {
    progress.skipped += 1
    progress.skippedHere += 1
  }
  if (progress.step % length !== 0) return undefined
  const { loss, norm, finite } = progress.sums
  progress.sums = { loss: 0, norm: 0, finite: 0 }
  if (finite === 0) return undefined
  return {
    type: 'train', step: progress.step, loss: loss / finite, gradient_norm: norm / finite,
    learning_rate: learningRate, skipped: progress.skipped,
  }
}
