/**
 * log ∫ exp f over a box of one or two dimensions, f being a graph: Gauss–Legendre panels, halved until the answer
 * stands still. Good to about 1e-6 for smooth densities; undefined where f is not finite or never settles.
 */
import { gaussLegendre } from '../data/special/gauss-legendre.ts'
import { LogSum } from '../data/special/log-sum.ts'
import type { Tensor } from '../ir/graph.ts'
import { pointwise } from './pointwise.ts'

type Interval = readonly [number, number]

const NODES = 8
/** Panels of the first try along each axis, and how often they are halved. */
const PANELS = 16
const HALVINGS = 3
/** Change of the answer, in nats, below which it stands still. */
const STILL = 1e-6
/** Change that is accepted of the last try: jumps settle slowly. */
const SETTLED = 1e-4
/** Points in one evaluation. */
const CHUNK = 16_384

/** Nodes and weights of a composite rule. */
function composite([low, high]: Interval, panels: number): { readonly nodes: Float64Array; readonly weights: Float64Array } {
  const rule = gaussLegendre(NODES)
  const half = (high - low) / panels / 2
  const at = (i: number): number => low + half * (2 * Math.floor(i / NODES) + 1 + (rule.nodes[i % NODES] as number))
  return {
    nodes: Float64Array.from({ length: panels * NODES }, (_, i) => at(i)),
    weights: Float64Array.from({ length: panels * NODES }, (_, i) => half * (rule.weights[i % NODES] as number)),
  }
}

/** Points [N, D] of the product rule and their weights, D ≤ 2. */
function grid(box: readonly Interval[], panels: number): { readonly points: Float64Array; readonly weights: Float64Array } {
  const [first, second] = box.map((interval) => composite(interval, panels))
  if (first === undefined) throw new Error('logIntegral: needs at least one dimension')
  if (second === undefined) return { points: first.nodes, weights: first.weights }
  const n = first.nodes.length
  return {
    points: Float64Array.from({ length: 2 * n * n }, (_, i) =>
      (i % 2 === 0 ? first.nodes[Math.floor(i / 2 / n)] : second.nodes[(i >> 1) % n]) as number),
    weights: Float64Array.from({ length: n * n }, (_, i) =>
      (first.weights[Math.floor(i / n)] as number) * (second.weights[i % n] as number)),
  }
}

/** `box`: one or two intervals; f takes points [N, D] to values [N]. */
export function logIntegral(f: (x: Tensor) => Tensor, box: readonly Interval[]): number | undefined {
  const values = pointwise(f, box.length)
  let before = NaN
  let change = NaN
  for (let halving = 0; halving <= HALVINGS; halving++) {
    const { points, weights } = grid(box, PANELS * 2 ** halving)
    const sum = new LogSum()
    for (let start = 0; start < weights.length; start += CHUNK) {
      const part = values(points.subarray(start * box.length, (start + CHUNK) * box.length))
      for (const [i, value] of part.entries()) {
        // −∞ is a density of zero; anything else that is not finite has no integral.
        if (Number.isNaN(value) || value === Infinity) return undefined
        sum.add(weights[start + i] as number, value)
      }
    }
    const now = sum.log()
    change = Math.abs(now - before)
    before = now
    if (change < STILL) break
  }
  return change < SETTLED && Number.isFinite(before) ? before : undefined
}
