/**
 * Activation normalisation: z = (x + b) · e^s, one scale and one shift for each channel (the last axis).
 * The first batch sets them so that z has mean 0 and variance 1 a channel.
 * s = raw up to ±25 and saturates at ±30, so that no scale explodes and usual ones are learned as they are.
 * With a context c, b and s are those of each example, b + c·B and raw + c·S, with B and S zero at first.
 * logDet = P · Σ s with P the number of positions that share a channel (1 for vectors, H·W for images).
 * Source: Kingma & Dhariwal 2018, Glow, §3.1.
 */
import { accept } from '../../issues.ts'
import { mean } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, exp, log, maximum, mul, neg, reduceSum, reshape, square, sqrt, sub } from '../../ir/tensor.ts'
import { amortised, amortisedSpecs } from '../amortised.ts'
import { saturating, saturatingInverse } from '../bounded.ts'
import { type LayerContext, constantLogDet, defineLayer, eventSize } from '../layer.ts'
import { zeros } from '../parameters.ts'

/** A channel that does not vary in the first batch gets this deviation, so that its scale stays finite. */
const SMALLEST_DEVIATION = 1e-4

type Context = LayerContext<object>

const channels = (event: readonly number[]): number => event.at(-1) as number

/** [C], or for each example [N, 1, …, C]. */
function perChannel(ctx: Context, parameter: Tensor): Tensor {
  if (ctx.context === undefined) return parameter
  return reshape(parameter, [ctx.batch, ...ctx.event.slice(0, -1).map(() => 1), channels(ctx.event)])
}

const shift = (ctx: Context): Tensor => perChannel(ctx, amortised(ctx, 'shift'))
/** s, [C] or [N, C]. */
const logScale = (ctx: Context): Tensor => saturating(amortised(ctx, 'logScale'))

function logDet(ctx: Context, scale: Tensor, sign: 1 | -1): Tensor {
  const positions = eventSize(ctx.event) / channels(ctx.event)
  const total = mul(reduceSum(scale, [scale.shape.length - 1]), sign * positions)
  return ctx.context === undefined ? constantLogDet(ctx, total) : total
}

export default defineLayer({
  kind: 'actnorm',
  version: 1,
  options: {},
  infer: ({ event }) => accept({ event }),
  parameters: ({ event, contextSize }) => amortisedSpecs([
    { name: 'shift', shape: [channels(event)], initial: zeros, role: 'parameter' },
    { name: 'logScale', shape: [channels(event)], initial: zeros, role: 'parameter' },
  ], contextSize),
  normalize(ctx, x) {
    const scale = logScale(ctx)
    return { out: mul(add(x, shift(ctx)), exp(perChannel(ctx, scale))), logDet: logDet(ctx, scale, 1) }
  },
  generate(ctx, z) {
    const scale = logScale(ctx)
    return { out: sub(mul(z, exp(neg(perChannel(ctx, scale)))), shift(ctx)), logDet: logDet(ctx, scale, -1) }
  },
  initialise(ctx, x) {
    const rows = reshape(x, [(x.shape[0] as number) * eventSize(ctx.event) / channels(ctx.event), channels(ctx.event)])
    const centre = mean(rows, [0])
    const deviation = sqrt(mean(square(sub(rows, centre)), [0]))
    return { shift: neg(centre), logScale: saturatingInverse(neg(log(maximum(deviation, SMALLEST_DEVIATION)))) }
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
    cases: [
      { name: 'vector', event: [3] },
      { name: 'image', event: [2, 2, 3] },
      { name: 'vector, context', event: [2], contextSize: 3 },
      { name: 'image, context', event: [2, 1, 2], contextSize: 2 },
    ],
    domain: 'real',
  },
})
