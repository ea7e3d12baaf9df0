/**
 * The non-linearities h of flows of the form z + u·h(wᵀz + b), and what makes such a flow invertible: along w it is the
 * scalar map c ↦ c + p·h(c) with p = wᵀu, which increases where p·h′ > −1 everywhere.
 *
 * `admissible` takes any number to such a p, 0 to 0: for an increasing h, p > −1/sup h′, p = softplus(x + c₀) − k with
 * k = (1 − ε)/sup h′ and c₀ so that 0 stays 0; where h′ changes its sign, |p| < k by k·tanh(x/k). No derivative of the
 * map falls below ε = 10⁻², so that float32 can undo it.
 * Source: Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, appendix A.1 (for tanh, ε = 0, c₀ = 0).
 */
import type { Tensor } from '../ir/graph.ts'
import {
  abs, add, cos, div, greater, maximum, minimum, mul, neg, relu, sigmoid, sin, softplus, square, sub, tanh, where,
} from '../ir/tensor.ts'
import { bounded } from './bounded.ts'
import { choice } from './options.ts'

export type ResidualActivation = 'tanh' | 'sigmoid' | 'softplus' | 'leaky-relu' | 'sine'

export interface Nonlinearity {
  readonly value: (x: Tensor) => Tensor
  readonly slope: (x: Tensor) => Tensor
  /** inf h′ and sup h′. */
  readonly slopes: readonly [number, number]
  /** inf h and sup h, where they are finite. */
  readonly range?: readonly [number, number]
  /** h(0) */
  readonly atZero: number
  /** c + p·h(c) in a form that does not cancel for p near −1, where h grows as c does. */
  readonly sum?: (p: Tensor, c: Tensor) => Tensor
  /** c with c + p·h(c) = t in closed form, where there is one. */
  readonly solve?: (p: Tensor, t: Tensor) => Tensor
}

/** Least derivative of c ↦ c + p·h(c). */
const LEAST_SLOPE = 1e-2
/** Slope of the leaky ReLU below 0. */
const LEAK = 0.1

export const nonlinearities: Readonly<Record<ResidualActivation, Nonlinearity>> = {
  tanh: { value: tanh, slope: (x) => sub(1, square(tanh(x))), slopes: [0, 1], range: [-1, 1], atZero: 0 },
  sigmoid: {
    value: sigmoid, slope: (x) => mul(sigmoid(x), sub(1, sigmoid(x))), slopes: [0, 0.25], range: [0, 1], atZero: 0.5,
  },
  softplus: {
    value: softplus, slope: sigmoid, slopes: [0, 1], atZero: Math.LN2,
    sum: (p, c) => add(add(minimum(c, 0), mul(add(1, p), relu(c))), mul(p, softplus(neg(abs(c))))),
  },
  'leaky-relu': {
    value: (x) => maximum(x, mul(x, LEAK)), slope: (x) => where(greater(x, 0), 1, LEAK), slopes: [LEAK, 1], atZero: 0,
    // The map keeps the sign.
    solve: (p, t) => where(greater(t, 0), div(t, add(1, p)), div(t, add(1, mul(p, LEAK)))),
  },
  sine: { value: sin, slope: cos, slopes: [-1, 1], range: [-1, 1], atZero: 0 },
}

export const nonlinearityOption = choice<ResidualActivation>({
  label: 'Non-linearity', default: 'tanh',
  choices: { tanh: 'tanh', sigmoid: 'Sigmoid', softplus: 'Softplus', 'leaky-relu': 'Leaky ReLU', sine: 'Sine' },
  help: 'h; its steepest slope sets how far the flow may fold space.',
})

/** Any number to a p for which c ↦ c + p·h(c) increases, element by element; 0 to 0. */
export function admissible(raw: Tensor, { slopes: [least, most] }: Nonlinearity): Tensor {
  const limit = (1 - LEAST_SLOPE) / Math.max(most, -least)
  if (least < 0) return bounded(raw, limit)
  return sub(softplus(add(raw, Math.log(Math.expm1(limit)))), limit)
}

/** The smaller and the larger of two numbers, element by element. */
const hull = (a: Tensor, b: Tensor): readonly [Tensor, Tensor] => [minimum(a, b), maximum(a, b)]

/** Ends of an interval that holds the c with c + p·h(c) = t, from the steepest and the flattest that the map can be. */
export function rootBracket({ slopes, atZero }: Nonlinearity, p: Tensor, t: Tensor): readonly [Tensor, Tensor] {
  const rest = sub(t, mul(p, atZero))
  return hull(div(rest, add(1, mul(p, slopes[0]))), div(rest, add(1, mul(p, slopes[1]))))
}

/** Ends of the interval of all −p·h(c), for an h with a range. */
export function offsetBracket([low, high]: readonly [number, number], p: Tensor): readonly [Tensor, Tensor] {
  return hull(mul(p, -low), mul(p, -high))
}
