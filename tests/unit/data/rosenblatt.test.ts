/** The triangular map through conditional distribution functions, for every synthetic target. */
import { describe, expect, it } from 'vitest'
import { rosenblattMap } from '../../../src/core/data/rosenblatt.ts'
import { normalQuantile } from '../../../src/core/data/special/normal-quantile.ts'
import { logNormalInterval } from '../../../src/core/data/special/normal-interval.ts'
import { syntheticTargets } from '../../../src/core/data/synthetic/catalogue.ts'
import { key } from '../../../src/core/random.ts'

describe('the normal quantile', () => {
  it.each([1e-300, 1e-15, 1e-6, 0.01, 0.2, 0.5, 0.7, 0.999, 1 - 1e-12])('is undone by the distribution function, %d', (p) => {
    const x = normalQuantile(p)
    // 1 − p has lost digits itself where p is near 1.
    expect(Math.exp(logNormalInterval(-60, x)) / p - 1).toBeCloseTo(0, p > 0.9 ? 10 : 11)
  })
  it('has the values of the tables', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 11)
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 9)
    expect(normalQuantile(0.5)).toBeCloseTo(0, 12)
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity])
  })
})

/** Largest distance between the distribution of the values and the even one on [0, 1] (Kolmogorov & Smirnov). */
function distanceFromEven(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.reduce((worst, value, i) => Math.max(worst, Math.abs(value - i / sorted.length), Math.abs(value - (i + 1) / sorted.length)), 0)
}

describe.each(syntheticTargets.map((target) => [target.id, target] as const))('%s', (_id, target) => {
  const [left, right, bottom, top] = target.window
  const wide = [left - 0.1 * (right - left), right + 0.1 * (right - left), bottom - 0.1 * (top - bottom), top + 0.1 * (top - bottom)] as const
  const map = rosenblattMap(target.logDensity(), wide, 160)
  const count = 2000
  const points = target.sample(key(3), count)

  it('goes to even numbers in both directions, independent of one another', () => {
    const u = map.toUniform(points)
    const [first, second] = [0, 1].map((d) => Array.from({ length: count }, (_, i) => u[2 * i + d]!)) as [number[], number[]]
    // The 99.9 % quantile of the distance for 2000 draws is 1.95/√2000; the rest is the width of a cell.
    const limit = 1.95 / Math.sqrt(count) + 0.02
    expect(distanceFromEven(first)).toBeLessThan(limit)
    expect(distanceFromEven(second)).toBeLessThan(limit)
    // Of each half of the first, the second is even as well.
    for (const half of [0, 1]) {
      const within = second.filter((_, i) => Math.floor(2 * first[i]!) === half)
      expect(distanceFromEven(within)).toBeLessThan(1.95 / Math.sqrt(within.length) + 0.03)
    }
  })

  it('comes back to where it was, to a cell, but for points in cells that an edge of the density cuts', () => {
    let astray = 0
    const back = map.fromUniform(map.toUniform(points))
    const [width, height] = [(wide[1] - wide[0]) / 160, (wide[3] - wide[2]) / 160]
    for (let i = 0; i < count; i++) {
      const inside = points[2 * i]! > wide[0] && points[2 * i]! < wide[1] && points[2 * i + 1]! > wide[2] && points[2 * i + 1]! < wide[3]
      if (!inside) continue
      const [x, y] = [Math.abs(back[2 * i]! - points[2 * i]!), Math.abs(back[2 * i + 1]! - points[2 * i + 1]!)]
      if (x > width * 1.001 || y > height * 1.001) astray += 1
    }
    // Four edges in each direction, half a cell of each in cells whose middle lies on the other side.
    expect(astray / count).toBeLessThan(target.id === 'checkerboard' ? 0.04 : 0.002)
    expect(Math.abs(map.mass - 1)).toBeLessThan(0.02)
  })
})
