/** A density on the plane, worked out at the middles of a grid's cells without keeping the process from its other work. */
import { setImmediate } from 'node:timers/promises'
import type { Window } from '../../../core/data/rosenblatt.ts'
import type { LogDensity } from '../../../core/data/synthetic/log-density.ts'

/** Time at a stretch, ms. */
const STRETCH = 12

/** A window that holds the points with some room, and the other window. */
export function windowAround(points: ArrayLike<number>, other: Window | undefined): Window {
  const bounds: [number, number, number, number] = [...other ?? [Infinity, -Infinity, Infinity, -Infinity]]
  for (let i = 0; i < points.length; i++) {
    const low = i % 2 === 0 ? 0 : 2
    const value = points[i] as number
    if (!Number.isFinite(value)) continue
    bounds[low] = Math.min(bounds[low], value)
    bounds[low + 1] = Math.max(bounds[low + 1] as number, value)
  }
  const [left, right, bottom, top] = bounds
  const [x, y] = [0.02 * (right - left), 0.02 * (top - bottom)]
  return [left - x, right + x, bottom - y, top + y]
}

/** Straight lines in both directions over the box of the points, [2 · lines · perLine, 2]. */
export function gridOver(points: ArrayLike<number>, lines: number, perLine: number): Float32Array {
  const [left, right, bottom, top] = windowAround(points, undefined)
  const grid = new Float32Array(4 * lines * perLine)
  let at = 0
  for (const upright of [false, true]) {
    for (let line = 0; line < lines; line++) {
      for (let i = 0; i < perLine; i++) {
        const [across, along] = [line / (lines - 1), i / (perLine - 1)]
        const [u, v] = upright ? [across, along] : [along, across]
        grid[at++] = left + u * (right - left)
        grid[at++] = bottom + v * (top - bottom)
      }
    }
  }
  return grid
}

/** `density` takes points [n, 2] to n log-densities; the answer gives, for any place, that of the middle of its cell. */
export async function tabulated(density: (points: Float64Array) => Float64Array, [left, right, bottom, top]: Window, cells: number): Promise<LogDensity> {
  const table = new Float64Array(cells * cells)
  const [width, height] = [(right - left) / cells, (top - bottom) / cells]
  let begun = performance.now()
  for (let column = 0; column < cells; column++) {
    const points = new Float64Array(2 * cells)
    for (let row = 0; row < cells; row++) points.set([left + (column + 0.5) * width, bottom + (row + 0.5) * height], 2 * row)
    table.set(density(points), column * cells)
    if (performance.now() - begun > STRETCH) {
      await setImmediate()
      begun = performance.now()
    }
  }
  const cell = (value: number, low: number, size: number): number => Math.min(cells - 1, Math.max(0, Math.floor((value - low) / size)))
  return (x, y) => table[cell(x, left, width) * cells + cell(y, bottom, height)] as number
}
