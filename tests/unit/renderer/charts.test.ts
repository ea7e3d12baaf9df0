/** Charts without a screen: decimation, ticks, and the geometry of clouds of points. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Point, decimate } from '../../../src/renderer/charts/lttb.ts'
import { boxOf, equalAspect, opacityOf, toX, toY } from '../../../src/renderer/charts/point-cloud.ts'
import { formatValue, niceStep, niceTicks } from '../../../src/renderer/charts/ticks.ts'

const curve = (count: number, y: (x: number) => number): Point[] => Array.from({ length: count }, (_, i): Point => [i, y(i)])

describe('decimation', () => {
  it('keeps both ends, the order, and points of the curve only', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 400 }), fc.integer({ min: 3, max: 60 }), (values, count) => {
      const points = values.map((y, x): Point => [x, y])
      const kept = decimate(points, count)
      expect(kept.length).toBe(Math.min(points.length, count))
      expect(kept[0]).toBe(points[0])
      expect(kept.at(-1)).toBe(points.at(-1))
      kept.slice(1).forEach(([x], i) => { expect(x).toBeGreaterThan(kept[i]?.[0] ?? Infinity) })
      for (const point of kept) expect(points).toContain(point)
    }), { seed: 7, numRuns: 100 })
  })

  it('keeps a single spike', () => {
    const kept = decimate(curve(5000, (x) => (x === 3210 ? 40 : Math.sin(x / 300))), 100)
    expect(kept.some(([x, y]) => x === 3210 && y === 40)).toBe(true)
  })
})

describe('ticks', () => {
  it('are round, inside the range, and about as many as were asked for', () => {
    expect(niceTicks(-0.03, 1.02, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    fc.assert(fc.property(fc.double({ min: -1e5, max: 1e5, noNaN: true }), fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (low, span) => {
      const ticks = niceTicks(low, low + span, 5)
      expect(ticks.length).toBeGreaterThan(1)
      expect(ticks.length).toBeLessThan(12)
      for (const tick of ticks) expect(tick).toBeGreaterThanOrEqual(low - span * 1e-6)
      for (const tick of ticks) expect(tick).toBeLessThanOrEqual(low + span * (1 + 1e-6))
    }), { seed: 3 })
  })

  it('steps by 1, 2 or 5 times a power of ten', () => {
    for (const span of [0.7, 3, 12, 99, 4321]) expect([1, 2, 5, 10]).toContain(Number((niceStep(span, 5) / 10 ** Math.floor(Math.log10(niceStep(span, 5)))).toPrecision(6)))
  })

  it('writes numbers briefly', () => {
    expect([0, 0.25, -1.5, 12_000, 3e-5, 2.5e7].map(formatValue)).toEqual(['0', '0.25', '−1.5', '12k', '3e−5', '2.5e7'])
  })
})

describe('clouds', () => {
  const cloud = (values: readonly number[]) => ({ values: Float32Array.from(values), dimension: 2, x: 0, y: 1 })

  it('are boxed without their strays', () => {
    const values = Array.from({ length: 4000 }, (_, i) => [Math.sin(i), Math.cos(i)]).flat()
    const [left, right, bottom, top] = boxOf([cloud([...values, 1000, -1000])])
    expect(Math.max(right, top)).toBeLessThan(1.3)
    expect(Math.min(left, bottom)).toBeGreaterThan(-1.3)
  })

  it('have a box even where there is nothing, or one point', () => {
    expect(boxOf([])).toEqual([-1, 1, -1, 1])
    expect(boxOf([cloud([3, 4])])).toEqual([2, 4, 3, 5])
  })

  it('keep the box inside one of equal units', () => {
    const [left, right, bottom, top] = equalAspect([0, 4, 0, 1], 200, 100)
    expect((right - left) / 200).toBeCloseTo((top - bottom) / 100, 12)
    expect([left, right]).toEqual([0, 4])
    expect([bottom, top]).toEqual([-0.5, 1.5])
  })

  it('fall where the frame says', () => {
    const frame = { left: 10, top: 20, width: 100, height: 50, box: [0, 2, 0, 1] as const }
    expect([toX(frame, 0), toX(frame, 2), toY(frame, 0), toY(frame, 1)]).toEqual([10, 110, 70, 20])
  })

  it('are fainter the more there are, never gone', () => {
    const opacities = [10, 1000, 50_000, 5_000_000].map((count) => opacityOf(count, 2, 200_000))
    expect([...opacities].sort((a, b) => b - a)).toEqual(opacities)
    expect(opacities.at(-1)).toBeGreaterThan(0.05)
  })
})
