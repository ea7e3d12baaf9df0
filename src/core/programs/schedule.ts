/** Learning-rate schedules, in float64 and outside of the graph. */

export interface Schedule {
  readonly kind: 'constant' | 'cosine'
  readonly learningRate: number
  /** Steps over which the rate first rises linearly from 0. */
  readonly warmup: number
  /** Steps of the whole run: where the cosine ends. */
  readonly steps: number
  /** Rate at the end of the cosine, as a fraction of the highest. */
  readonly finalFraction: number
}

/**
 * Rate at `step` (counted from 1). Cosine: r(t) = f + (1−f)·½(1 + cos πt), t from the end of the warm-up to the end
 * of the run (Loshchilov & Hutter 2017, SGDR, eq. 5, without restarts).
 */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { kind, learningRate, warmup, steps, finalFraction } = schedule
  if (step <= warmup) return (learningRate * step) / warmup
  if (kind === 'constant') return learningRate
  const t = Math.min((step - 1 - warmup) / Math.max(steps - warmup, 1), 1)
  return learningRate * (finalFraction + (1 - finalFraction) * 0.5 * (1 + Math.cos(Math.PI * t)))
}
