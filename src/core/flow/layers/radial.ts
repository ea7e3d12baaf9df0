/**
 * Radial flow: contracts or expands space around a centre,
 *   f(z) = z + β (z − z₀) / (α + r),   r = |z − z₀|,   α = softplus(a) + δ,   α + β = softplus(a + b) + δ,
 * so that α > 0 and β > −α whatever a and b are, which makes f invertible; b = 0 is the identity. δ = 10⁻³ bounds how
 * much the centre is compressed.
 * log|det ∂f/∂z| = (D − 1) log k + log(r A + α A k),   A = 1/(α + r),   k = 1 + β A.
 * Inverse in closed form: with ρ = |f(z) − z₀|, r is the positive root of r² + (α + β − ρ) r − α ρ = 0, and
 * z = z₀ + (f(z) − z₀) (α + r) / (α + β + r).
 * Shapes: z₀ [D], a and b scalars, or [N, D] and [N] with a context. Images are flattened.
 * Source: Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, §4.1, eq. 14, and appendix A.2.
 */
import { accept } from '../../issues.ts'
import { sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import {
  add, div, greater, log, maximum, mul, neg, reshape, softplus, sqrt, square, sub, where,
} from '../../ir/tensor.ts'
import { amortised, amortisedSpecs } from '../amortised.ts'
import { directed, directionOption } from '../directions.ts'
import { type LayerOutput, type PartContext, defineLayer, eventSize } from '../layer.ts'
import { constantly, normal, zeros } from '../parameters.ts'

/** Least α, and least α + β, in units of the event. */
const LEAST = 1e-3
/** softplus of it is 1. */
const UNIT_RADIUS = Math.log(Math.E - 1)
/** Square of a radius that is none: the root has no derivative at 0. */
const NO_RADIUS = 1e-30

interface Radial {
  /** α and α + β, [N] or []. */
  readonly alpha: Tensor
  readonly sum: Tensor
  /** Point − z₀, [N, D]. */
  readonly offset: Tensor
  /** |offset|, [N] */
  readonly radius: Tensor
  readonly centre: Tensor
}

/** What both directions start from: `point` [N, D] is z or f(z). */
function around(ctx: PartContext, point: Tensor): Radial {
  const [a, b] = [amortised(ctx, 'radius'), amortised(ctx, 'strength')]
  const centre = amortised(ctx, 'centre')
  const offset = sub(point, centre)
  return {
    alpha: add(softplus(a), LEAST), sum: add(softplus(add(a, b)), LEAST), centre, offset,
    radius: sqrt(maximum(sumEvent(square(offset)), NO_RADIUS)),
  }
}

/** log|det ∂f/∂z| from r = |z − z₀|, [N]. All terms of its sums are positive. */
function logDetOf({ alpha, sum }: Radial, r: Tensor, size: number): Tensor {
  const outer = add(alpha, r)
  const stretch = div(add(sum, r), outer)
  const radial = log(div(add(r, mul(alpha, stretch)), outer))
  return size === 1 ? radial : add(mul(log(stretch), size - 1), radial)
}

const asColumn = (x: Tensor): Tensor => reshape(x, [...x.shape, 1])

function forward(ctx: PartContext, z: Tensor): LayerOutput {
  const radial = around(ctx, z)
  const { alpha, sum, offset, radius } = radial
  const rate = div(sub(sum, alpha), add(alpha, radius))
  return { out: add(z, mul(offset, asColumn(rate))), logDet: logDetOf(radial, radius, z.shape[1] as number) }
}

/** The positive root of r² + q r − α ρ, in the form that does not cancel for the sign of q = α + β − ρ. */
function innerRadius({ alpha, sum, radius: rho }: Radial): Tensor {
  const q = sub(sum, rho)
  const product = mul(alpha, rho)
  const root = sqrt(add(square(q), mul(product, 4)))
  const ofPositive = div(mul(product, 2), add(maximum(q, 0), root))
  return where(greater(q, 0), ofPositive, mul(sub(root, q), 0.5))
}

function backward(ctx: PartContext, y: Tensor): LayerOutput {
  const radial = around(ctx, y)
  const { alpha, sum, offset, centre } = radial
  const r = innerRadius(radial)
  const shrink = div(add(alpha, r), add(sum, r))
  return {
    out: add(mul(offset, asColumn(shrink)), centre), logDet: neg(logDetOf(radial, r, y.shape[1] as number)),
  }
}

export default defineLayer({
  kind: 'radial',
  version: 1,
  options: { direction: directionOption('Both take one pass.') },
  infer: ({ event }) => accept({ event }),
  parameters: ({ event, contextSize }) => amortisedSpecs([
    { name: 'centre', shape: [eventSize(event)], initial: normal(1), role: 'parameter' },
    { name: 'radius', shape: [], initial: constantly(UNIT_RADIUS), role: 'parameter' },
    { name: 'strength', shape: [], initial: zeros, role: 'parameter' },
  ], contextSize),
  ...directed(forward, backward),
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Contracts or expands space around a learned centre.',
    latex: 'f(z) = z + \\frac{\\beta}{\\alpha + |z - z_0|}\\,(z - z_0),\\quad \\beta > -\\alpha',
    source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, §4.1',
  },
  editor: { title: 'Radial', group: 'residual', icon: 'radial' },
  laws: {
    cases: [
      { name: 'normalizing', event: [3] },
      { name: 'generating, context', event: [2], contextSize: 2, options: { direction: 'generating' } },
      { name: 'image', event: [2, 1, 2] },
      { name: 'a line', event: [1], options: { direction: 'generating' } },
    ],
    domain: 'real',
  },
})
