/** From log p on a grid to a picture: colours, and lines that enclose given parts of the probability. */
import type { Box } from './frame.ts'

/** How the density is coloured: p itself, or log p down to a floor below its maximum. */
export type DensityScale = 'density' | 'log'

/** Nats below the maximum at which the colours of log p begin. */
export const LOG_RANGE = 12

/** log p to 0 … 1. */
export function toneOf(logProb: number, maximum: number, scale: DensityScale): number {
  if (!Number.isFinite(logProb)) return 0
  return Math.min(1, scale === 'density' ? Math.exp(logProb - maximum) : Math.max(0, 1 + (logProb - maximum) / LOG_RANGE))
}

/** Largest finite value. */
export function maximumOf(logProb: Float32Array): number {
  let maximum = -Infinity
  for (const value of logProb) if (value > maximum && value < Infinity) maximum = value
  return maximum
}

/** Share of the cells that the colours of an estimate leave out at its top. */
const OUTLIERS = 0.003

/** The end of the colours for log p that is estimated by draws: a cell whose few draws fell well would leave all others dark. */
export function calmMaximumOf(logProb: Float32Array): number {
  const sorted = Float64Array.from(logProb.filter(Number.isFinite)).sort()
  return sorted[Math.max(0, sorted.length - 1 - Math.ceil(OUTLIERS * sorted.length))] ?? -Infinity
}

/**
 * Levels of log p whose regions {log p ≥ level} hold the given parts of the probability (highest density regions,
 * Hyndman 1996); in the order of the parts. `mass` is what the grid holds of it all: cells × p.
 */
export function densityLevels(logProb: Float32Array, cell: number, parts: readonly number[]): { levels: number[]; mass: number } {
  const sorted = Float64Array.from(logProb.filter(Number.isFinite)).sort().reverse()
  let mass = 0
  for (const value of sorted) mass += Math.exp(value) * cell
  const levels = parts.map(() => -Infinity)
  let sum = 0
  let next = 0
  for (const value of sorted) {
    sum += Math.exp(value) * cell
    while (next < parts.length && sum >= (parts[next] as number) * Math.max(mass, 1e-300)) levels[next++] = value
    if (next === parts.length) break
  }
  return { levels, mass }
}

/** Corners and edges of marching squares: which edges a line joins, for each of the 16 cases. */
const CASES: readonly (readonly number[])[] = [
  [], [3, 0], [0, 1], [3, 1], [1, 2], [3, 2, 0, 1], [0, 2], [3, 2], [2, 3], [2, 0], [0, 3, 2, 1], [2, 1], [1, 3], [1, 0], [0, 3], [],
]

/**
 * Line segments of one level through a grid of `resolution`² values (rows from the bottom up, at cell centres), as
 * x₁ y₁ x₂ y₂ … in the units of the box.
 */
export function contour(values: Float32Array, resolution: number, box: Box, level: number): Float32Array {
  const segments: number[] = []
  const [left, right, bottom, top] = box
  const at = (column: number, row: number): number => Math.max(-1e30, values[row * resolution + column] ?? -1e30)
  const x = (column: number): number => left + ((right - left) * (column + 0.5)) / resolution
  const y = (row: number): number => bottom + ((top - bottom) * (row + 0.5)) / resolution
  for (let row = 0; row + 1 < resolution; row++) {
    for (let column = 0; column + 1 < resolution; column++) {
      const corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)] as const
      const edges = CASES[corners.reduce((bits, value, i) => bits | (value >= level ? 1 << i : 0), 0)] ?? []
      for (const edge of edges) {
        const [a, b] = [corners[edge] as number, corners[(edge + 1) % 4] as number]
        const t = a === b ? 0.5 : (level - a) / (b - a)
        if (edge === 0) segments.push(x(column + t), y(row))
        else if (edge === 1) segments.push(x(column + 1), y(row + t))
        else if (edge === 2) segments.push(x(column + 1 - t), y(row + 1))
        else segments.push(x(column), y(row + 1 - t))
      }
    }
  }
  return Float32Array.from(segments)
}
