/** Curves of a run as the Train view gathers and reads them. */
import { describe, expect, it } from 'vitest'
import { key, normals } from '../../../src/core/random.ts'
import type { Point } from '../../../src/renderer/charts/lttb.ts'
import { Curves, comparable, overfitting, rangeOf, rising, smooth } from '../../../src/renderer/views/train/curves.ts'
import { firstPair } from '../../../src/renderer/views/train/density-lines.ts'
import { factorOf, showDuration, showNats } from '../../../src/renderer/views/train/words.ts'
import type { MetricRecord } from '../../../src/shared/run-events.ts'

const train = (step: number, loss: number): MetricRecord => ({ type: 'train', step, loss, gradient_norm: 1, learning_rate: 1e-3, skipped: 0 })
const noise = normals(key(5), 4000)
/** Losses around `mean` with the scatter of batches. */
const around = (mean: (i: number) => number, count = 200, sd = 0.05): Point[] =>
  Array.from({ length: count }, (_, i): Point => [i + 1, mean(i) + sd * (noise[i] ?? 0)])

describe('gathering', () => {
  it('takes a record once, whether it was listed or told', () => {
    const curves = new Curves()
    curves.append([train(3, 2), train(6, 1.5), { type: 'validation', step: 6, nll: 1.6 }])
    curves.append([train(6, 1.5), { type: 'validation', step: 6, nll: 1.6 }, train(9, 1.2)])
    expect(curves.train).toEqual([[3, 2], [6, 1.5], [9, 1.2]])
    expect(curves.gradientNorm.length).toBe(3)
    expect(curves.validation).toEqual([[6, 1.6]])
    expect(curves.step).toBe(9)
  })

  it('goes back to the checkpoint with a resumed run', () => {
    const curves = new Curves()
    curves.append([train(3, 2), train(6, 1.5), train(9, 1.2)])
    curves.truncate(6)
    curves.append([train(9, 1.3)])
    expect(curves.train).toEqual([[3, 2], [6, 1.5], [9, 1.3]])
  })

  it('leaves out what is not finite, and knows the best validation', () => {
    const curves = new Curves()
    curves.append([{ type: 'validation', step: 10, nll: 1.5 }, { type: 'validation', step: 20, nll: NaN }, { type: 'validation', step: 30, nll: 1.2 }, { type: 'validation', step: 40, nll: 1.4 }])
    expect(curves.best).toEqual([30, 1.2])
    expect(curves.validation.length).toBe(3)
  })

  it('thins out what comes without end', () => {
    const curves = new Curves()
    for (let step = 1; step <= 20_000; step++) curves.hear({ type: 'progress', step, steps: 30_000, loss: 1, gradientNorm: 1, learningRate: 1, stepsPerSecond: step, secondsLeft: 1, skipped: 0 })
    expect(curves.throughput.length).toBeLessThanOrEqual(4000)
    expect(curves.throughput.at(-1)).toEqual([20_000, 20_000])
  })
})

describe('what went before', () => {
  it('is put in front of what was heard, once', () => {
    const curves = new Curves()
    curves.hear({ type: 'progress', step: 30, steps: 100, loss: 1, gradientNorm: 1, learningRate: 1, stepsPerSecond: 7, secondsLeft: 1, skipped: 0 })
    curves.recall([[10, 5], [20, 6], [30, 7], [40, 8]])
    expect(curves.throughput).toEqual([[10, 5], [20, 6], [30, 7]])
  })

  it('two columns with something to see are found', () => {
    expect(firstPair(Float32Array.of(0, 1, 7, 2, 0, 1, 8, 3), 4)).toEqual([2, 3])
    expect(firstPair(Float32Array.of(1, 2, 3, 4), 2)).toEqual([0, 1])
    expect(firstPair(new Float32Array(0), 3)).toEqual([0, 1])
  })
})

describe('smoothing', () => {
  it('leaves a constant as it is from the first point on', () => {
    for (const [, y] of smooth(around(() => 3, 50, 0), 0.9)) expect(y).toBeCloseTo(3, 12)
  })
  it('does nothing at 0', () => {
    const points = around(() => 1)
    expect(smooth(points, 0)).toBe(points)
  })
})

describe('over-fitting', () => {
  it('is not seen in noise around the floor', () => {
    expect(overfitting(around(() => 1.0), 1.0)).toBeUndefined()
  })
  it('is seen from where the curve passes the floor for certain', () => {
    const found = overfitting(around((i) => 1.3 - i * 0.003), 1.0)
    // The mean passes it at step 100; a window of 20 and three errors come behind it.
    expect(found?.from).toBeGreaterThan(100)
    expect(found?.from).toBeLessThan(135)
    expect(found?.to).toBe(200)
  })
  it('without a floor, is told by validations that rise', () => {
    const at = (values: readonly number[]): Point[] => values.map((y, i) => [100 * (i + 1), y])
    expect(rising(at([2, 1.5, 1.4, 1.45, 1.5, 1.6]))).toEqual({ from: 300, to: 600 })
    expect(rising(at([2, 1.5, 1.4, 1.45, 1.5]))).toBeUndefined()
    expect(rising(at([2, 1.5, 1.4, 1.401, 1.402, 1.403]))).toBeUndefined()
    expect(rising([])).toBeUndefined()
  })

  it('a steep rise is told at the next validation, a small one is waited for', () => {
    expect(rising([[200, 179], [400, 442]])).toEqual({ from: 200, to: 400 })
    expect(rising([[200, 1.5], [400, 1.6]])).toBeUndefined()
  })
})

describe('the axis', () => {
  it('holds the floor and the curve without its first peak', () => {
    const [low = 0, high = 0] = rangeOf([[1, 500], ...around(() => 1.5)], [[100, 1.6]], 1.0, 0.02) ?? []
    expect(low).toBeLessThan(1.0)
    expect(high).toBeGreaterThan(1.6)
    expect(high).toBeLessThan(2)
  })
  it('is not pressed together by first steps of another size, however many they are', () => {
    // One in ten is a thousand times as high as what follows.
    const losses = [...around(() => 1500, 20), ...around(() => 1.5, 180).map(([x, y]): Point => [x + 20, y])]
    expect((rangeOf(losses, [[100, 1.6]], 1.0, 0.04) ?? [])[1]).toBeLessThan(8)
  })
  it('leaves out what was another loss, once there is more', () => {
    const annealed = around((i) => -4 + i / 20, 40)
    expect(comparable(annealed, 40)).toEqual(annealed)
    const all = [...annealed, ...around(() => -1.8, 100).map(([x, y]): Point => [x + 40, y])]
    expect(comparable(all, 40)).toHaveLength(100)
    expect((rangeOf(comparable(all, 40), [[100, -1.7]], -1.88, 0.04) ?? [])[0]).toBeGreaterThan(-2.3)
  })
  it('does not follow a validation that runs away', () => {
    const [, high = 0] = rangeOf(around((i) => 2 - i * 0.005), [[50, 1.9], [100, 2.5], [150, 80]], undefined, 0.02) ?? []
    expect(high).toBeLessThan(6)
  })
  it('is there for a single validation, and not for nothing', () => {
    expect(rangeOf([], [[10, 1.5]], undefined, 0.02)).toEqual([1.499, 1.501])
    expect(rangeOf([], [], 1, 0.02)).toBeUndefined()
  })
})

describe('a validation far above the training', () => {
  it('is seen at its best', () => {
    const losses = around((i) => 5 - i / 4, 200)
    const [low, high] = rangeOf(losses, [[100, 179], [200, 442]], undefined, 0.04) ?? [0, 0]
    expect(low).toBeLessThan(-40)
    expect(high).toBeGreaterThan(179)
    expect(high).toBeLessThan(442)
  })
})

describe('words', () => {
  it('tell time and nats', () => {
    expect([0.4, 7, 760, 11_100].map(showDuration)).toEqual(['0:00', '0:07', '12:40', '3:05:00'])
    expect([showNats(1.2345), showNats(-3), showNats(undefined), showNats(NaN)]).toEqual(['1.234', '−3.000', '–', '–'])
    expect([showNats(-8_129_051.2), showNats(9.538e6), showNats(-2e15)]).toEqual(['−8.13·10⁶', '9.54·10⁶', '−2.00·10¹⁵'])
    // One bit a dimension is ln 2 nats a dimension.
    expect(4 * Math.LN2 * factorOf('bits', 4)).toBeCloseTo(1, 12)
  })
})
