/** Small parts from which targets are written. */
import type { Tensor } from '../ir/graph.ts'
import { add, reshape, slice, softplus, sub } from '../ir/tensor.ts'

/** x_d of points x [N, D], d counted from 1, as [N]. */
export function column(x: Tensor, d: number): Tensor {
  return reshape(slice(x, 1, d - 1, d), [x.shape[0] ?? 'N'])
}

/** log(eᵃ + eᵇ), in its stable form. */
export function logAddExp(a: Tensor, b: Tensor): Tensor {
  return add(b, softplus(sub(a, b)))
}
