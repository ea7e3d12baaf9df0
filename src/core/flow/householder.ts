/**
 * Products of Householder reflections H_i = I − 2 vᵢvᵢᵀ/|vᵢ|², which are orthogonal whatever the vectors are.
 *
 * Together: H₁ ⋯ H_r = I − Vᵀ T V, with the unit vectors as the rows of V [r, D] and T [r, r] upper triangular,
 * T⁻¹ = ½ I + the part of V Vᵀ above its diagonal. That takes O(log r) ops, where one after the other would take r.
 * A vector of length 0 is no reflection.
 * Sources: Puglisi 1992, Modification of the Householder method based on the compact WY representation; in flows: Tomczak & Welling 2016, Improving Variational Auto-Encoders using Householder Flow.
 */
import type { Tensor } from '../ir/graph.ts'
import { identity, strictLowerMask, triangularInverse } from '../ir/linalg.ts'
import type { Dim } from '../ir/shape.ts'
import {
  add, div, matmul, maximum, mul, reduceSum, reshape, slice, sqrt, square, sub, transpose,
} from '../ir/tensor.ts'

/** Square of a length that is none. */
const NO_LENGTH = 1e-30

/** Vectors over their last axis, of length 1. */
function unit(vectors: Tensor): Tensor {
  const last = vectors.shape.length - 1
  return div(vectors, sqrt(maximum(reduceSum(square(vectors), [last], true), NO_LENGTH)))
}

export interface Reflections {
  /** V [r, D] */
  readonly vectors: Tensor
  /** T [r, r] */
  readonly core: Tensor
}

/** The product of the reflections at the rows [r, D], in their order. */
export function reflections(rows: Tensor): Reflections {
  const vectors = unit(rows)
  const count = rows.shape[0] as number
  const above = transpose(strictLowerMask(rows.graph, count), [1, 0])
  const inverse = add(mul(matmul(vectors, vectors, { transposeB: true }), above), mul(identity(rows.graph, count), 0.5))
  return { vectors, core: triangularInverse(inverse, { upper: true }) }
}

/** Q A with Q the product, or Qᵀ A; A [D, M]. */
export function rotate({ vectors, core }: Reflections, a: Tensor, transposed = false): Tensor {
  const turned = matmul(core, matmul(vectors, a), { transposeA: transposed })
  return sub(a, matmul(vectors, turned, { transposeA: true }))
}

/** One after the other, for vectors of each example's own: H₁ ⋯ H_r x for x [N, D] and rows [N, r, D]. */
export function reflectEach(x: Tensor, rows: Tensor, order: 'product' | 'transposed'): Tensor {
  const vectors = unit(rows)
  const [batch, count, size] = vectors.shape as readonly [Dim, number, number]
  let out = x
  for (let step = 0; step < count; step++) {
    const i = order === 'product' ? count - 1 - step : step
    const v = reshape(slice(vectors, 1, i, i + 1), [batch, size])
    out = sub(out, mul(v, mul(reduceSum(mul(out, v), [1], true), 2)))
  }
  return out
}
