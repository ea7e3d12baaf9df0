/**
 * Monotone piecewise-linear spline on [−B, B], the identity outside of it: K bins of equal width ω = 2B/K, whose
 * heights h_k the conditioner gives. It is the cumulative distribution of a histogram. raw [N, K, d].
 *
 *   y = y_k + h_k ξ,  ξ = (x − x_k)/ω,  dy/dx = h_k/ω
 *
 * Continuous (C⁰): the derivative jumps at the knots and at ±B, and does not depend on x between them, so that the
 * gradient of the log-derivative at x is zero.
 * Source: Müller, McWilliams, Rousselle, Gross & Novák 2019, Neural Importance Sampling, §4.1.
 */
import type { Tensor } from '../../ir/graph.ts'
import { add, div, log, matmul, mul, neg, slice, sub } from '../../ir/tensor.ts'
import { type TransformerOutput, defineTransformer } from '../transformer.ts'
import { makeEdges } from './spline/edges.ts'
import { bins, bound, minimumHeight } from './spline/options.ts'
import { type Direction, type Moved, withinRange } from './spline/range.ts'
import { findBin, matrix, select } from './spline/search.ts'

interface Options { readonly bins: number; readonly bound: number; readonly minimumHeight: number }

function move(position: Tensor, raw: Tensor, options: Options, direction: Direction): Moved {
  const { graph } = position
  const [count, width] = [options.bins, 2 * options.bound / options.bins]
  const edges = makeEdges(raw, { bins: count, bound: options.bound, minima: [options.minimumHeight] })
  const starts = direction === 'normalize'
    ? matrix(graph, count, 1, (k) => k * width)
    : slice(edges, 0, 0, count)
  const oneHot = findBin(starts, position)
  const selected = select(edges, oneHot)
  const left = matmul(matrix(graph, 1, count, (_, k) => k * width), oneHot)
  const [lower, height] = [slice(selected, 0, 0, 1), slice(selected, 0, 1, 2)]
  const logSlope = log(mul(height, 1 / width))
  if (direction === 'normalize') {
    return { position: add(lower, mul(sub(position, left), mul(height, 1 / width))), logDerivative: logSlope }
  }
  return { position: add(left, mul(div(sub(position, lower), height), width)), logDerivative: neg(logSlope) }
}

const run = (x: Tensor, raw: Tensor, options: Options, direction: Direction): TransformerOutput =>
  withinRange(x, raw, options.bound, (position, columns) => move(position, columns, options, direction))

export default defineTransformer({
  kind: 'linear-spline',
  title: 'Linear spline',
  options: { bins, bound, minimumHeight },
  parameterCount: ({ bins: count }) => count,
  range: ({ bound: limit }) => limit,
  normalize: (x, raw, options) => run(x, raw, options, 'normalize'),
  generate: (z, raw, options) => run(z, raw, options, 'generate'),
  docs: {
    summary: 'A monotone curve of straight pieces over equal bins: the fewest numbers, and a density with steps.',
    latex: 'z = y_k + h_k \\frac{x - x_k}{2B / K}',
    source: 'Müller, McWilliams, Rousselle, Gross & Novák 2019, Neural Importance Sampling, §4.1',
  },
})
