/**
 * A curve cut into panels with quadrature nodes, for the densities of ridge.ts.
 *
 * ∫ w(t) f(m(t)) dt ≈ Σ over panels and nodes of weight · f(point). Panels are at most 4σ long and bend by at most half
 * a radian of t, with 16 Gauss–Legendre nodes each.
 */
import { gaussLegendre } from '../special/gauss-legendre.ts'

export interface Curve {
  readonly from: number
  readonly to: number
  /** Writes m(t) to out[0], out[1]. */
  curve(t: number, out: Float64Array): void
  /** |m′(t)|. */
  speed(t: number): number
  /** w(t), the density of t, which integrates to 1 over [from, to]. */
  weight(t: number): number
  /** The length on which f varies. */
  readonly sigma: number
}

/** The nodes of one part [start, end] of the curve. */
export interface Panel {
  readonly start: number
  readonly end: number
  /** m at the nodes, [n, 2]. */
  readonly points: Float64Array
  /** Quadrature weight times w(t) at the nodes, [n]. */
  readonly weights: Float64Array
  /** A circle around the panel: a point of the curve, and the distance from it that the panel keeps within. */
  readonly centreX: number
  readonly centreY: number
  readonly radius: number
}

const rule = gaussLegendre(16)
export const nodeCount = rule.nodes.length

export function layPanels(curve: Curve): readonly Panel[] {
  const panels: Panel[] = []
  for (let t = curve.from; t < curve.to;) {
    const end = Math.min(curve.to, t + Math.min(0.5, (4 * curve.sigma) / curve.speed(t)))
    panels.push(layPanel(curve, t, end))
    t = end
  }
  return panels
}

export function layPanel(curve: Curve, start: number, end: number): Panel {
  const half = (end - start) / 2
  const point = new Float64Array(2)
  const points = new Float64Array(2 * nodeCount)
  const weights = new Float64Array(nodeCount)
  for (let j = 0; j < nodeCount; j++) {
    const t = start + half * (1 + rule.nodes[j]!)
    curve.curve(t, point)
    points.set(point, 2 * j)
    weights[j] = half * rule.weights[j]! * curve.weight(t)
  }
  curve.curve(start + half, point)
  const radius = half * Math.max(curve.speed(start), curve.speed(end))
  return { start, end, points, weights, centreX: point[0]!, centreY: point[1]!, radius }
}
