/**
 * Checkerboard: uniform on those 8 of the 16 squares of side 2 in [−4, 4]² whose column and row are both even or both
 * odd. Area 32, so p = 1/32 there and 0 elsewhere; H = log 32.
 * Source: FFJORD's toy data (Grathwohl et al. 2019).
 */
import { defineTarget } from './target.ts'

const area = 32
const side = 2

/** Square 2 column + 0 for the lower of the column's two, + 1 for the upper. */
function squareOf(u: Float64Array, from: number): number {
  return 2 * Math.floor(4 * u[from]!) + (4 * u[from + 1]! < side ? 0 : 1)
}

export const checkerboard = defineTarget({
  id: 'checkerboard',
  title: 'Checkerboard',
  summary: 'Uniform on eight squares: flat pieces with sharp edges and corners.',
  source: 'FFJORD toy data (Grathwohl et al., ICLR 2019)',
  window: [-4, 4, -4, 4],
  options: {},
  uniformsPerPoint: 2,
  place: () => (u, from, out, at) => {
    const column = Math.floor(4 * u[from]!)
    // A column has two squares, a row apart: the point goes up through the first, jumps the row, and on.
    const height = 4 * u[from + 1]!
    out[at] = 8 * u[from]! - 4
    // The offset comes first: the sum is then exact and never rounds up to the square's upper edge.
    out[at + 1] = (height < 2 ? -4 : -2) + (column % 2 === 0 ? 0 : 2) + height
  },
  logDensity: () => (x, y) => {
    const column = Math.floor((x + 4) / 2)
    const row = Math.floor((y + 4) / 2)
    const inside = column >= 0 && column < 4 && row >= 0 && row < 4 && (column + row) % 2 === 0
    return inside ? -Math.log(area) : Number.NEGATIVE_INFINITY
  },
  entropy: () => Math.log(area),
  classes: {
    count: 8,
    of: squareOf,
    logDensity: (_, index) => (x, y) => {
      const column = Math.floor(index / 2)
      const row = 2 * (index % 2) + (column % 2)
      const inside = Math.floor((x + 4) / side) === column && Math.floor((y + 4) / side) === row
      return inside ? -Math.log(side * side) : Number.NEGATIVE_INFINITY
    },
    entropy: () => Math.log(side * side),
  },
})
