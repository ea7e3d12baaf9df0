/**
 * Logistic with independent dimensions, of heavier tails than the Gaussian: with u = (z − μ)/s,
 * log p(z) = −Σ [softplus(u) + softplus(−u) + log s]. Fixed at μ = 0, s = 1, or with learned location and scale (the
 * logarithm of the scale bounded to ±5). Sampled through its quantile function, z = μ + s·logit(noise).
 * Source: Dinh, Krueger & Bengio 2014, NICE, §3.4.
 */
import { clamp, sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, exp, log, mul, neg, reduceSum, softplus, sub } from '../../ir/tensor.ts'
import { defineBase } from '../base.ts'
import { logScale } from '../log-scale.ts'
import { boolean } from '../options.ts'
import { zeros } from '../parameters.ts'

/** Noise of exactly 0 or 1 would give an infinite z. */
const MARGIN = 1e-7

/** log p of the standard logistic, summed over the dimensions, [N]. */
const standard = (u: Tensor): Tensor => neg(sumEvent(add(softplus(u), softplus(neg(u)))))

export default defineBase({
  kind: 'logistic',
  title: 'Logistic',
  options: {
    learned: boolean({ label: 'Learned', default: false, help: 'Learn a location and a scale for each dimension.' }),
  },
  parameters: ({ size, options }) => options.learned
    ? [
        { name: 'location', shape: [size], initial: zeros, role: 'parameter' },
        { name: 'logScale', shape: [size], initial: zeros, role: 'parameter' },
      ]
    : [],
  logProb(ctx, { options }, z) {
    if (!options.learned) return standard(z)
    const u = mul(sub(z, ctx.parameter('location')), exp(neg(logScale(ctx))))
    return sub(standard(u), reduceSum(logScale(ctx), [0]))
  },
  noise: 'uniform',
  sample(ctx, { options }, noise, temperature) {
    const inside = clamp(noise, MARGIN, 1 - MARGIN)
    const spread = mul(sub(log(inside), log(sub(1, inside))), temperature)
    return options.learned ? add(ctx.parameter('location'), mul(spread, exp(logScale(ctx)))) : spread
  },
  support: 'real',
  docs: {
    summary: 'Independent logistic dimensions, standard or with learned location and scale; the base of NICE.',
    latex: 'p(z) = \\prod_d \\frac{e^{-u_d}}{s_d (1 + e^{-u_d})^2},\\quad u_d = \\frac{z_d - \\mu_d}{s_d}',
    source: 'Dinh, Krueger & Bengio 2014, NICE: Non-linear Independent Components Estimation, §3.4',
  },
})
