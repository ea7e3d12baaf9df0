/**
 * A target: a density on ℝᴰ that is known up to a constant, for objectives that fit a flow to a function instead of to
 * data: p(x) = p̃(x) / Z. How one is added is said in `definition.ts`.
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
  /** log Z in nats, where it is known for this box. May take a second to compute when it is first asked for. */
  readonly logZ: number | undefined
  /** Numbers that the density of one point keeps in memory beside the point itself, about. */
  readonly width: number
  /** log p̃(x) of points inside of the box, x [N, D] → [N], in nats. */
  logDensity(x: Tensor): Tensor
}

/** Examples with a yes-or-no label, which become constants of a target's graph. */
export interface TargetTable {
  readonly columns: readonly string[]
  readonly rows: number
  /** [rows, columns], row-major, standardised. */
  readonly features: Float32Array
  /** [rows], 0 or 1. */
  readonly labels: Float32Array
}

/** All that makes a target, as plain values that can be sent to another process. */
export interface TargetSpec {
  readonly source: string
  readonly dimension: number
  readonly box?: readonly [number, number] | undefined
  readonly table?: TargetTable | undefined
}

/** The same bounds in every dimension. */
export function boxOf([low, high]: readonly [number, number], dimension: number): Box {
  return { lower: Array.from({ length: dimension }, () => low), upper: Array.from({ length: dimension }, () => high) }
}
