/**
 * Mixture of K Gaussians with diagonal covariances: log p(z) = log Σ_k π_k N(z; μ_k, σ_k²), all learned, in the form of a
 * log-sum-exp. log σ is bounded to ±5. The weights π = softmax(logits) are the same everywhere, or depend on the context:
 * for a label as a one-hot vector, each class has its own weights over components that all share.
 *
 * Samples take D + 1 normal numbers: the last one, as Φ of it is uniform, chooses the component, the others spread about
 * its mean. Temperature scales the spread of the components and leaves their means and weights.
 * Shapes: z [N, D], mean and logScale [K, D], logits [K] or [C, K].
 * Source: Bishop 2006, Pattern Recognition and Machine Learning, §9.2; as a base Izmailov et al. 2020, Semi-Supervised
 * Learning with Normalizing Flows, §3.
 */
import { logSumExp, softmax } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import {
  add, broadcastTo, cast, concat, cumulativeSum, erf, exp, greaterOrEqual, matmul, mul, neg, reduceSum, reshape, slice,
  square, sub,
} from '../../ir/tensor.ts'
import { error } from '../../issues.ts'
import { type BaseSite, defineBase } from '../base.ts'
import type { PartContext } from '../layer.ts'
import { logScale } from '../log-scale.ts'
import { type OptionsOf, choice, integer } from '../options.ts'
import { normal, zeros } from '../parameters.ts'

const options = {
  components: integer({ label: 'Components', default: 8, minimum: 2, maximum: 256, help: 'Number of Gaussians.' }),
  weights: choice({
    label: 'Weights', default: 'shared', choices: { shared: 'Shared', context: 'By class' },
    help: 'The same weights everywhere, or weights of their own for each class of the label.',
  }),
}
type Site = BaseSite<OptionsOf<typeof options>>

/** [1, K], or [N, K] by class. */
function logits(ctx: PartContext, { options: { components, weights } }: Site): Tensor {
  const own = ctx.parameter('logits')
  return weights === 'context' ? matmul(ctx.context as Tensor, own) : reshape(own, [1, components])
}

/** 1 at the component that each row takes, else 0, [N, K]. */
function chosen(ctx: PartContext, site: Site, uniform: Tensor): Tensor {
  const last = site.options.components - 1
  const bounds = cumulativeSum(slice(softmax(logits(ctx, site), 1), 1, 0, last), 1)
  // Whether the component lies beyond each of the inner bounds; beyond the outermost one there is nothing.
  const beyond = cast(greaterOrEqual(uniform, broadcastTo(bounds, [ctx.batch, last])), 'float')
  const [one, none] = [1, 0].map((value) => broadcastTo(ctx.graph.constant(value), [ctx.batch, 1])) as [Tensor, Tensor]
  return sub(concat([one, beyond], 1), concat([beyond, none], 1))
}

export default defineBase({
  kind: 'gaussian-mixture',
  title: 'Mixture of Gaussians',
  options,
  check({ contextSize, options: { weights } }) {
    if (weights === 'shared' || contextSize > 0) return []
    return [error('base-without-context', 'expected a label or context columns for weights by class, got none', {
      at: 'weights', fix: 'train with --context COLUMN, or set it to "shared"',
    })]
  },
  parameters: ({ size, contextSize, options: { components, weights } }) => [
    {
      name: 'logits', shape: weights === 'context' ? [contextSize, components] : [components], initial: zeros,
      role: 'parameter',
    },
    // Means that differ, or all components would stay one.
    { name: 'mean', shape: [components, size], initial: normal(1), role: 'parameter' },
    { name: 'logScale', shape: [components, size], initial: zeros, role: 'parameter' },
  ],
  logProb(ctx, site, z) {
    const { size } = site
    const scale = logScale(ctx)
    const offset = sub(reshape(z, [ctx.batch, 1, size]), ctx.parameter('mean'))
    const distance = reduceSum(square(mul(offset, exp(neg(scale)))), [2])
    const constant = add(reduceSum(scale, [1]), 0.5 * size * Math.log(2 * Math.PI))
    const raw = logits(ctx, site)
    const weighted = add(sub(mul(distance, -0.5), constant), raw)
    return sub(logSumExp(weighted, 1), broadcastTo(logSumExp(raw, 1), [ctx.batch]))
  },
  noise: 'normal',
  noiseSize: ({ size }) => size + 1,
  sample(ctx, site, noise, temperature) {
    const { size } = site
    const uniform = mul(add(erf(mul(slice(noise, 1, size, size + 1), Math.SQRT1_2)), 1), 0.5)
    const component = chosen(ctx, site, uniform)
    const spread = mul(mul(slice(noise, 1, 0, size), temperature), matmul(component, exp(logScale(ctx))))
    return add(matmul(component, ctx.parameter('mean')), spread)
  },
  centres: 'many',
  natural: (ctx, site) => ({
    weights: site.options.weights === 'context'
      ? softmax(ctx.parameter('logits'), 1)
      : reshape(softmax(logits(ctx, site), 1), [site.options.components]),
    centre: ctx.parameter('mean'),
    scale: exp(logScale(ctx)),
  }),
  support: 'real',
  docs: {
    summary: 'Several Gaussians with learned weights, means and scales, for data in clusters; weights may depend on the class.',
    latex: 'p(z) = \\sum_k \\pi_k\\, \\mathcal{N}(z;\\, \\mu_k, \\operatorname{diag}\\sigma_k^2)',
    source: 'Izmailov, Kirichenko, Finzi & Wilson 2020, Semi-Supervised Learning with Normalizing Flows, §3',
  },
  laws: [{ options: { components: 2 } }, { options: { components: 3, weights: 'context' }, contextSize: 3 }],
})
