/** Tensor functions made of several ops, with care for their numerics. */
import type { Graph, Tensor } from './graph.ts'
import { type Shape, isStatic, sameShape } from './shape.ts'
import {
  broadcastTo, div, exp, log, maximum, minimum, mul, neg, reduceMax, reduceSum, reshape, softplus, stopGradient, sub,
} from './tensor.ts'

/** Sums x over the axes in which it was broadcast from `shape`: the adjoint of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x
  const lead = x.shape.length - shape.length
  const axes = x.shape.flatMap((dim, axis) => (axis < lead || (shape[axis - lead] === 1 && dim !== 1) ? [axis] : []))
  return lead === 0 ? reduceSum(x, axes, true) : reshape(reduceSum(x, axes), shape)
}

/** Arithmetic mean over axes of known length. */
export function mean(x: Tensor, axes: readonly number[], keepDims = false): Tensor {
  const lengths: Shape = axes.map((axis) => x.shape[axis] ?? 1)
  if (!isStatic(lengths)) throw new Error(`mean: the axes ${axes.join(', ')} of [${x.shape.join(', ')}] are not static`)
  return mul(reduceSum(x, axes, keepDims), 1 / lengths.reduce((product, dim) => product * dim, 1))
}

/** Sum over every axis but the first: [N, …] → [N]. */
export function sumEvent(x: Tensor): Tensor {
  return reduceSum(x, x.shape.slice(1).map((_, i) => i + 1))
}

/** softmax along one axis; the maximum is subtracted first, and its gradient cancels exactly. */
export function softmax(x: Tensor, axis: number): Tensor {
  const e = exp(sub(x, stopGradient(reduceMax(x, [axis], true))))
  return div(e, reduceSum(e, [axis], true))
}

/** log Σ eˣ along one axis, in its stable form. */
export function logSumExp(x: Tensor, axis: number): Tensor {
  const top = stopGradient(reduceMax(x, [axis], true))
  const sum = log(reduceSum(exp(sub(x, top)), [axis]))
  return sum.graph.apply('add', [sum, reshape(top, sum.shape)])[0] as Tensor
}

/** log σ(x) = −softplus(−x). */
export function logSigmoid(x: Tensor): Tensor {
  return neg(softplus(neg(x)))
}

export function clamp(x: Tensor, low: number, high: number): Tensor {
  return minimum(maximum(x, low), high)
}

export function full(graph: Graph, value: number, shape: Shape): Tensor {
  return broadcastTo(graph.constant(value), shape)
}
