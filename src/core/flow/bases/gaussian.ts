/**
 * Gaussian with independent dimensions: log p(z) = −½ Σ ((z−μ)/σ)² − Σ log σ − (D/2) log 2π.
 * Fixed at μ = 0, σ = 1, or with learned mean and scale (their logarithm bounded to ±5 so that no density explodes).
 */
import { sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, exp, mul, neg, reduceSum, square, sub } from '../../ir/tensor.ts'
import { defineBase } from '../base.ts'
import { bounded } from '../bounded.ts'
import type { PartContext } from '../layer.ts'
import { boolean } from '../options.ts'
import { zeros } from '../parameters.ts'

const LOG_SCALE_BOUND = 5

const logScale = (ctx: PartContext): Tensor => bounded(ctx.parameter('logScale'), LOG_SCALE_BOUND)

export default defineBase({
  kind: 'gaussian',
  title: 'Gaussian',
  options: {
    learned: boolean({ label: 'Learned', default: false, help: 'Learn a mean and a scale for each dimension.' }),
  },
  parameters: ({ size, options }) => options.learned
    ? [
        { name: 'mean', shape: [size], initial: zeros, role: 'parameter' },
        { name: 'logScale', shape: [size], initial: zeros, role: 'parameter' },
      ]
    : [],
  logProb(ctx, { size, options }, z) {
    const constant = -0.5 * size * Math.log(2 * Math.PI)
    if (!options.learned) return add(mul(sumEvent(square(z)), -0.5), constant)
    const scaled = mul(sub(z, ctx.parameter('mean')), exp(neg(logScale(ctx))))
    return sub(add(mul(sumEvent(square(scaled)), -0.5), constant), reduceSum(logScale(ctx), [0]))
  },
  noise: 'normal',
  sample(ctx, { options }, noise, temperature) {
    const spread = mul(noise, temperature)
    return options.learned ? add(ctx.parameter('mean'), mul(spread, exp(logScale(ctx)))) : spread
  },
  support: 'real',
  docs: {
    summary: 'Independent normal dimensions, standard or with learned mean and scale.',
    latex: 'p(z) = \\prod_d \\mathcal{N}(z_d;\\, \\mu_d, \\sigma_d^2)',
    source: 'Papamakarios et al. 2021, Normalizing Flows for Probabilistic Modeling and Inference, §2.1',
  },
})
