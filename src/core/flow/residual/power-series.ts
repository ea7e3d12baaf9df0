/**
 * An unbiased estimate of log det(1 + J) = Σ_{k ≥ 1} (−1)^{k+1}/k · tr Jᵏ, for the Jacobian J of a contraction.
 *
 * tr Jᵏ = E vᵀJᵏv for a vector v of random signs (Hutchinson). Of the series, the first n terms are always taken, and then
 * as many more as a draw says: term k with probability P_k = q^{k−n}, weighted by 1/P_k (Russian roulette). One draw
 * serves the whole batch. The variance is finite where q exceeds the square of the spectral radius of J.
 *
 * Its gradient does not go back through the series: d log det(1 + J) = tr (1 + J)⁻¹ dJ ≈ wᵀ dJ v with the Neumann series
 * wᵀ = Σ_{k ≥ 0} (−1)ᵏ/P_{k+1} · vᵀJᵏ, which the same rounds add up, so that memory does not grow with their number.
 * Source: Chen et al. 2019, Residual Flows for Invertible Generative Modeling, eqs. 6 and 8; Hutchinson 1990.
 */
import { full, sumEvent } from '../../ir/compositions.ts'
import { Graph, type Tensor } from '../../ir/graph.ts'
import { add, div, floor, gather, less, log, loop, maximum, mul, neg, reshape, stopGradient, sub, where } from '../../ir/tensor.ts'
import { pullBack } from './network.ts'

export interface Series {
  /** v, of ±1, [N, D] */
  readonly probe: Tensor
  /** n: terms that are always taken. */
  readonly terms: number
  /** Where the series goes on by a draw: a uniform number [1], and q. */
  readonly roulette?: { readonly draw: Tensor; readonly continuation: number }
}

/** A smaller draw counts as this: the terms that it cuts off have a probability of 1e-7. */
const LEAST_DRAW = 1e-7

/** Random signs from uniform numbers. */
export const signs = (uniform: Tensor): Tensor => where(less(uniform, 0.5), -1, 1)

/** How many terms, a scalar, and the largest number that there can be. */
function lengthOf({ probe, terms, roulette }: Series): { readonly count: Tensor; readonly most: number } {
  if (roulette === undefined) return { count: probe.graph.constant(terms), most: terms }
  const rate = Math.log(roulette.continuation)
  const more = floor(mul(log(maximum(reshape(roulette.draw, []), LEAST_DRAW)), 1 / rate))
  return { count: add(more, terms), most: terms + Math.floor(Math.log(LEAST_DRAW) / rate) }
}

/** One term k. Carried: vᵀJ^{k−1}, the sum, w, (−1)^{k−1}/P_k, k. */
function termBody(series: Series, weights: readonly Tensor[], slopes: readonly Tensor[]): Graph {
  const { probe, terms, roulette } = series
  const body = new Graph(probe.graph.ops)
  body.input('round', [], 'int')
  const row = body.input('row', probe.shape)
  const sum = body.input('sum', probe.shape.slice(0, 1))
  const w = body.input('w', probe.shape)
  const [factor, k] = [body.input('factor', []), body.input('k', [])]
  const count = body.input('count', [])
  const v = body.input('v', probe.shape)
  const declare = (prefix: string) => ({ shape }: Tensor, i: number): Tensor => body.input(`${prefix}${i}`, shape)
  const next = pullBack(weights.map(declare('weight')), slopes.map(declare('slope')), row)
  body.output('row', next)
  body.output('sum', add(sum, mul(sumEvent(mul(next, v)), div(factor, k))))
  body.output('w', add(w, mul(row, factor)))
  body.output('factor', roulette === undefined ? neg(factor) : div(neg(factor), where(less(k, terms), 1, roulette.continuation)))
  body.output('k', add(k, 1))
  body.output('more', less(k, count))
  return body
}

/** The estimate [N], for the weights of g and the slopes of its activations. */
export function estimatedLogDet(weights: readonly Tensor[], slopes: readonly Tensor[], series: Series): Tensor {
  const { probe } = series
  const { graph } = probe
  const { count, most } = lengthOf(series)
  const { carried } = loop({
    count: graph.constant(most, [], 'int'),
    carried: [probe, full(graph, 0, probe.shape.slice(0, 1)), full(graph, 0, probe.shape), graph.constant(1), graph.constant(1)],
    captured: [count, probe, ...weights, ...slopes].map(stopGradient),
    body: termBody(series, weights, slopes),
    conditional: true,
  })
  const [, sum, w] = carried.map(stopGradient) as [Tensor, Tensor, Tensor]
  const slopeOnly = sumEvent(mul(pullBack(weights, slopes, w), probe))
  return add(sum, sub(slopeOnly, stopGradient(slopeOnly)))
}

/** The first number of a noise [N, 1], for the whole batch, [1]. */
export const sharedDraw = (noise: Tensor): Tensor => reshape(gather(noise, [0], 0), [1])
