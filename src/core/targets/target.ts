/**
 * The contract of a target: a density on ℝᴰ that is known up to a constant, for objectives that fit a flow to a
 * function instead of to data: p(x) = p̃(x) / Z.
 */
import type { Tensor } from '../ir/graph.ts'

/** Bounds of each dimension; the density is zero outside. */
export interface Box {
  readonly lower: readonly number[]
  readonly upper: readonly number[]
}

export interface Target {
  /** As the user wrote it: `u1`, `funnel`, `expression:…`. */
  readonly source: string
  readonly title: string
  /** D. */
  readonly dimension: number
  readonly box: Box | undefined
  /** log Z in nats, where it is known for this box. */
  readonly logZ: number | undefined
  /** log p̃(x) of points inside of the box, x [N, D] → [N], in nats. */
  logDensity(x: Tensor): Tensor
}
