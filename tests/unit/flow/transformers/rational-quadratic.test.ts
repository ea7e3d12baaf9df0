/** The rational-quadratic spline held to the formulas of its paper, written down plainly. */
import { describe, expect, it } from 'vitest'
import { key, normals } from '../../../../src/core/random.ts'
import { expectClose } from '../../../support/law-points.ts'
import { type Points, always, directions, pass, pull, subjectOf } from '../../../support/transformer-harness.ts'

type SplineOptions = Readonly<Record<'bins' | 'bound' | 'minimumWidth' | 'minimumHeight' | 'minimumSlope', number>>

/** Knots and slopes as §3.1 of the paper has them: [x, y, slope] at K + 1 knots. */
function knotsOf(raw: Float64Array, options: SplineOptions): [number, number, number][] {
  const { bins, bound, minimumWidth, minimumHeight, minimumSlope } = options
  const sizes = (from: number, minimum: number): number[] => {
    const part = [...raw.subarray(from, from + bins)]
    const top = Math.max(...part)
    const exponentials = part.map((value) => Math.exp(value - top))
    const sum = exponentials.reduce((total, value) => total + value, 0)
    return exponentials.map((value) => 2 * bound * (minimum + (1 - bins * minimum) * value / sum))
  }
  const [widths, heights] = [sizes(0, minimumWidth), sizes(bins, minimumHeight)]
  const knots: [number, number, number][] = [[-bound, -bound, 1]]
  for (let k = 0; k < bins; k++) {
    const [x, y] = knots[k]!
    const shift = Math.log(Math.exp(1 - minimumSlope) - 1)
    const slope = k === bins - 1 ? 1 : minimumSlope + Math.log1p(Math.exp(raw[2 * bins + k]! + shift))
    knots.push([x + widths[k]!, y + heights[k]!, slope])
  }
  return knots
}

/** Equations 4 and 5 as they stand. */
function plainSpline(x: number, knots: readonly [number, number, number][], bound: number): { y: number; log: number } {
  if (Math.abs(x) >= bound) return { y: x, log: 0 }
  const k = knots.findLastIndex(([left]) => left <= x)
  const [[x0, y0, d0], [x1, y1, d1]] = [knots[k]!, knots[k + 1]!]
  const s = (y1 - y0) / (x1 - x0)
  const t = (x - x0) / (x1 - x0)
  const denominator = s + (d1 + d0 - 2 * s) * t * (1 - t)
  return {
    y: y0 + (y1 - y0) * (s * t * t + d0 * t * (1 - t)) / denominator,
    log: Math.log(s * s * (d1 * t * t + 2 * s * t * (1 - t) + d0 * (1 - t) ** 2) / denominator ** 2),
  }
}

describe('rational-quadratic, in particular', () => {
  const subject = subjectOf({ kind: 'rational-quadratic', options: { bins: 6, bound: 2 }, bound: 2 })
  const options = subject.options as SplineOptions

  it('is the spline of the paper', () => {
    always(subject, 1, 2, ({ x, raw }) => {
      const { out, log } = pass(subject, 'normalize', { x, raw, dims: 1 })
      const wanted = [...x].map((value, i) =>
        plainSpline(value, knotsOf(raw.subarray(i * subject.count, (i + 1) * subject.count), options), options.bound))
      expectClose(out, wanted.map(({ y }) => y), 1e-12, 'y')
      expectClose(log, wanted.map((one) => one.log), 1e-9, 'log-derivative')
    })
  })

  it('takes raw P-major: dimension j has raw[:, :, j]', () => {
    always(subject, 3, 2, ({ x, raw }) => {
      const { out } = pass(subject, 'normalize', { x, raw, dims: 3 })
      const { count } = subject
      for (let i = 0; i < x.length; i++) {
        const [row, j] = [Math.floor(i / 3), i % 3]
        const own = Float64Array.from({ length: count }, (_, p) => raw[(row * count + p) * 3 + j]!)
        expect(out[i]!).toBeCloseTo(plainSpline(x[i]!, knotsOf(own, options), options.bound).y, 11)
      }
    })
  })

  it('passes through its knots with their slopes, from both sides', () => {
    const raw = normals(key(4), subject.count).map((value) => 2 * value)
    const knots = knotsOf(raw, options)
    const allRaw = Float64Array.from({ length: knots.length * raw.length }, (_, i) => raw[i % raw.length]!)
    const at = (x: readonly number[], nudge: number): Points =>
      ({ x: Float64Array.from(x, (value) => value + nudge), raw: allRaw, dims: 1 })
    // One ulp of x moves y by its slope, up to 1e2, times 4e-16.
    for (const nudge of [0, 1e-15, -1e-15]) {
      const there = pass(subject, 'normalize', at(knots.map(([x]) => x), nudge))
      expectClose(there.out, knots.map(([, y]) => y), 1e-12, 'height of the knots')
      // The nudge is 1e-12 of the narrowest bin, and the slope changes by up to some tens of times within it.
      expectClose(there.log, knots.map(([, , slope]) => Math.log(slope)), 1e-10, 'slope at the knots')
      const back = pass(subject, 'generate', at(knots.map(([, y]) => y), nudge))
      expectClose(back.out, knots.map(([x]) => x), 1e-12, 'and back')
    }
  })

  it.each(directions)('%s is the identity outside of the bound, bit for bit, and its gradient too', (direction) => {
    const x = Float64Array.of(2.000001, -2.000001, 3.7, -1e5, 1e30, -1e300)
    const raw = normals(key(5), x.length * subject.count).map((value) => 3 * value)
    const { out, log } = pass(subject, direction, { x, raw, dims: 1 })
    expect([...out]).toEqual([...x])
    expect([...log].every((value) => value === 0)).toBe(true)
    const given = normals(key(6), x.length)
    const { ofX, ofRaw } = pull(subject, direction, { x, raw, dims: 1 }, given, given)
    expect([...ofX]).toEqual([...given])
    expect(ofRaw.every((value) => value === 0)).toBe(true)
  })

  it('keeps every bin at its smallest size at least', () => {
    const raw = Float64Array.from({ length: subject.count }, (_, p) => (p === 0 || p === options.bins ? 50 : -50))
    const left = -options.bound + 2 * options.bound * (1 - 4 * options.minimumWidth)
    const { out, log } = pass(subject, 'normalize', { x: Float64Array.of(left), raw, dims: 1 })
    // All but the first bin are 0.4 % wide together, and as high: there the line of slope 1 is met again.
    expectClose(out, [left], 1e-12, 'a knot')
    expectClose(log, [Math.log(options.minimumSlope)], 1e-9, 'its slope')
  })

  it('says nothing of a point that is not a number', () => {
    const raw = normals(key(8), 2 * subject.count)
    const { out } = pass(subject, 'normalize', { x: Float64Array.of(NaN, 1), raw, dims: 1 })
    expect(out[0]).toBeNaN()
    expect(out[1]).not.toBeNaN()
  })
})
