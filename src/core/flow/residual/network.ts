/**
 * The contractive network g of a residual layer: g(x) = a(… a(x W₁ + c W_c + b₁) …) W_L, `depth` hidden layers of `width`
 * units, without a bias at the end. Activations have slopes within ±1 and each weight is brought down to a spectral norm
 * of ᴸ√c at most (./spectral.ts), so that g has the Lipschitz constant c in x. The context is not constrained.
 * Shapes: x and g [N, D], W₁ [D, w], hidden [depth − 1, w, w], W_L [w, D], bias and sharpness [depth, w].
 * Source: Behrmann et al. 2019, Invertible Residual Networks, §2 and §2.1.
 */
import type { Tensor } from '../../ir/graph.ts'
import type { Dim } from '../../ir/shape.ts'
import { add, concat, exp, matmul, mul, reshape, slice } from '../../ir/tensor.ts'
import { bounded } from '../bounded.ts'
import type { PartContext } from '../layer.ts'
import { type ParameterSpec, constantly, symmetric, zeros } from '../parameters.ts'
import { type LipschitzActivation, lipschitzActivations } from './lipschitz-activations.ts'
import { contraction, gram } from './spectral.ts'

export interface NetworkShape {
  /** D */
  readonly size: number
  readonly contextSize: number
  readonly width: number
  readonly depth: number
  readonly activation: LipschitzActivation
  /** c */
  readonly lipschitz: number
}

/** log β lies within ±5, and starts here: a unit sees only a small part of x, of a size of 1/√w. */
const LOG_SHARPNESS_BOUND = 5
const FIRST_SHARPNESS = 4

export function networkParameters({ size, contextSize, width, depth }: NetworkShape): readonly ParameterSpec[] {
  const first = LOG_SHARPNESS_BOUND * Math.atanh(Math.log(FIRST_SHARPNESS) / LOG_SHARPNESS_BOUND)
  return [
    { name: 'first', shape: [size, width], initial: symmetric(1 / Math.sqrt(size)), role: 'weight' },
    ...(depth > 1
      ? [{ name: 'hidden', shape: [depth - 1, width, width], initial: symmetric(1.5 / Math.sqrt(width)), role: 'weight' } as const]
      : []),
    { name: 'last', shape: [width, size], initial: zeros, role: 'weight' },
    { name: 'bias', shape: [depth, width], initial: symmetric(2 / Math.sqrt(width)), role: 'parameter' },
    { name: 'sharpness', shape: [depth, width], initial: constantly(first), role: 'parameter' },
    ...(contextSize > 0
      ? [{ name: 'context', shape: [contextSize, width], initial: symmetric(1 / Math.sqrt(contextSize)), role: 'weight' } as const]
      : []),
  ]
}

/** All that g takes besides x, in one graph or in another. */
export interface Network {
  readonly activation: LipschitzActivation
  /** W₁ … W_L, contractive. */
  readonly weights: readonly Tensor[]
  /** What is added before each activation, [w], or [N, w] with a context for the first one. */
  readonly shifts: readonly Tensor[]
  /** β, [w] each. */
  readonly sharpness: readonly Tensor[]
}

/** Rows of a parameter [count, ...], as tensors of their own. */
function unstack(stack: Tensor): Tensor[] {
  const [count, ...rest] = stack.shape as readonly [number, ...Dim[]]
  return Array.from({ length: count }, (_, i) => reshape(slice(stack, 0, i, i + 1), rest))
}

/** Weights with a product of spectral norms of at most c. Matrices of one size are bounded together. */
function contractiveWeights(ctx: PartContext, { size, width, depth, lipschitz }: NetworkShape): Tensor[] {
  const limit = lipschitz ** (1 / (depth + 1))
  const [first, last] = [ctx.parameter('first'), ctx.parameter('last')]
  const hidden = depth > 1 ? ctx.parameter('hidden') : undefined
  const side = Math.min(size, width)
  const outer = [first, last].map((weight) => reshape(gram(weight), [1, side, side]))
  const together = hidden !== undefined && side === width
  const factors = contraction(concat(together ? [...outer, gram(hidden)] : outer, 0), limit)
  const scaled = (weight: Tensor, from: Tensor, i: number): Tensor => mul(weight, slice(from, 0, i, i + 1))
  const inner = hidden === undefined || together ? undefined : contraction(gram(hidden), limit)
  const middle = hidden === undefined ? [] : unstack(hidden).map((weight, i) =>
    inner === undefined ? scaled(weight, factors, i + 2) : scaled(weight, inner, i))
  return [scaled(first, factors, 0), ...middle, scaled(last, factors, 1)]
}

export function network(ctx: PartContext, shape: NetworkShape): Network {
  const shifts = unstack(ctx.parameter('bias'))
  if (ctx.context !== undefined) shifts[0] = add(matmul(ctx.context, ctx.parameter('context')), shifts[0] as Tensor)
  return {
    activation: shape.activation,
    weights: contractiveWeights(ctx, shape),
    shifts,
    sharpness: unstack(exp(bounded(ctx.parameter('sharpness'), LOG_SHARPNESS_BOUND))),
  }
}

/** The tensors of a network in one list, and a network of such a list, for the body of a loop. */
export const tensorsOf = ({ weights, shifts, sharpness }: Network): readonly Tensor[] => [...weights, ...shifts, ...sharpness]
export function networkOf(activation: LipschitzActivation, tensors: readonly Tensor[]): Network {
  const depth = (tensors.length - 1) / 3
  return {
    activation, weights: tensors.slice(0, depth + 1), shifts: tensors.slice(depth + 1, 2 * depth + 1),
    sharpness: tensors.slice(2 * depth + 1),
  }
}

export interface Passed {
  /** g(x), [N, D] */
  readonly out: Tensor
  /** Slopes of the activations, [N, w] each. */
  readonly slopes: readonly Tensor[]
}

export function apply({ activation, weights, shifts, sharpness }: Network, x: Tensor): Passed {
  const slopes: Tensor[] = []
  let h = x
  shifts.forEach((shift, i) => {
    const { value, slope } = lipschitzActivations[activation](add(matmul(h, weights[i] as Tensor), shift), sharpness[i] as Tensor)
    slopes.push(slope)
    h = value
  })
  return { out: matmul(h, weights.at(-1) as Tensor), slopes }
}

/** vᵀ ∂g/∂x for v [N, D], [N, D]. */
export function pullBack(weights: readonly Tensor[], slopes: readonly Tensor[], v: Tensor): Tensor {
  let back = matmul(v, weights.at(-1) as Tensor, { transposeB: true })
  for (let i = slopes.length - 1; i >= 0; i--) {
    back = matmul(mul(back, slopes[i] as Tensor), weights[i] as Tensor, { transposeB: true })
  }
  return back
}
