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
import { add, concat, div, log, minimum, mul, neg, sigmoid, slice, square, sub } from '../../ir/tensor.ts'
import { type ScalarFunction, bracketedRoot } from '../solvers/bracketed-root.ts'
import { type TransformerOutput, defineTransformer } from '../transformer.ts'
import { makeEdges } from './spline/edges.ts'
import { bins, bound, minimumHeight, minimumWidth } from './spline/options.ts'
import { type Direction, type Moved, withinRange } from './spline/range.ts'
import { findBin, select } from './spline/search.ts'

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

/** δ at the left and right ends of the bins, [K, M] each, from widths and heights [K, M] and raw slopes [2, M]. */
function slopesOf(widths: Tensor, heights: Tensor, raw: Tensor): readonly [Tensor, Tensor] {
  const last = (widths.shape[0] as number) - 1
  const means = div(heights, widths)
  const [s0, s1] = [slice(means, 0, 0, last), slice(means, 0, 1, last + 1)]
  const [w0, w1] = [slice(widths, 0, 0, last), slice(widths, 0, 1, last + 1)]
  const through = div(add(mul(s0, w1), mul(s1, w0)), add(w0, w1))
  const inner = minimum(mul(minimum(s0, s1), 2), through)
  const outer = concat([slice(means, 0, 0, 1), slice(means, 0, last, last + 1)], 0)
  const ends = mul(outer, add(mul(sigmoid(add(raw, SHIFT)), 3 * (1 - 2 * MARGIN)), 3 * MARGIN))
  return [concat([slice(ends, 0, 0, 1), inner], 0), concat([inner, slice(ends, 0, 1, 2)], 0)]
}

/** f, for α and β. */
const heightAt: ScalarFunction = (along, [alpha, beta]) => {
  const ahead = sub(1, along)
  const end = add(mul(sub(3, beta as Tensor), ahead), along)
  return mul(along, add(mul(alpha as Tensor, square(ahead)), mul(along, end)))
}

/** f′ */
function slopeAt(along: Tensor, alpha: Tensor, beta: Tensor): Tensor {
  const ahead = sub(1, along)
  const middle = mul(mul(sub(sub(3, alpha), beta), 2), mul(along, ahead))
  return add(add(mul(alpha, square(ahead)), middle), mul(beta, square(along)))
}

function move(position: Tensor, raw: Tensor, options: Options, direction: Direction): Moved {
  const count = options.bins
  const minima = [options.minimumWidth, options.minimumHeight]
  const { edges } = makeEdges(slice(raw, 0, 0, 2 * count), { bins: count, bound: options.bound, minima })
  const block = (i: number): Tensor => slice(edges, 0, i * count, (i + 1) * count)
  const slopes = slopesOf(block(1), block(3), slice(raw, 0, 2 * count, 2 * count + 2))
  const oneHot = findBin(block(direction === 'normalize' ? 0 : 2), position)
  const selected = select(concat([edges, ...slopes], 0), oneHot)
  const row = (i: number): Tensor => slice(selected, 0, i, i + 1)
  const [x0, width, y0, height] = [row(0), row(1), row(2), row(3)]
  const mean = div(height, width)
  const [alpha, beta] = [div(row(4), mean), div(row(5), mean)]
  const logSlope = (along: Tensor): Tensor => log(mul(mean, slopeAt(along, alpha, beta)))
  if (direction === 'normalize') {
    const along = div(sub(position, x0), width)
    return { position: add(y0, mul(height, heightAt(along, [alpha, beta]))), logDerivative: logSlope(along) }
  }
  const target = div(sub(position, y0), height)
  const { root, residual } = bracketedRoot({
    f: heightAt, target, captured: [alpha, beta], guess: target, lower: 0, upper: 1,
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
