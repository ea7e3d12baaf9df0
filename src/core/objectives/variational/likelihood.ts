/**
 * p(x | u): what a decoder's output, raw [N, D], says about the data.
 *
 * bernoulli: x ∈ {0, 1}; data above the threshold count as 1. log p = Σ x·raw − softplus(raw), raw the logits.
 * gaussian: x = mean + scale·raw + σ·ε, with mean and scale those of the training data and a learned σ a dimension:
 * log p = −½ Σ ((x − μ)/σ)² − Σ log σ − (D/2) log 2π.
 * Source: Kingma & Welling 2014, Auto-Encoding Variational Bayes, appendix C.
 */
import { bounded } from '../../flow/bounded.ts'
import { type ParameterSpec, constantly, ones, zeros } from '../../flow/parameters.ts'
import { sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, div, exp, heaviside, log, mul, reduceSum, sigmoid, softplus, square, sub } from '../../ir/tensor.ts'

export type LikelihoodKind = 'bernoulli' | 'gaussian'

export interface LikelihoodOptions {
  readonly likelihood: LikelihoodKind
  readonly threshold: number
}

/** σ is within e^±7 of the data's own scale. */
const LOG_SCALE_BOUND = 7
/** The first σ: a tenth of the data's scale would pull the posterior together before the decoder has learned. */
const FIRST_LOG_SCALE = -1

type Parameter = (name: string) => Tensor

export interface Likelihood {
  parameters(dimensions: number): readonly ParameterSpec[]
  /** The data as they are modelled, [N, D]. */
  observed(x: Tensor, options: LikelihoodOptions): Tensor
  /** The data as the encoder's input, [N, D]. */
  encoded(observed: Tensor, parameter: Parameter): Tensor
  /** E[x | u], [N, D]. */
  mean(raw: Tensor, parameter: Parameter): Tensor
  /** log p(x | u), [N]. */
  logProb(observed: Tensor, raw: Tensor, parameter: Parameter): Tensor
  /** What `draw` takes a number a dimension of. */
  readonly noise: 'normal' | 'uniform'
  /** x drawn around E[x | u], [N, D]. */
  draw(mean: Tensor, noise: Tensor, parameter: Parameter): Tensor
}

const bernoulli: Likelihood = {
  parameters: () => [],
  observed: (x, { threshold }) => heaviside(sub(x, threshold)),
  encoded: (observed) => sub(observed, 0.5),
  mean: (raw) => sigmoid(raw),
  logProb: (observed, raw) => sumEvent(sub(mul(observed, raw), softplus(raw))),
  noise: 'uniform',
  draw: (mean, noise) => heaviside(sub(mean, noise)),
}

const sigma = (parameter: Parameter): Tensor => mul(exp(bounded(parameter('logScale'), LOG_SCALE_BOUND)), parameter('dataScale'))

const gaussian: Likelihood = {
  parameters: (dimensions) => [
    { name: 'logScale', shape: [dimensions], initial: constantly(FIRST_LOG_SCALE), role: 'parameter' },
    { name: 'dataMean', shape: [dimensions], initial: zeros, role: 'buffer' },
    { name: 'dataScale', shape: [dimensions], initial: ones, role: 'buffer' },
  ],
  observed: (x) => x,
  encoded: (observed, parameter) => div(sub(observed, parameter('dataMean')), parameter('dataScale')),
  mean: (raw, parameter) => add(mul(raw, parameter('dataScale')), parameter('dataMean')),
  logProb(observed, raw, parameter) {
    const mean = gaussian.mean(raw, parameter)
    return gaussianLogProb(observed, mean, sigma(parameter))
  },
  noise: 'normal',
  draw: (mean, noise, parameter) => add(mean, mul(noise, sigma(parameter))),
}

/** log N(x; mean, σ²) summed over the dimensions: x and mean [N, D], σ [D] → [N]. */
function gaussianLogProb(x: Tensor, mean: Tensor, scale: Tensor): Tensor {
  const size = x.shape[1] as number
  const quadratic = sumEvent(square(div(sub(x, mean), scale)))
  return sub(add(mul(quadratic, -0.5), -0.5 * size * Math.log(2 * Math.PI)), reduceSum(log(scale), [0]))
}

export const likelihoods: Readonly<Record<LikelihoodKind, Likelihood>> = { bernoulli, gaussian }
