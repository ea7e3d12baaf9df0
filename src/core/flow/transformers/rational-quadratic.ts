/**
 * Monotone rational-quadratic spline on [−B, B], the identity outside of it: K bins, their widths, heights and the
 * slopes at the inner knots given by the conditioner. raw [N, 3K−1, d]: K widths, K heights, K−1 slopes.
 * Source: Durkan, Bekasov, Murray & Papamakarios 2019, Neural Spline Flows, §3.1.
 *
 * Points are clipped into the range before their bin is sought, so that every unused branch is finite. The gradient is
 * written out: of generate it follows from that of normalize by the implicit function theorem, without differentiating
 * the root of the quadratic.
 */
import type { GradientRule, Tensor } from '../../ir/graph.ts'
import { clamp } from '../../ir/compositions.ts'
import { add, concat, div, equal, log, mul, neg, slice, sub, where, withGradient } from '../../ir/tensor.ts'
import { type TransformerOutput, defineTransformer } from '../transformer.ts'
import { fromColumns, toColumns } from './columns.ts'
import { type BinOptions, chooseBin, makeBins, scatter } from './spline/bins.ts'
import { bins, bound, minimumHeight, minimumSlope, minimumWidth } from './spline/options.ts'
import type { Direction } from './spline/range.ts'
import {
  type Cotangents, type Curve, type Segment, alongAt, curveAt, heightAt, logDerivativeSlope, pullBack, segmentOf,
} from './spline/segment.ts'

interface Options extends BinOptions {
  readonly minimumSlope: number
}

/** Everything that one direction computes before its gradient, in columns. */
interface State {
  readonly fractions: Tensor
  readonly oneHot: Tensor
  readonly selected: Tensor
  /** ξ and f in the segment. */
  readonly along: Tensor
  readonly height: Tensor
}

function place(position: Tensor, raw: Tensor, options: Options, direction: Direction): State {
  const made = makeBins(raw, options)
  const { oneHot, selected } = chooseBin(made, options.bins, direction === 'normalize' ? 'x' : 'y', position)
  const segment = segmentOf(selected, options.minimumSlope)
  if (direction === 'normalize') {
    const along = div(sub(position, segment.x0), segment.width)
    return { fractions: made.fractions, oneHot, selected, along, height: heightAt(segment, curveAt(segment, along)) }
  }
  const height = div(sub(position, segment.y0), segment.height)
  return { fractions: made.fractions, oneHot, selected, along: alongAt(segment, height), height }
}

/** What the gradient takes: x or z, raw, and the state, in columns. */
type Sources = readonly [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]

/** Cotangents of x or z, and of raw, from the stacked ones of the result [2, M]. Common terms are merged later. */
function gradientRule(options: Options, direction: Direction): GradientRule {
  return ({ inputs, cotangent }) => {
    const [x, , fractions, oneHot, selected, along, height] = inputs as Sources
    const segment = segmentOf(selected, options.minimumSlope)
    const curve = curveAt(segment, along)
    const inside = equal(x, clamp(x, -options.bound, options.bound))
    const within = where(inside, cotangent, 0)
    const [ofOut, ofLog] = [slice(within, 0, 0, 1), slice(within, 0, 1, 2)]
    const rule = direction === 'normalize' ? normalizeRule : generateRule
    const found = rule(segment, curve, ofOut, ofLog)
    const { edges, slopes } = pullBack(segment, curve, height, found)
    const ofRaw = scatter({ options, fractions, oneHot, selected, edges, slopes })
    const ofPosition = where(inside, found.ofPosition, slice(cotangent, 0, 0, 1))
    return [ofPosition, ofRaw, ...inputs.slice(2).map(() => undefined)]
  }
}

interface Pulled extends Cotangents {
  /** Of the direction's own argument. */
  readonly ofPosition: Tensor
}

function normalizeRule(segment: Segment, curve: Curve, ofOut: Tensor, ofLog: Tensor): Pulled {
  const ofX = add(mul(ofOut, curve.derivative), mul(ofLog, logDerivativeSlope(segment, curve)))
  return { ofY: ofOut, ofLog, ofX, ofPosition: ofX }
}

/** x(z) solves y(x) = z and its log-derivative is −log y′: dx = (dz − ∂y/∂θ dθ)/y′. */
function generateRule(segment: Segment, curve: Curve, ofOut: Tensor, ofLog: Tensor): Pulled {
  const ofPosition = div(sub(ofOut, mul(ofLog, logDerivativeSlope(segment, curve))), curve.derivative)
  return { ofY: neg(ofPosition), ofLog: neg(ofLog), ofX: neg(ofOut), ofPosition }
}

function run(x: Tensor, raw: Tensor, options: Options, direction: Direction): TransformerOutput {
  const limit = options.bound
  const [columns, rawColumns] = [toColumns(x), toColumns(raw)]
  const clipped = clamp(columns, -limit, limit)
  const state = place(add(clipped, limit), rawColumns, options, direction)
  const segment = segmentOf(state.selected, options.minimumSlope)
  const logSlope = log(curveAt(segment, state.along).derivative)
  const moved = direction === 'normalize'
    ? add(segment.y0, mul(segment.height, state.height))
    : add(segment.x0, mul(segment.width, state.along))
  const inside = equal(columns, clipped)
  const value = concat([
    where(inside, sub(moved, limit), columns),
    where(inside, direction === 'normalize' ? logSlope : neg(logSlope), 0),
  ], 0)
  const { fractions, oneHot, selected, along, height } = state
  const sources: Sources = [columns, rawColumns, fractions, oneHot, selected, along, height]
  const result = withGradient(value, sources, gradientRule(options, direction))
  const row = (i: number): Tensor => fromColumns(slice(result, 0, i, i + 1), x.shape)
  return { out: row(0), logDerivative: row(1) }
}

export default defineTransformer({
  kind: 'rational-quadratic',
  title: 'Rational-quadratic spline',
  options: { bins, bound, minimumWidth, minimumHeight, minimumSlope },
  parameterCount: ({ bins: count }) => 3 * count - 1,
  range: ({ bound: limit }) => limit,
  normalize: (x, raw, options) => run(x, raw, options, 'normalize'),
  generate: (z, raw, options) => run(z, raw, options, 'generate'),
  docs: {
    summary: 'A smooth monotone curve through learned knots, for densities with several modes.',
    latex: 'z = y_k + h_k \\frac{s_k \\xi^2 + \\delta_k\\, \\xi (1-\\xi)}'
      + '{s_k + (\\delta_k + \\delta_{k+1} - 2 s_k)\\, \\xi (1-\\xi)}',
    source: 'Durkan, Bekasov, Murray & Papamakarios 2019, Neural Spline Flows, §3.1',
  },
})
