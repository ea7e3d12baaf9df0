/** c·tanh(raw/c): the identity near 0, never beyond ±c. Every log-scale goes through it, so that no scale explodes. */
import type { Tensor } from '../ir/graph.ts'
import { mul, tanh } from '../ir/tensor.ts'

export function bounded(raw: Tensor, limit: number): Tensor {
  return mul(tanh(mul(raw, 1 / limit)), limit)
}
