/** What the studio answers about trained flows, where it is more than a few arrays. */

/** A density on a grid of a plane, rows from the bottom up. */
export interface PlaneDensity {
  /** [left, right, bottom, top] */
  readonly box: readonly [number, number, number, number]
  /** Cells of a side. */
  readonly resolution: number
  /** At the middle of each cell, nats, up to a constant, [resolution, resolution]. */
  readonly logDensity: Float32Array
}

export interface TraceResult {
  /** Paths of the layers in the order of the direction. */
  readonly layers: readonly { readonly path: string; readonly id: string; readonly kind: string }[]
  readonly count: number
  readonly dimension: number
  /**
   * State before the first layer and after each, [layers + 1, count, D]: what goes on and, behind it, what has left for
   * the base, last first, so that a point has its D coordinates at every depth.
   */
  readonly states: Float32Array
  /** z or x itself, [count, D]; the parts of z in the order in which they leave. */
  readonly out: Float32Array
  /** log|det| of each layer, [layers, count], nats. */
  readonly logDets: Float32Array
  /** log p of the points, [count], nats. */
  readonly logProb: Float32Array
}

/** All [count + lines · perLine, 2]: the points first, behind them the grid, line by line. */
export interface RosenblattResult {
  readonly count: number
  readonly lines: number
  readonly perLine: number
  readonly points: Float32Array
  /** u₁ = F(x₁), u₂ = F(x₂ | x₁). */
  readonly uniform: Float32Array
  /** Φ⁻¹ of these. */
  readonly exact: Float32Array
  /** z of the flow. */
  readonly learned: Float32Array
  /** Title of the flow's base. */
  readonly base: string
}

/** How exactly a layer, or the whole flow, comes back. */
export interface CertificateEntry {
  readonly path: string
  readonly id: string
  readonly kind: string
  /** Largest |x − generate(normalize(x))| in float32 and in float64. */
  readonly roundTrip32: number
  readonly roundTrip64: number
  /** Largest |logDet − log|det numerical Jacobian|| in float64; null where the dimension is too large for it. */
  readonly logDetError: number | null
  /** 2-norm condition of the Jacobian, the largest over the points; null where it is not computed. */
  readonly condition: number | null
}
