/**
 * Points of a target density that a flow was fitted to: the flow's own draws, taken again by their importance weights
 * (sampling–importance resampling, Rubin 1987), so that a picture of the flow can be held against the target.
 */
import type { ModelReference } from '../../../shared/compute-protocol.ts'
import type { TargetSpec } from '../../../core/targets/target.ts'
import type { ComputeClient } from '../compute-client.ts'

/** Draws of the flow for each point that is wanted. */
const DRAWS = 5

/**
 * Indices [count] in proportion to exp(logWeights), evenly spread (systematic resampling); the first ones where no weight
 * is finite.
 */
export function resampled(logWeights: Float32Array, count: number): Int32Array {
  const highest = logWeights.reduce((most, value) => (value > most && value < Infinity ? value : most), -Infinity)
  if (highest === -Infinity) return Int32Array.from({ length: count }, (_, i) => i % Math.max(1, logWeights.length))
  const weights = Float64Array.from(logWeights, (value) => (Number.isFinite(value) ? Math.exp(value - highest) : 0))
  const total = weights.reduce((sum, value) => sum + value, 0)
  const indices = new Int32Array(count)
  let [at, passed] = [0, weights[0] as number]
  for (let i = 0; i < count; i++) {
    const place = ((i + 0.5) / count) * total
    while (passed < place && at < weights.length - 1) passed += weights[++at] as number
    indices[i] = at
  }
  return indices
}

/** [count, D] */
export async function targetDraws(client: ComputeClient, model: ModelReference, target: TargetSpec, count: number, seed: number): Promise<Float32Array> {
  const { x, logWeights } = await client.start('weigh', { ...model, target, count: DRAWS * count, seed }).result
  const size = target.dimension
  const values = new Float32Array(count * size)
  resampled(logWeights, count).forEach((from, i) => { values.set(x.subarray(from * size, (from + 1) * size), i * size) })
  return values
}
