/**
 * Monotone piecewise-cubic spline on [−B, B], the identity outside of it: K bins of learned widths w_k and heights h_k;
 * the slopes δ at the inner knots follow from them by Steffen's rule, which keeps every piece increasing, and those at
 * the two ends are learned, between 0 and three times the mean slope of the outer bin. raw [N, 2K+2, d]: K widths,
 * K heights, 2 slopes.
 *
 * With s_k = h_k/w_k, ξ = (x − x_k)/w_k and the slopes of the ends of the bin relative to s_k, α = δ_k/s_k and
 * β = δ_{k+1}/s_k (Bernstein form of the Hermite cubic):
 *
 *   y = y_k + h_k f,  f = ξ (α (1−ξ)² + ξ ((3−β)(1−ξ) + ξ))
 *   dy/dx = s_k f′,   f′ = α (1−ξ)² + 2 (3−α−β) ξ (1−ξ) + β ξ²
 *   δ_k = min(2 s_{k−1}, 2 s_k, (s_{k−1} w_k + s_k w_{k−1})/(w_{k−1} + w_k))      (Steffen 1990, eq. 11)
 *
 * Continuously differentiable (C¹) inside; at ±B only continuous (C⁰), as in the paper. The inverse is the root of the
 * cubic in [0, 1], by bracketed Newton steps: its closed form loses half of the digits where two roots meet.
 * Source: Durkan, Bekasov, Murray & Papamakarios 2019, Cubic-Spline Flows, §3.
 */
import type { Tensor } from '../../ir/graph.ts'
import { add, div, less, log, matmul, minimum, mul, neg, sigmoid, slice, square, sub, where } from '../../ir/tensor.ts'
import { type ScalarFunction, bracketedRoot } from '../solvers/bracketed-root.ts'
import { type TransformerOutput, defineTransformer } from '../transformer.ts'
import { makeEdges } from './spline/edges.ts'
import { bins, bound, minimumHeight, minimumWidth } from './spline/options.ts'
import { type Direction, type Moved, withinRange } from './spline/range.ts'
import { findBin, matrix, select } from './spline/search.ts'

interface Options {
  readonly bins: number
  readonly bound: number
  readonly minimumWidth: number
  readonly minimumHeight: number
}

/** How near slopes at the ends of the range come to 0 and to three times the mean slope, relative to that. */
const MARGIN = 1e-3
/** Where the sigmoid gives a third, for raw zeros: the slope of a straight line. */
const THIRD = (1 / 3 - MARGIN) / (1 - 2 * MARGIN)
const SHIFT = Math.log(THIRD / (1 - THIRD))

interface Chosen {
  readonly x0: Tensor
  readonly width: Tensor
  readonly y0: Tensor
  readonly height: Tensor
  /** Of the bins before and after, [2, M]. */
  readonly neighbours: { readonly widths: Tensor; readonly heights: Tensor }
}

/**
 * α and β, [2, M], from the quantities of the chosen bins and of their neighbours: one row for the left end and one for
 * the right. `ends` [2, M] is 1 where that end is an end of the range, whose raw slopes are [2, M].
 */
function relativeSlopes({ width, height, neighbours }: Chosen, ends: Tensor, raw: Tensor): Tensor {
  // Everything relative to the bin itself: widths of the neighbours, and their mean slopes.
  const widths = div(neighbours.widths, width)
  const means = div(div(neighbours.heights, height), widths)
  const through = div(add(widths, means), add(widths, 1))
  const inner = minimum(minimum(mul(means, 2), 2), through)
  const learned = add(mul(sigmoid(add(raw, SHIFT)), 3 * (1 - 2 * MARGIN)), 3 * MARGIN)
  return where(less(0.5, ends), learned, inner)
}

const pair = (relative: Tensor): readonly [alpha: Tensor, beta: Tensor] =>
  [slice(relative, 0, 0, 1), slice(relative, 0, 1, 2)]

/** f, for α and β [2, M]. */
const heightAt: ScalarFunction = (along, [relative]) => {
  const [alpha, beta] = pair(relative as Tensor)
  const ahead = sub(1, along)
  const inner = add(mul(sub(3, beta), ahead), along)
  return mul(along, add(mul(alpha, square(ahead)), mul(along, inner)))
}

/** f′ */
const slopeAt: ScalarFunction = (along, [relative]) => {
  const [alpha, beta] = pair(relative as Tensor)
  const ahead = sub(1, along)
  const middle = mul(mul(sub(sub(3, alpha), beta), 2), mul(along, ahead))
  return add(add(mul(alpha, square(ahead)), middle), mul(beta, square(along)))
}

/** The bin that holds the position, with α and β, [2, M]. */
function choose(position: Tensor, raw: Tensor, options: Options, direction: Direction): readonly [Chosen, Tensor] {
  const { bins: count, bound: limit, minimumWidth: leastWidth, minimumHeight: leastHeight } = options
  const edges = makeEdges(slice(raw, 0, 0, 2 * count), {
    bins: count, bound: limit, minima: [leastWidth, leastHeight], neighbours: true,
  })
  const first = direction === 'normalize' ? 0 : 4 * count
  const oneHot = findBin(slice(edges, 0, first, first + count), position)
  const selected = select(edges, oneHot)
  const rows = (from: number, to: number): Tensor => slice(selected, 0, from, to)
  const [width, height] = [rows(1, 2), rows(5, 6)]
  const chosen: Chosen = {
    x0: rows(0, 1), width, y0: rows(4, 5), height,
    neighbours: { widths: rows(2, 4), heights: rows(6, 8) },
  }
  const isEnd = matrix(raw.graph, 2, count, (row, bin) => (bin === (row === 0 ? 0 : count - 1) ? 1 : 0))
  return [chosen, relativeSlopes(chosen, matmul(isEnd, oneHot), slice(raw, 0, 2 * count, 2 * count + 2))]
}

function move(position: Tensor, raw: Tensor, options: Options, direction: Direction): Moved {
  const [{ x0, width, y0, height }, relative] = choose(position, raw, options, direction)
  const logSlope = (along: Tensor): Tensor => log(mul(div(height, width), slopeAt(along, [relative])))
  if (direction === 'normalize') {
    const along = div(sub(position, x0), width)
    return { position: add(y0, mul(height, heightAt(along, [relative]))), logDerivative: logSlope(along) }
  }
  const target = div(sub(position, y0), height)
  const { root, residual } = bracketedRoot({
    f: heightAt, slope: slopeAt, target, captured: [relative], guess: target, lower: 0, upper: 1,
  })
  return { position: add(x0, mul(width, root)), logDerivative: neg(logSlope(root)), residual }
}

const run = (x: Tensor, raw: Tensor, options: Options, direction: Direction): TransformerOutput =>
  withinRange(x, raw, options.bound, (position, columns) => move(position, columns, options, direction))

export default defineTransformer({
  kind: 'cubic-spline',
  title: 'Cubic spline',
  options: { bins, bound, minimumWidth, minimumHeight },
  parameterCount: ({ bins: count }) => 2 * count + 2,
  range: ({ bound: limit }) => limit,
  cost: { normalize: 'one pass', generate: 'iterative' },
  normalize: (x, raw, options) => run(x, raw, options, 'normalize'),
  generate: (z, raw, options) => run(z, raw, options, 'generate'),
  docs: {
    summary: 'A smooth monotone curve of cubics through learned knots; its inverse is found by iteration.',
    latex: 'z = y_k + h_k\\, \\xi \\left(\\alpha (1-\\xi)^2 + \\xi \\left((3-\\beta)(1-\\xi) + \\xi\\right)\\right), '
      + '\\quad \\xi = \\frac{x - x_k}{w_k}',
    source: 'Durkan, Bekasov, Murray & Papamakarios 2019, Cubic-Spline Flows, §3',
  },
})
