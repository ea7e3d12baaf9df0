/**
 * Gaussian: log p(z) = −½ |L⁻¹(z − μ)|² − log det L − (D/2) log 2π, with Σ = L Lᵀ.
 * Fixed at μ = 0, L = 1, or with a learned mean and a learned covariance: a scale for each dimension (L diagonal), one
 * scale for all, or a full matrix by its Cholesky factor L, lower triangular with a positive diagonal. The logarithms
 * of the scales, and of the diagonal, are bounded to ±5 so that no density explodes.
 * Shapes: z [N, D], mean [D], logScale [D] or [1], below [D(D−1)/2]: L below its diagonal, row by row.
 */
import { sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { identity, triangularInverse } from '../../ir/linalg.ts'
import { add, broadcastTo, exp, gather, matmul, mul, neg, pad, reduceSum, reshape, square, sub } from '../../ir/tensor.ts'
import { error } from '../../issues.ts'
import { type BaseSite, defineBase } from '../base.ts'
import type { PartContext } from '../layer.ts'
import { logScale } from '../log-scale.ts'
import { type OptionsOf, boolean, choice } from '../options.ts'
import { type ParameterSpec, zeros } from '../parameters.ts'

/** Widest full covariance: a factor of a million numbers. */
const MAX_FULL = 1024

const options = {
  learned: boolean({ label: 'Learned', default: false, help: 'Learn a mean and a covariance.' }),
  covariance: choice({
    label: 'Covariance', default: 'diagonal',
    choices: { isotropic: 'One scale', diagonal: 'A scale each', full: 'Full' },
    help: 'Of a learned one: the same scale for all dimensions, one for each, or a full covariance matrix.',
  }),
}
type Site = BaseSite<OptionsOf<typeof options>>

function learnedParameters({ size, options: { covariance } }: Site): readonly ParameterSpec[] {
  const scales = covariance === 'isotropic' ? 1 : size
  const own: readonly ParameterSpec[] = [
    { name: 'mean', shape: [size], initial: zeros, role: 'parameter' },
    { name: 'logScale', shape: [scales], initial: zeros, role: 'parameter' },
  ]
  if (covariance !== 'full' || size === 1) return own
  return [...own, { name: 'below', shape: [(size * (size - 1)) / 2], initial: zeros, role: 'parameter' }]
}

/** log of the diagonal of L, [D]. */
const logDiagonal = (ctx: PartContext, { size }: Site): Tensor => broadcastTo(logScale(ctx), [size])

/** L [D, D] of a full covariance. */
function factor(ctx: PartContext, site: Site): Tensor {
  const { size } = site
  const diagonal = mul(identity(ctx.graph, size), exp(logDiagonal(ctx, site)))
  if (size === 1) return diagonal
  // Position 0 holds the zero of the upper triangle.
  const places = Array.from({ length: size * size }, (_, i) => {
    const [row, column] = [Math.floor(i / size), i % size]
    return column < row ? 1 + (row * (row - 1)) / 2 + column : 0
  })
  return add(reshape(gather(pad(ctx.parameter('below'), 0, 1, 0), places, 0), [size, size]), diagonal)
}

/** L⁻¹(z − μ), [N, D]. */
function whitened(ctx: PartContext, site: Site, z: Tensor): Tensor {
  const centred = sub(z, ctx.parameter('mean'))
  if (site.options.covariance !== 'full') return mul(centred, exp(neg(logDiagonal(ctx, site))))
  return matmul(centred, triangularInverse(factor(ctx, site)), { transposeB: true })
}

export default defineBase({
  kind: 'gaussian',
  title: 'Gaussian',
  options,
  check({ size, options: { learned, covariance } }) {
    if (!learned || covariance !== 'full' || size <= MAX_FULL) return []
    return [error('gaussian-size', `expected at most ${MAX_FULL} dimensions for a full covariance, got ${size}`, {
      at: 'covariance', fix: 'set it to "diagonal"',
    })]
  },
  parameters: (site) => (site.options.learned ? learnedParameters(site) : []),
  logProb(ctx, site, z) {
    const constant = -0.5 * site.size * Math.log(2 * Math.PI)
    if (!site.options.learned) return add(mul(sumEvent(square(z)), -0.5), constant)
    const distance = sumEvent(square(whitened(ctx, site, z)))
    return sub(add(mul(distance, -0.5), constant), reduceSum(logDiagonal(ctx, site), [0]))
  },
  noise: 'normal',
  sample(ctx, site, noise, temperature) {
    const spread = mul(noise, temperature)
    if (!site.options.learned) return spread
    const scaled = site.options.covariance === 'full'
      ? matmul(spread, factor(ctx, site), { transposeB: true })
      : mul(spread, exp(logDiagonal(ctx, site)))
    return add(ctx.parameter('mean'), scaled)
  },
  natural(ctx, site) {
    if (!site.options.learned) return {}
    const centre = ctx.parameter('mean')
    return site.options.covariance === 'full'
      ? { centre, factor: factor(ctx, site) }
      : { centre, scale: exp(logDiagonal(ctx, site)) }
  },
  support: 'real',
  docs: {
    summary: 'The normal distribution: standard, or with a learned mean and an isotropic, diagonal or full covariance.',
    latex: 'p(z) = \\mathcal{N}(z;\\, \\mu, \\Sigma),\\quad \\Sigma = L L^\\top',
    source: 'Papamakarios et al. 2021, Normalizing Flows for Probabilistic Modeling and Inference, §2.1',
  },
  laws: [
    { options: { learned: true, covariance: 'isotropic' } },
    { options: { learned: true, covariance: 'full' } },
  ],
})
