/**
 * Gaussian with a mean and a scale for each class: p(z | c) = N(z; μ_c, diag σ_c²), the class c given by the context as a
 * one-hot vector. For other contexts μ = c·M and log σ = c·S are linear in them. log σ is bounded to ±5.
 * Shapes: z [N, D], context [N, C], mean and logScale [C, D].
 * Source: Izmailov, Kirichenko, Finzi & Wilson 2020, Semi-Supervised Learning with Normalizing Flows, §3.
 */
import { sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, exp, matmul, mul, neg, square, sub } from '../../ir/tensor.ts'
import { error } from '../../issues.ts'
import { defineBase } from '../base.ts'
import type { PartContext } from '../layer.ts'
import { boundedLogScale, logScale } from '../log-scale.ts'
import { zeros } from '../parameters.ts'

/** What the context chooses of a parameter [C, D], [N, D]. */
const own = (ctx: PartContext, name: string): Tensor => matmul(ctx.context as Tensor, ctx.parameter(name))
const ownLogScale = (ctx: PartContext): Tensor => boundedLogScale(own(ctx, 'logScale'))

export default defineBase({
  kind: 'class-gaussian',
  title: 'Class-conditional Gaussian',
  options: {},
  check({ contextSize }) {
    if (contextSize > 0) return []
    return [error('base-without-context', 'expected a label or context columns for a Gaussian of each class, got none', {
      at: 'kind', fix: 'train with --context COLUMN, or choose the base "gaussian" with learned: true',
    })]
  },
  parameters: ({ size, contextSize }) => [
    { name: 'mean', shape: [contextSize, size], initial: zeros, role: 'parameter' },
    { name: 'logScale', shape: [contextSize, size], initial: zeros, role: 'parameter' },
  ],
  logProb(ctx, { size }, z) {
    const scale = ownLogScale(ctx)
    const scaled = mul(sub(z, own(ctx, 'mean')), exp(neg(scale)))
    return add(sumEvent(sub(mul(square(scaled), -0.5), scale)), -0.5 * size * Math.log(2 * Math.PI))
  },
  noise: 'normal',
  sample: (ctx, _site, noise, temperature) =>
    add(own(ctx, 'mean'), mul(mul(noise, temperature), exp(ownLogScale(ctx)))),
  natural: (ctx) => ({
    centre: ctx.parameter('mean'), scale: exp(logScale(ctx)),
  }),
  support: 'real',
  docs: {
    summary: 'A Gaussian with a learned mean and scale for each class of the label.',
    latex: 'p(z \\mid c) = \\mathcal{N}(z;\\, \\mu_c, \\operatorname{diag}\\sigma_c^2)',
    source: 'Izmailov, Kirichenko, Finzi & Wilson 2020, Semi-Supervised Learning with Normalizing Flows, §3',
  },
  laws: [{ contextSize: 3 }],
})
