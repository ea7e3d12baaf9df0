/**
 * Activation functions of conditioners, element by element: stable for every input, and of few nodes forward and
 * backward, because they run on the widest tensors of a flow. Where the derivative has a shorter form than the chain
 * rule finds, it is given.
 */
import type { Tensor } from '../ir/graph.ts'
import {
  add, erf, exp, greater, maximum, minimum, mul, relu, sigmoid, softplus, sub, tanh, where, withGradient,
} from '../ir/tensor.ts'

export type Activation = 'relu' | 'tanh' | 'elu' | 'silu' | 'gelu' | 'leaky-relu' | 'softplus'

/** Label of each activation. */
export const activationTitles: Readonly<Record<Activation, string>> = {
  relu: 'ReLU', tanh: 'tanh', elu: 'ELU', silu: 'SiLU', gelu: 'GELU', 'leaky-relu': 'Leaky ReLU', softplus: 'Softplus',
}

/** Slope of the leaky ReLU below 0. */
const LEAK = 0.01

/** x for x > 0, eˣ − 1 below (Clevert et al. 2016). Its derivative is e^min(x, 0) on both sides. */
function elu(x: Tensor): Tensor {
  const slope = exp(minimum(x, 0))
  // eˣ − 1 ≥ x everywhere, and it is cut to 0 where x is the larger one.
  return withGradient(maximum(x, sub(slope, 1)), [x, slope], ({ inputs: [, derivative], cotangent }) =>
    [mul(cotangent, derivative as Tensor), undefined])
}

/** x σ(x) (Elfwing et al. 2018). Its derivative is σ + y (1 − σ). */
function silu(x: Tensor): Tensor {
  const gate = sigmoid(x)
  return withGradient(mul(x, gate), [x, gate], ({ value, inputs: [, sigma], cotangent }) => {
    const open = sigma as Tensor
    return [mul(cotangent, add(open, mul(value, sub(1, open)))), undefined]
  })
}

/** x Φ(x), with Φ the distribution function of the standard normal, exact (Hendrycks & Gimpel 2016). */
function gelu(x: Tensor): Tensor {
  return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1))
}

/** x for x > 0, LEAK · x below. */
function leakyRelu(x: Tensor): Tensor {
  return withGradient(maximum(x, mul(x, LEAK)), [x], ({ inputs: [input], cotangent }) =>
    [where(greater(input as Tensor, 0), cotangent, mul(cotangent, LEAK))])
}

export const activations: Readonly<Record<Activation, (x: Tensor) => Tensor>> = {
  relu, tanh, elu, silu, gelu, 'leaky-relu': leakyRelu, softplus,
}
