/**
 * Learned triangular matrices T [n, n] with a positive diagonal e^s (see ./log-scale.ts): log|det T| = Σ s. Their
 * parameters are `logScale` [n] and, where n > 1, `factors` [n(n−1)/2], packed beside the diagonal; all start at zero,
 * which is the identity.
 */
import type { Tensor } from '../ir/graph.ts'
import { exp, mul, reduceSum } from '../ir/tensor.ts'
import { type PartContext, constantLogDet } from './layer.ts'
import { logScale } from './log-scale.ts'
import { type ParameterSpec, zeros } from './parameters.ts'
import { packedSize, triangle } from './triangle.ts'

export function scaledTriangleSpecs(n: number): readonly ParameterSpec[] {
  const scales: ParameterSpec = { name: 'logScale', shape: [n], initial: zeros, role: 'parameter' }
  return n > 1 ? [scales, { name: 'factors', shape: [packedSize(n)], initial: zeros, role: 'parameter' }] : [scales]
}

export function scaledTriangle(ctx: PartContext, n: number, side: 'lower' | 'upper'): Tensor {
  return triangle(exp(logScale(ctx)), n > 1 ? ctx.parameter('factors') : undefined, side)
}

/** Σ s for each example, [N]; with −1 that of the inverse. */
export function scaledTriangleLogDet(ctx: PartContext, sign: 1 | -1): Tensor {
  return constantLogDet(ctx, mul(reduceSum(logScale(ctx), [0]), sign))
}
