/**
 * log det(1 + J) for the Jacobian J of g, exactly, by Gaussian elimination of all examples at once.
 *
 * No pivoting is needed. Every leading block of J has a spectral norm of at most |J| ≤ c < 1, so that 1 + tJ_k is
 * regular for 0 ≤ t ≤ 1 and det(1 + J_k) > 0 for all k: the pivots, which are their ratios, are positive. And the symmetric
 * part of 1 + J is at least 1 − c, for which elimination without pivoting is stable (Golub & Van Loan, Matrix
 * Computations, 4th ed., §4.3.2, unsymmetric positive definite systems). The logarithm needs no absolute value.
 *
 * J comes column by column, in forward mode: D times the work of g. Axes: the batch is the last one, which is long.
 */
import type { Dim } from '../../ir/shape.ts'
import type { Tensor } from '../../ir/graph.ts'
import { identity } from '../../ir/linalg.ts'
import { add, concat, div, log, matmul, mul, reduceSum, reshape, slice, sub, transpose } from '../../ir/tensor.ts'

/** ∂g_e/∂x_d at [d, e, N], from the weights of g and the slopes of its activations [N, w]. */
function jacobian(weights: readonly Tensor[], slopes: readonly Tensor[]): Tensor {
  const [first, ...rest] = weights as readonly [Tensor, ...Tensor[]]
  const [size, width] = first.shape as readonly [Dim, Dim]
  let tangents = reshape(first, [size, 1, width])
  slopes.forEach((slope, i) => { tangents = matmul(mul(tangents, slope), rest[i] as Tensor) })
  return transpose(tangents, [0, 2, 1])
}

/** log det(1 + J), [N] */
export function exactLogDet(weights: readonly Tensor[], slopes: readonly Tensor[]): Tensor {
  const all = jacobian(weights, slopes)
  const [size, , batch] = all.shape as readonly [number, number, Dim]
  let rest = add(all, reshape(identity(all.graph, size), [size, size, 1]))
  const pivots: Tensor[] = []
  for (let left = size; left > 0; left--) {
    const [top, below] = [slice(rest, 0, 0, 1), left === 1 ? undefined : slice(rest, 0, 1, left)]
    const pivot = slice(top, 1, 0, 1)
    pivots.push(reshape(pivot, [1, batch]))
    if (below === undefined) break
    const factors = div(slice(below, 1, 0, 1), pivot)
    rest = sub(slice(below, 1, 1, left), mul(factors, slice(top, 1, 1, left)))
  }
  return reduceSum(log(concat(pivots, 0)), [0])
}
