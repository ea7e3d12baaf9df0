/** Bounds that keep scales finite. */
import { clamp } from '../ir/compositions.ts'
import type { Tensor } from '../ir/graph.ts'
import { add, log, mul, sub, tanh } from '../ir/tensor.ts'

/** Largest |log| whose exponential is a number of float32, and its square as well. */
export const LARGEST_LOG = 40

/** Where `saturating` ends to be the identity, and what it never passes. */
const STRAIGHT = 25
const LIMIT = 30
const BEND = LIMIT - STRAIGHT

/** c·tanh(raw/c): the identity near 0, never beyond ±c. Every log-scale goes through it, so that no scale explodes. */
export function bounded(raw: Tensor, limit: number): Tensor {
  return mul(tanh(mul(raw, 1 / limit)), limit)
}

/** Exactly raw between ±25, smoothly bounded by ±30 beyond: for log-scales that take their first values from data. */
export function saturating(raw: Tensor): Tensor {
  const straight = clamp(raw, -STRAIGHT, STRAIGHT)
  return add(straight, bounded(sub(raw, straight), BEND))
}

/** The raw value whose saturated one is s; what lies beyond the limit is taken to it. */
export function saturatingInverse(s: Tensor): Tensor {
  const straight = clamp(s, -STRAIGHT, STRAIGHT)
  const bent = clamp(mul(sub(s, straight), 1 / BEND), -0.999, 0.999)
  const artanh = mul(sub(log(add(1, bent)), log(sub(1, bent))), 0.5)
  return add(straight, mul(artanh, BEND))
}
