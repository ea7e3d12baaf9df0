/** Bounds that keep scales finite. */
import type { Tensor } from '../ir/graph.ts'
import { mul, tanh } from '../ir/tensor.ts'

/** c·tanh(raw/c): the identity near 0, never beyond ±c. Every log-scale goes through it, so that no scale explodes. */
export function bounded(raw: Tensor, limit: number): Tensor {
  return mul(tanh(mul(raw, 1 / limit)), limit)
}

/** Largest |log| whose exponential is a number of float32, and its square as well. */
export const LARGEST_LOG = 40
