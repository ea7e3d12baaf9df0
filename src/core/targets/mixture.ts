/**
 * A mixture of Gaussians of equal weight and scale σ. Their centres lie on a circle in the first two dimensions (on a
 * line, evenly, where there is only one) and at 0 in all others:
 *   p(x) = (1/K) Σ_k N(x; μ_k, σ²I),  log Z = 0;  in a box Z is the mean over k of Π_d [Φ((b−μ)/σ) − Φ((a−μ)/σ)].
 */
import { LogSum } from '../data/special/log-sum.ts'
import { logNormalInterval } from '../data/special/normal-interval.ts'
import { integer, number } from '../flow/options.ts'
import { logSumExp } from '../ir/compositions.ts'
import { add, mul, reduceSum, reshape, square, sub } from '../ir/tensor.ts'
import { defineTarget } from './definition.ts'

interface Options { readonly modes: number; readonly radius: number; readonly scale: number }

/** μ, [K, D] row-major. */
function centres({ modes, radius }: Options, dimension: number): Float64Array {
  const values = new Float64Array(modes * dimension)
  for (let k = 0; k < modes; k++) {
    const angle = (2 * Math.PI * k) / modes
    const line = modes === 1 ? 0 : (2 * k) / (modes - 1) - 1
    values[k * dimension] = radius * (dimension === 1 ? line : Math.cos(angle))
    if (dimension > 1) values[k * dimension + 1] = radius * Math.sin(angle)
  }
  return values
}

export const mixture = defineTarget({
  kind: 'mixture',
  title: 'Mixture of Gaussians',
  options: {
    modes: integer({ label: 'Modes', default: 8, minimum: 1, maximum: 256, help: 'Gaussians in the mixture.' }),
    radius: number({ label: 'Radius', default: 3, minimum: 0, maximum: 1e6, help: 'Of the circle on which they lie.' }),
    scale: number({ label: 'Scale', default: 0.5, minimum: 1e-6, maximum: 1e6, help: 'Standard deviation of each.' }),
  },
  argument: 'none',
  logDensity({ options, dimension }, x) {
    const { modes, scale } = options
    const means = x.graph.constant(centres(options, dimension), [modes, dimension])
    const offsets = mul(sub(reshape(x, [x.shape[0] ?? 'N', 1, dimension]), means), 1 / scale)
    const constant = -dimension * (0.5 * Math.log(2 * Math.PI) + Math.log(scale)) - Math.log(modes)
    return add(logSumExp(mul(reduceSum(square(offsets), [2]), -0.5), 1), constant)
  },
  logZ({ options, dimension, box }) {
    if (box === undefined) return 0
    const means = centres(options, dimension)
    const sum = new LogSum()
    for (let k = 0; k < options.modes; k++) {
      const logs = box.lower.map((low, d) => {
        const standard = (bound: number): number => (bound - (means[k * dimension + d] as number)) / options.scale
        return logNormalInterval(standard(low), standard(box.upper[d] as number))
      })
      sum.add(1 / options.modes, logs.reduce((total, value) => total + value, 0))
    }
    return sum.log()
  },
  width: ({ options, dimension }) => 2 * options.modes * dimension,
  docs: {
    summary: 'Gaussians of equal weight on a circle: several modes, none of which may be forgotten.',
    latex: 'p(x) = \\tfrac1K \\sum_k \\mathcal N(x;\\, \\mu_k, \\sigma^2 I)',
    source: 'Bishop 2006, Pattern Recognition and Machine Learning, eq. 2.188',
  },
})
