import { describe, expect, it } from 'vitest'
import { energyDistance } from '../../src/core/metrics/energy-distance.ts'
import { key, named, normals } from '../../src/core/random.ts'

const draw = (seed: number, count: number, shift = 0): Float64Array => normals(named(key(seed), 'x'), count).map((value) => value + shift)

describe('energy distance', () => {
  it('is that of two pairs of points, by hand', () => {
    // 2 · mean(1, 3, 1, 1) − 2 − 2, with a = {0, 2} and b = {1, 3}: distances 1, 3, 1, 1.
    expect(energyDistance([0, 2], [1, 3], 1)).toBeCloseTo(-Math.sqrt(4 - 2 * 1.5), 12)
    expect(energyDistance([0, 0, 0, 0], [3, 4, 3, 4], 2)).toBeCloseTo(Math.sqrt(10), 12)
  })

  it('is about 0 for equal distributions and that of normals apart by δ otherwise', () => {
    expect(Math.abs(energyDistance(draw(1, 1500), draw(2, 1500), 1))).toBeLessThan(0.05)
    // E|X − Y| of N(δ, 2) minus E|X − X′| = 2/√π: for δ = 1, 2 (1.3993) − 2 (1.1284), in closed form.
    const delta = 1
    const folded = 2 / Math.sqrt(Math.PI) * Math.exp(-(delta ** 2) / 4) + delta * 0.5204998778
    const expected = Math.sqrt(2 * folded - 4 / Math.sqrt(Math.PI))
    expect(energyDistance(draw(3, 1500), draw(4, 1500, delta), 1)).toBeCloseTo(expected, 1)
  })

  it('refuses a single row', () => {
    expect(() => energyDistance([1, 2], [1, 2, 3, 4], 2)).toThrow(/two rows/)
  })
})
