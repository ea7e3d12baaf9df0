/** Densities on a grid, and the exact map that is made from one. */
import { describe, expect, test } from 'vitest'
import { rosenblattMap } from '../../../src/core/data/rosenblatt.ts'
import { gridOver, tabulated, windowAround } from '../../../src/main/studio/services/density-table.ts'

/** log N(x; 0, diag(1, 4)), up to a constant. */
const density = (points: Float64Array): Float64Array =>
  Float64Array.from({ length: points.length / 2 }, (_, i) => -0.5 * ((points[2 * i] as number) ** 2 + ((points[2 * i + 1] as number) / 2) ** 2))

describe('tables', () => {
  test('hold the density at the middle of each cell', async () => {
    const at = await tabulated(density, [-2, 2, -4, 4], 8)
    expect(at(0.25, 0.5)).toBeCloseTo(density(Float64Array.of(0.25, 0.5))[0] as number, 12)
    expect(at(0.45, 0.95)).toBe(at(0.25, 0.5))
    expect(at(99, 99)).toBe(at(1.75, 3.5))
  })
  test('give the map of the density itself', async () => {
    const window = [-6, 6, -12, 12] as const
    const map = rosenblattMap(await tabulated(density, window, 256), window, 256)
    const z = map.toNormal([0, 0, 1.5, -1, -1, 3])
    // The axes are independent: each is but scaled. A cell is 0.05 deviations wide.
    for (const [i, wanted] of [0, 0, 1.5, -0.5, -1, 1.5].entries()) expect(Math.abs((z[i] as number) - wanted)).toBeLessThan(0.01)
  })
})

test('a window holds all finite points and the other one', () => {
  const [left, right, bottom, top] = windowAround([0, 5, -3, NaN, 1, 2], [-1, 4, -2, 2])
  expect(left).toBeLessThan(-3)
  expect(right).toBeGreaterThan(4)
  expect([bottom < -2, top > 5]).toEqual([true, true])
})

test('a grid has its lines in both directions', () => {
  const grid = gridOver([0, 0, 1, 1], 3, 5)
  expect(grid).toHaveLength(2 * 2 * 3 * 5)
  const line = (n: number): number[] => [...grid.subarray(10 * n, 10 * (n + 1))]
  expect(new Set(line(0).filter((_, i) => i % 2 === 1)).size).toBe(1)
  expect(new Set(line(3).filter((_, i) => i % 2 === 0)).size).toBe(1)
})
