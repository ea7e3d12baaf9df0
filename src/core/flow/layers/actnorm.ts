/**
 * Activation normalisation: z = (x + b) · e^s, one scale and one shift for each channel (the last axis).
 * The first batch sets them so that z has mean 0 and variance 1 a channel.
 * logDet = P · Σ s with P the number of positions that share a channel (1 for vectors, H·W for images).
 * Source: Kingma & Dhariwal 2018, Glow, §3.1.
 */
import { accept } from '../../issues.ts'
import { mean } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, exp, log, maximum, mul, neg, reduceSum, reshape, square, sqrt, sub } from '../../ir/tensor.ts'
import { type LayerContext, constantLogDet, defineLayer, eventSize } from '../layer.ts'
import { zeros } from '../parameters.ts'

/** A channel that does not vary in the first batch gets this deviation, so that its scale stays finite. */
const SMALLEST_DEVIATION = 1e-4

const channels = (event: readonly number[]): number => event.at(-1) as number

function logDet(ctx: LayerContext<object>, sign: 1 | -1): Tensor {
  const positions = eventSize(ctx.event) / channels(ctx.event)
  return constantLogDet(ctx, mul(reduceSum(ctx.parameter('logScale'), [0]), sign * positions))
}

export default defineLayer({
  kind: 'actnorm',
  version: 1,
  options: {},
  infer: ({ event }) => accept({ event }),
  parameters: ({ event }) => [
    { name: 'shift', shape: [channels(event)], initial: zeros, role: 'parameter' },
    { name: 'logScale', shape: [channels(event)], initial: zeros, role: 'parameter' },
  ],
  normalize: (ctx, x) => ({
    out: mul(add(x, ctx.parameter('shift')), exp(ctx.parameter('logScale'))), logDet: logDet(ctx, 1),
  }),
  generate: (ctx, z) => ({
    out: sub(mul(z, exp(neg(ctx.parameter('logScale')))), ctx.parameter('shift')), logDet: logDet(ctx, -1),
  }),
  initialise(ctx, x) {
    const rows = reshape(x, [(x.shape[0] as number) * eventSize(ctx.event) / channels(ctx.event), channels(ctx.event)])
    const centre = mean(rows, [0])
    const deviation = sqrt(mean(square(sub(rows, centre)), [0]))
    return { shift: neg(centre), logScale: neg(log(maximum(deviation, SMALLEST_DEVIATION))) }
  },
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'A learned shift and scale for each channel, set by the first batch so that its output is standardised.',
    latex: 'z = (x + b) \\odot e^{s}',
    source: 'Kingma & Dhariwal 2018, Glow: Generative Flow with Invertible 1×1 Convolutions, §3.1',
  },
  editor: { title: 'ActNorm', group: 'normalisation', icon: 'scale' },
  laws: {
    cases: [{ name: 'vector', event: [3] }, { name: 'image', event: [2, 2, 3] }],
    domain: 'real',
  },
})
