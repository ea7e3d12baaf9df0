/**
 * Standardisation: z = (x − μ) / σ with the mean and the standard deviation of the data, for each dimension or for each
 * channel (the last axis). They are buffers: fitted to the data when the flow is initialised, and never trained.
 * logDet = −P · Σ log σ with P the number of positions that share a channel (1 where each dimension has its own).
 */
import { accept } from '../../issues.ts'
import { mean } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import {
  abs, add, div, lessOrEqual, log, maximum, mul, reduceSum, reshape, sqrt, square, sub, where,
} from '../../ir/tensor.ts'
import { type LayerContext, constantLogDet, defineLayer, eventSize } from '../layer.ts'
import { choice } from '../options.ts'
import { ones, zeros } from '../parameters.ts'

/** Deviations below this part of the mean are rounding of float32, not variation. */
const SMALLEST_RATIO = 1e-6
/** Below this, squares vanish in float32. */
const SMALLEST_DEVIATION = 1e-18

interface Options { readonly per: 'dimension' | 'channel' }

function fittedShape(event: readonly number[], { per }: Options): readonly number[] {
  return per === 'channel' ? event.slice(-1) : event
}

function logDet(ctx: LayerContext<Options>, sign: 1 | -1): Tensor {
  const shape = fittedShape(ctx.event, ctx.options)
  const logs = reduceSum(log(ctx.parameter('deviation')), shape.map((_, axis) => axis))
  return constantLogDet(ctx, mul(logs, sign * eventSize(ctx.event) / eventSize(shape)))
}

export default defineLayer({
  kind: 'standardize',
  version: 1,
  options: {
    per: choice({
      label: 'Statistics', default: 'dimension', choices: { dimension: 'Each dimension', channel: 'Each channel' },
      help: 'Whether every dimension has a mean and a deviation of its own, or all positions of a channel share them.',
    }),
  },
  infer: ({ event }) => accept({ event }),
  parameters: ({ event, options }) => [
    { name: 'mean', shape: fittedShape(event, options), initial: zeros, role: 'buffer' },
    { name: 'deviation', shape: fittedShape(event, options), initial: ones, role: 'buffer' },
  ],
  normalize: (ctx, x) => ({
    out: div(sub(x, ctx.parameter('mean')), ctx.parameter('deviation')), logDet: logDet(ctx, -1),
  }),
  generate: (ctx, z) => ({
    out: add(mul(z, ctx.parameter('deviation')), ctx.parameter('mean')), logDet: logDet(ctx, 1),
  }),
  initialise(ctx, x) {
    const shape = fittedShape(ctx.event, ctx.options)
    const width = eventSize(shape)
    const rows = reshape(x, [(x.shape[0] as number) * eventSize(ctx.event) / width, width])
    const centre = mean(rows, [0])
    const deviation = sqrt(mean(square(sub(rows, centre)), [0]))
    // What does not vary keeps its scale: any other would blow up the noise of its rounding.
    const constant = lessOrEqual(deviation, maximum(mul(abs(centre), SMALLEST_RATIO), SMALLEST_DEVIATION))
    return { mean: reshape(centre, shape), deviation: reshape(where(constant, 1, deviation), shape) }
  },
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Subtracts the mean of the data and divides by its standard deviation; both are fitted once, not trained.',
    latex: 'z = \\frac{x - \\mu}{\\sigma}',
    source: 'Papamakarios, Pavlakou & Murray 2017, Masked Autoregressive Flow, §4 (preprocessing)',
  },
  editor: { title: 'Standardize', group: 'data', icon: 'ruler' },
  laws: {
    cases: [
      { name: 'vector', event: [3] },
      { name: 'image, each dimension', event: [2, 2, 2] },
      { name: 'image, each channel', event: [2, 2, 2], options: { per: 'channel' } },
    ],
    domain: 'real',
  },
})
