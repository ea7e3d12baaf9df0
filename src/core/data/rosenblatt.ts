/**
 * The construction that shows flows to be universal: the triangular map whose components are conditional distribution
 * functions,
 *
 *   u₁ = F(x₁),   u₂ = F(x₂ | x₁),   z_d = Φ⁻¹(u_d),
 *
 * takes any density on the plane to independent uniforms and these to a standard normal. Its Jacobian is triangular:
 * log p(x) = Σ log φ(z_d) + log|det ∂z/∂x|. Here for densities that are known, by cumulative sums over a grid of cells
 * in each of which the density counts as even: exact but for the width of a cell.
 * Source: Rosenblatt 1952, Remarks on a multivariate transformation; Papamakarios et al. 2021, §2.2.
 */
import { normalQuantile } from './special/normal-quantile.ts'
import type { LogDensity } from './synthetic/log-density.ts'

/** [left, right, bottom, top] */
export type Window = readonly [number, number, number, number]

export interface RosenblattMap {
  /** x [N, 2] → u [N, 2] in the unit square: both conditional distribution functions. */
  toUniform(points: ArrayLike<number>): Float64Array
  /** x [N, 2] → z [N, 2], standard normal; what lies outside of the window goes to its edge. */
  toNormal(points: ArrayLike<number>): Float64Array
  /** u [N, 2] → x [N, 2]. */
  fromUniform(points: ArrayLike<number>): Float64Array
  /** Share of the mass that the window holds, by the grid's own sum: how far from 1 says how exact it is. */
  readonly mass: number
}

/** Cells of one axis: cumulative shares at their edges, [cells + 1], from 0 to 1. */
type Cumulative = Float64Array

function cumulative(masses: ArrayLike<number>): Cumulative {
  const sums = new Float64Array(masses.length + 1)
  for (let i = 0; i < masses.length; i++) sums[i + 1] = (sums[i] as number) + (masses[i] as number)
  const total = sums[masses.length] as number
  // A column without mass is never reached: an even one keeps the map defined there.
  for (let i = 1; i <= masses.length; i++) sums[i] = total > 0 ? (sums[i] as number) / total : i / masses.length
  return sums
}

/** Share up to a place, given in cells from the first edge. */
function shareAt(sums: Cumulative, place: number): number {
  const cells = sums.length - 1
  const clamped = Math.min(Math.max(place, 0), cells)
  const cell = Math.min(Math.floor(clamped), cells - 1)
  const [before, after] = [sums[cell] as number, sums[cell + 1] as number]
  return before + (clamped - cell) * (after - before)
}

/** The place, in cells, up to which the share is u. */
function placeOf(sums: Cumulative, u: number): number {
  let [low, high] = [0, sums.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((sums[middle] as number) <= u) low = middle
    else high = middle
  }
  const [before, after] = [sums[low] as number, sums[high] as number]
  return low + (after > before ? Math.min(Math.max((u - before) / (after - before), 0), 1) : 0.5)
}

/** Farthest that a share is from 0 and 1: normal numbers beyond ±8 do not occur. */
const EDGE = 1e-15

export function rosenblattMap(logDensity: LogDensity, [left, right, bottom, top]: Window, cells: number): RosenblattMap {
  const [width, height] = [(right - left) / cells, (top - bottom) / cells]
  const columns: Cumulative[] = []
  const masses = new Float64Array(cells)
  for (let i = 0; i < cells; i++) {
    const column = new Float64Array(cells)
    const x = left + (i + 0.5) * width
    for (let j = 0; j < cells; j++) column[j] = Math.exp(logDensity(x, bottom + (j + 0.5) * height)) * width * height
    masses[i] = column.reduce((sum, value) => sum + value, 0)
    columns.push(cumulative(column))
  }
  const first = cumulative(masses)
  const columnAt = (place: number): Cumulative => columns[Math.min(Math.max(Math.floor(place), 0), cells - 1)] as Cumulative
  const each = (points: ArrayLike<number>, map: (a: number, b: number) => readonly [number, number]): Float64Array => {
    const out = new Float64Array(points.length)
    for (let i = 0; i < points.length; i += 2) out.set(map(points[i] as number, points[i + 1] as number), i)
    return out
  }
  const uniform = (x: number, y: number): readonly [number, number] => {
    const place = (x - left) / width
    return [shareAt(first, place), shareAt(columnAt(place), (y - bottom) / height)]
  }
  const normal = (u: number): number => normalQuantile(Math.min(Math.max(u, EDGE), 1 - EDGE))
  return {
    mass: masses.reduce((sum, value) => sum + value, 0),
    toUniform: (points) => each(points, uniform),
    toNormal: (points) => each(points, (x, y) => {
      const [u, v] = uniform(x, y)
      return [normal(u), normal(v)]
    }),
    fromUniform: (points) => each(points, (u, v) => {
      const place = placeOf(first, u)
      return [left + place * width, bottom + placeOf(columnAt(place), v) * height]
    }),
  }
}
