/**
 * Student's t with independent dimensions, of tails that fall like a power: with u = (z − μ)/s,
 *   log p(z) = Σ [log Γ((ν+1)/2) − log Γ(ν/2) − ½ log(πν) − log s − (ν+1)/2 · log(1 + u²/ν)].
 * ν is fixed, or learned for each dimension between 1 and 100; μ = 0 and s = 1, or learned (log s bounded to ±5).
 *
 * Samples are exact, from two uniform numbers U and V a dimension: u = √(ν (U^(−2/ν) − 1)) · cos 2πV. The power minus one
 * is taken as e^w − 1 = tanh(w/2)·(e^w + 1), which keeps its digits where w is small.
 * Sources: Alexanderson & Henter 2020, Robust model training and generalisation with Studentising flows, §3; Bailey 1994,
 * Polar generation of random variates with the t-distribution, Mathematics of Computation 62.
 */
import { clamp, sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, broadcastTo, cos, div, exp, log, mul, neg, slice, sqrt, square, sub, tanh } from '../../ir/tensor.ts'
import { type BaseSite, defineBase } from '../base.ts'
import { bounded } from '../bounded.ts'
import { logGammaRatio } from '../gamma-ratio.ts'
import type { PartContext } from '../layer.ts'
import { logScale } from '../log-scale.ts'
import { type OptionsOf, boolean, number } from '../options.ts'
import { type ParameterSpec, constantly, zeros } from '../parameters.ts'

/** Learned degrees of freedom lie within a factor of 10 of 10. */
const MIDDLE = 10
const LOG_RANGE = Math.log(10)
/** A uniform number of exactly 0 would give an infinite z, one of exactly 1 an infinite slope. */
const MARGIN = 1e-7

const options = {
  degrees: number({
    label: 'Degrees of freedom', default: 5, minimum: 1.1, maximum: 90,
    help: 'How heavy the tails are: 2 is very heavy, 30 is nearly a Gaussian. Where they are learned, the first value.',
  }),
  learnedDegrees: boolean({
    label: 'Learned degrees', default: false, help: 'Learn the degrees of freedom of each dimension, between 1 and 100.',
  }),
  learned: boolean({ label: 'Learned', default: false, help: 'Learn a location and a scale for each dimension.' }),
}
type Site = BaseSite<OptionsOf<typeof options>>

function tParameters({ size, options: { degrees, learnedDegrees, learned } }: Site): readonly ParameterSpec[] {
  const first = LOG_RANGE * Math.atanh(Math.log(degrees / MIDDLE) / LOG_RANGE)
  return [
    ...(learnedDegrees ? [{ name: 'degrees', shape: [size], initial: constantly(first), role: 'parameter' } as const] : []),
    ...(learned
      ? [
          { name: 'location', shape: [size], initial: zeros, role: 'parameter' } as const,
          { name: 'logScale', shape: [size], initial: zeros, role: 'parameter' } as const,
        ]
      : []),
  ]
}

/** ν, [D] or a scalar. */
const degreesOf = (ctx: PartContext, { options: { degrees, learnedDegrees } }: Site): Tensor =>
  (learnedDegrees ? mul(exp(bounded(ctx.parameter('degrees'), LOG_RANGE)), MIDDLE) : ctx.graph.constant(degrees))

/** √(ν (U^(−2/ν) − 1)) · cos 2πV */
function polar(nu: Tensor, u: Tensor, v: Tensor): Tensor {
  const w = div(mul(log(clamp(u, MARGIN, 1 - MARGIN)), -2), nu)
  return mul(sqrt(mul(nu, mul(tanh(mul(w, 0.5)), add(exp(w), 1)))), cos(mul(v, 2 * Math.PI)))
}

export default defineBase({
  kind: 'student-t',
  title: 'Student t',
  options,
  parameters: tParameters,
  logProb(ctx, site, z) {
    const nu = degreesOf(ctx, site)
    const { learned } = site.options
    const u = learned ? mul(sub(z, ctx.parameter('location')), exp(neg(logScale(ctx)))) : z
    const constant = sub(logGammaRatio(mul(nu, 0.5)), mul(log(mul(nu, Math.PI)), 0.5))
    const tails = mul(mul(add(nu, 1), 0.5), log(add(div(square(u), nu), 1)))
    return sumEvent(sub(learned ? sub(constant, logScale(ctx)) : constant, tails))
  },
  noise: 'uniform',
  noiseSize: ({ size }) => 2 * size,
  sample(ctx, site, noise, temperature) {
    const { size, options: { learned } } = site
    const draws = polar(degreesOf(ctx, site), slice(noise, 1, 0, size), slice(noise, 1, size, 2 * size))
    const spread = mul(draws, temperature)
    return learned ? add(ctx.parameter('location'), mul(spread, exp(logScale(ctx)))) : spread
  },
  natural: (ctx, site) => ({
    degrees: broadcastTo(degreesOf(ctx, site), [site.size]),
    ...(site.options.learned ? { centre: ctx.parameter('location'), scale: exp(logScale(ctx)) } : {}),
  }),
  support: 'real',
  docs: {
    summary: 'Independent dimensions with heavy tails, for data with outliers; degrees of freedom fixed or learned.',
    latex: 'p(z) = \\prod_d \\frac{\\Gamma(\\frac{\\nu+1}{2})}{\\sqrt{\\pi\\nu}\\, s_d\\, \\Gamma(\\frac{\\nu}{2})}'
      + ' \\Big(1 + \\frac{u_d^2}{\\nu}\\Big)^{-\\frac{\\nu+1}{2}},\\quad u_d = \\frac{z_d - \\mu_d}{s_d}',
    source: 'Alexanderson & Henter 2020, Robust model training and generalisation with Studentising flows, §3',
  },
  laws: [
    { options: { learned: true, learnedDegrees: true } },
    { options: { degrees: 1.1 } },
    { options: { degrees: 90, learnedDegrees: true } },
  ],
})
