/** Levels and contours of a density whose regions have a formula: a standard normal on a grid. */
import { describe, expect, it } from 'vitest'
import { calmMaximumOf, contour, densityLevels, maximumOf, toneOf } from '../../../src/renderer/views/explore/density.ts'
import type { Box } from '../../../src/renderer/views/explore/frame.ts'

const RESOLUTION = 160
const box: Box = [-5, 5, -5, 5]
const logProb = new Float32Array(RESOLUTION * RESOLUTION)
for (let i = 0; i < logProb.length; i++) {
  const x = -5 + (10 * ((i % RESOLUTION) + 0.5)) / RESOLUTION
  const y = -5 + (10 * (Math.floor(i / RESOLUTION) + 0.5)) / RESOLUTION
  logProb[i] = -Math.log(2 * Math.PI) - (x * x + y * y) / 2
}

describe('highest density regions', () => {
  it('hold their part: r² of a 2-D normal is exponential with mean 2', () => {
    const parts = [0.25, 0.5, 0.95]
    const { levels, mass } = densityLevels(logProb, (10 / RESOLUTION) ** 2, parts)
    expect(mass).toBeCloseTo(1, 4)
    levels.forEach((level, i) => {
      const radius = Math.sqrt(-2 * Math.log(1 - (parts[i] as number)))
      // The grid's cells are 0.06 wide.
      expect(level).toBeCloseTo(-Math.log(2 * Math.PI) - radius ** 2 / 2, 1)
    })
  })

  it('are bounded by closed lines at their radius', () => {
    const radius = 1.7
    const segments = contour(logProb, RESOLUTION, box, -Math.log(2 * Math.PI) - radius ** 2 / 2)
    expect(segments.length).toBeGreaterThan(400)
    let length = 0
    for (let i = 0; i < segments.length; i += 4) {
      const [x1, y1, x2, y2] = Array.from(segments.subarray(i, i + 4)) as [number, number, number, number]
      expect(Math.hypot(x1, y1)).toBeCloseTo(radius, 2)
      length += Math.hypot(x2 - x1, y2 - y1)
    }
    // A gap or a stray line would change it by a cell at least.
    expect(length).toBeCloseTo(2 * Math.PI * radius, 1)
  })

  it('leave out what is not finite', () => {
    const holes = Float32Array.of(0, -Infinity, NaN, -1)
    expect(maximumOf(holes)).toBe(0)
    expect(densityLevels(holes, 1, [0.5]).levels).toEqual([0])
    expect(toneOf(NaN, 0, 'log')).toBe(0)
  })
})

it('colours of an estimate end below a lone cell whose draws fell well', () => {
  const grid = Float32Array.from({ length: 4096 }, (_, i) => -(i % 64) / 32)
  grid[77] = 3
  expect(maximumOf(grid)).toBe(3)
  expect(calmMaximumOf(grid)).toBeCloseTo(0, 6)
  expect(toneOf(3, calmMaximumOf(grid), 'density')).toBe(1)
  expect(calmMaximumOf(Float32Array.of(-Infinity, NaN))).toBe(-Infinity)
})

it('colours the density in proportion, and log p from a floor below its maximum', () => {
  expect(toneOf(Math.log(0.25), 0, 'density')).toBeCloseTo(0.25, 12)
  expect([toneOf(0, 0, 'log'), toneOf(-6, 0, 'log'), toneOf(-12, 0, 'log'), toneOf(-50, 0, 'log')]).toEqual([1, 0.5, 0, 0])
})
