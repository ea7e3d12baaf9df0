/**
 * Monotone piecewise-quadratic spline on [−B, B], the identity outside of it: the integral of a piecewise-linear
 * density over K bins of learned widths w_k. Its values d_k at the inner knots are learned, and divided by what makes
 * the whole integrate to 2B with d = 1 at ±B. raw [N, 2K−1, d]: K widths, K−1 logarithms of values.
 *
 *   y = y_k + w_k ξ (d_k + ½ (d_{k+1} − d_k) ξ),  ξ = (x − x_k)/w_k,  dy/dx = d_k + (d_{k+1} − d_k) ξ
 *   d_k = m + (1 − m) v_k / Σ_j c_j v_j · Σ_j c_j,  v = eʳ,  c_j = (w_{j−1} + w_j)/2
 *
 * Continuously differentiable (C¹), at ±B too. The inverse is the root of a quadratic, in the form that subtracts
 * nothing: ξ = 2g/(d_k + √D) with g = (y − y_k)/w_k and D = d_k² + 2 (d_{k+1} − d_k) g; √D is the derivative there.
 * Source: Müller, McWilliams, Rousselle, Gross & Novák 2019, Neural Importance Sampling, §4.2.
 */
import { full } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import {
  add, concat, div, exp, log, matmul, maximum, mul, reduceMax, reduceSum, slice, sqrt, square, stopGradient, sub,
} from '../../ir/tensor.ts'
import { type TransformerOutput, defineTransformer } from '../transformer.ts'
import { makeEdges } from './spline/edges.ts'
import { bins, bound, minimumSlope, minimumWidth } from './spline/options.ts'
import { type Direction, type Moved, withinRange } from './spline/range.ts'
import { findBin, matrix, pointsOf, select } from './spline/search.ts'

interface Options {
  readonly bins: number
  readonly bound: number
  readonly minimumWidth: number
  readonly minimumSlope: number
}

/** d at the left and at the right ends of the bins, [K, M] each, from widths [K, M] and raw values [K−1, M]. */
function slopesOf(widths: Tensor, raw: Tensor, least: number): readonly [Tensor, Tensor] {
  const { graph } = widths
  const inner = raw.shape[0] as number
  const shares = matmul(matrix(graph, inner, inner + 1, (j, k) => (k === j || k === j + 1 ? 0.5 : 0)), widths)
  const values = exp(sub(raw, stopGradient(reduceMax(raw, [0], true))))
  const scale = div(reduceSum(shares, [0], true), reduceSum(mul(shares, values), [0], true))
  const slopes = add(mul(mul(values, scale), 1 - least), least)
  const one = full(graph, 1, [1, pointsOf(widths)])
  return [concat([one, slopes], 0), concat([slopes, one], 0)]
}

/** [5·K, M]: left edges and widths, lower edges, slopes at both ends. */
function makeTable(raw: Tensor, options: Options): Tensor {
  const { bins: count, bound: limit, minimumWidth: least } = options
  const edges = makeEdges(slice(raw, 0, 0, count), { bins: count, bound: limit, minima: [least] })
  const widths = slice(edges, 0, count, 2 * count)
  const [left, right] = slopesOf(widths, slice(raw, 0, count, 2 * count - 1), options.minimumSlope)
  const areas = mul(widths, add(left, right))
  const lower = matmul(matrix(raw.graph, count, count, (row, k) => (k < row ? 0.5 : 0)), areas)
  return concat([edges, lower, left, right], 0)
}

function move(position: Tensor, raw: Tensor, options: Options, direction: Direction): Moved {
  const { bins: count } = options
  const table = makeTable(raw, options)
  const first = direction === 'normalize' ? 0 : 2 * count
  const selected = select(table, findBin(slice(table, 0, first, first + count), position))
  const row = (i: number): Tensor => slice(selected, 0, i, i + 1)
  const [x0, width, y0, left] = [row(0), row(1), row(2), row(3)]
  const rise = sub(row(4), left)
  if (direction === 'normalize') {
    const offset = sub(position, x0)
    const grown = mul(rise, div(offset, width))
    return { position: add(y0, mul(offset, add(left, mul(grown, 0.5)))), logDerivative: log(add(left, grown)) }
  }
  const area = sub(position, y0)
  // D is a squared slope: rounding must not take it below the least one.
  const inside = add(square(left), mul(mul(rise, div(area, width)), 2))
  const squared = maximum(inside, options.minimumSlope ** 2)
  return {
    position: add(x0, div(mul(area, 2), add(left, sqrt(squared)))),
    logDerivative: mul(log(squared), -0.5),
  }
}

const run = (x: Tensor, raw: Tensor, options: Options, direction: Direction): TransformerOutput =>
  withinRange(x, raw, options.bound, (position, columns) => move(position, columns, options, direction))

export default defineTransformer({
  kind: 'quadratic-spline',
  title: 'Quadratic spline',
  // With 2 bins the area under the one inner value is given: only the identity is left.
  options: { bins: { ...bins, minimum: 3 }, bound, minimumWidth, minimumSlope },
  parameterCount: ({ bins: count }) => 2 * count - 1,
  range: ({ bound: limit }) => limit,
  normalize: (x, raw, options) => run(x, raw, options, 'normalize'),
  generate: (z, raw, options) => run(z, raw, options, 'generate'),
  docs: {
    summary: 'A smooth monotone curve of parabolas, whose density is piecewise linear and has no steps.',
    latex: 'z = y_k + w_k\\, \\xi \\left(d_k + \\tfrac{1}{2}(d_{k+1} - d_k)\\, \\xi\\right), '
      + '\\quad \\xi = \\frac{x - x_k}{w_k}',
    source: 'Müller, McWilliams, Rousselle, Gross & Novák 2019, Neural Importance Sampling, §4.2',
  },
})
