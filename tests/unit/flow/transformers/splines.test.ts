/** The linear, quadratic and cubic splines held to the formulas of their papers, written down plainly. */
import { describe, expect, it } from 'vitest'
import { key, named, normals } from '../../../../src/core/random.ts'
import { expectClose } from '../../../support/law-points.ts'
import {
  type Points, type Subject, always, directions, pass, pull, subjectOf,
} from '../../../support/transformer-harness.ts'

/** One piece: where it starts, how wide it is, and y and dy/dx at a distance from its start. */
interface Piece {
  readonly x: number
  readonly width: number
  readonly y: (distance: number) => number
  readonly slope: (distance: number) => number
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

function softmaxSizes(raw: Float64Array, range: number, minimum: number): number[] {
  const top = Math.max(...raw)
  const exponentials = [...raw].map((value) => Math.exp(value - top))
  const total = sum(exponentials)
  return exponentials.map((value) => range * (minimum + (1 - raw.length * minimum) * value / total))
}

const starts = (sizes: readonly number[], first: number): number[] =>
  sizes.map((_, k) => first + sum(sizes.slice(0, k)))

const BOUND = 2
const LEAST = 1e-3

function linearPieces(raw: Float64Array): Piece[] {
  const heights = softmaxSizes(raw, 2 * BOUND, LEAST)
  const width = 2 * BOUND / raw.length
  const lower = starts(heights, -BOUND)
  return heights.map((height, k) => ({
    x: -BOUND + k * width, width, y: (t) => lower[k]! + height * t / width, slope: () => height / width,
  }))
}

function quadraticPieces(raw: Float64Array): Piece[] {
  const bins = (raw.length + 1) / 2
  const widths = softmaxSizes(raw.subarray(0, bins), 2 * BOUND, LEAST)
  const values = [...raw.subarray(bins)].map(Math.exp)
  const shares = values.map((_, j) => (widths[j]! + widths[j + 1]!) / 2)
  const mean = sum(values.map((value, j) => value * shares[j]!)) / sum(shares)
  const d = [1, ...values.map((value) => LEAST + (1 - LEAST) * value / mean), 1]
  const lower = starts(widths.map((w, k) => w * (d[k]! + d[k + 1]!) / 2), -BOUND)
  return starts(widths, -BOUND).map((x, k) => {
    const rise = (d[k + 1]! - d[k]!) / widths[k]!
    return { x, width: widths[k]!, y: (t) => lower[k]! + d[k]! * t + rise * t * t / 2, slope: (t) => d[k]! + rise * t }
  })
}

/** Equations 2–5 of the paper: y = a t³ + b t² + c t + y_k; slopes by Steffen's rule in its general form. */
function cubicPieces(raw: Float64Array): Piece[] {
  const bins = (raw.length - 2) / 2
  const widths = softmaxSizes(raw.subarray(0, bins), 2 * BOUND, LEAST)
  const heights = softmaxSizes(raw.subarray(bins, 2 * bins), 2 * BOUND, LEAST)
  const s = heights.map((height, k) => height / widths[k]!)
  const third = (1 / 3 - LEAST) / (1 - 2 * LEAST)
  const end = (value: number, mean: number): number =>
    3 * mean * (LEAST + (1 - 2 * LEAST) / (1 + Math.exp(-value - Math.log(third / (1 - third)))))
  const slopes = [end(raw[2 * bins]!, s[0]!), ...s.slice(1).map((right, k) => {
    const [left, w0, w1] = [s[k]!, widths[k]!, widths[k + 1]!]
    const p = (left * w1 + right * w0) / (w0 + w1)
    return (Math.sign(left) + Math.sign(right)) * Math.min(Math.abs(left), Math.abs(right), Math.abs(p) / 2)
  }), end(raw[2 * bins + 1]!, s[bins - 1]!)]
  const lower = starts(heights, -BOUND)
  return starts(widths, -BOUND).map((x, k) => {
    const [w, d0, d1, mean] = [widths[k]!, slopes[k]!, slopes[k + 1]!, s[k]!]
    const [a, b] = [(d0 + d1 - 2 * mean) / w ** 2, (3 * mean - 2 * d0 - d1) / w]
    return {
      x, width: w, y: (t) => lower[k]! + t * (d0 + t * (b + t * a)), slope: (t) => d0 + t * (2 * b + t * 3 * a),
    }
  })
}

const families = [
  { kind: 'linear-spline', bins: 5, pieces: linearPieces, smooth: false, smoothEnds: false },
  { kind: 'quadratic-spline', bins: 6, pieces: quadraticPieces, smooth: true, smoothEnds: true },
  { kind: 'cubic-spline', bins: 6, pieces: cubicPieces, smooth: true, smoothEnds: false },
]

function plain(x: number, pieces: readonly Piece[]): { y: number; log: number } {
  if (Math.abs(x) > BOUND) return { y: x, log: 0 }
  const piece = pieces[pieces.findLastIndex((one) => one.x <= x)]!
  return { y: piece.y(x - piece.x), log: Math.log(piece.slope(x - piece.x)) }
}

/** The same raw numbers for every point. */
function at(subject: Subject, x: readonly number[], raw: Float64Array): Points {
  const all = Float64Array.from({ length: x.length * subject.count }, (_, i) => raw[i % raw.length]!)
  return { x: Float64Array.from(x), raw: all, dims: 1 }
}

describe.each(families)('$kind', ({ kind, bins, pieces, smooth, smoothEnds }) => {
  const subject = subjectOf({ kind, options: { bins, bound: BOUND }, bound: BOUND })
  const some = (seed: number): Float64Array => normals(named(key(seed), kind), subject.count).map((value) => 2 * value)

  it('is the spline of the paper', () => {
    always(subject, 1, 2, ({ x, raw }) => {
      const { out, log } = pass(subject, 'normalize', { x, raw, dims: 1 })
      const wanted = [...x].map((value, i) =>
        plain(value, pieces(raw.subarray(i * subject.count, (i + 1) * subject.count))))
      expectClose(out, wanted.map(({ y }) => y), 1e-12, 'y')
      expectClose(log, wanted.map((one) => one.log), 1e-8, 'log-derivative')
    })
  })

  it('takes raw P-major: dimension j has raw[:, :, j]', () => {
    always(subject, 3, 1, ({ x, raw }) => {
      const { out } = pass(subject, 'normalize', { x, raw, dims: 3 })
      x.forEach((value, i) => {
        const [row, j] = [Math.floor(i / 3), i % 3]
        const own = Float64Array.from({ length: subject.count }, (_, p) => raw[(row * subject.count + p) * 3 + j]!)
        expect(out[i]!).toBeCloseTo(plain(value, pieces(own)).y, 11)
      })
    })
  })

  it(`is continuous at its knots and at ±B${smooth ? ', and so is its slope at the knots' : ''}`, () => {
    for (const seed of [4, 5, 6]) {
      const raw = some(seed)
      const knots = [...pieces(raw).map(({ x }) => x), BOUND]
      // The narrowest bin is 4e-3 wide: 1e-10 moves y by its slope, at most some 1e2, and the slope by some 1e4 times.
      const beside = (nudge: number): ReturnType<typeof pass> =>
        pass(subject, 'normalize', at(subject, knots.map((x) => x + nudge), raw))
      const [left, right] = [beside(-1e-10), beside(1e-10)]
      expectClose(left.out, right.out, 1e-7, 'y on both sides')
      const checked = (log: Float64Array): Float64Array => (smoothEnds ? log : log.subarray(1, -1))
      if (smooth) expectClose(checked(left.log), checked(right.log), 1e-4, 'slope on both sides')
      const heights = pass(subject, 'normalize', at(subject, knots, raw)).out
      const back = pass(subject, 'generate', at(subject, [...heights], raw))
      expectClose(back.out, knots, 1e-10, 'and back')
    }
  })

  it.each(directions)('%s is the identity outside of the bound, bit for bit, and its gradient too', (direction) => {
    const x = [2.000001, -2.000001, 3.7, -1e4, 1e30, -1e300]
    const points = at(subject, x, some(7))
    const { out, log } = pass(subject, direction, points)
    expect([...out]).toEqual(x)
    expect(log.every((value) => value === 0)).toBe(true)
    const given = normals(key(6), x.length)
    const { ofX, ofRaw } = pull(subject, direction, points, given, given)
    expect([...ofX]).toEqual([...given])
    expect(ofRaw.every((value) => value === 0)).toBe(true)
  })

  it.each(directions)('%s says nothing of a point that is not a number', (direction) => {
    const { out } = pass(subject, direction, at(subject, [NaN, 1], some(8)))
    expect(out[0]).toBeNaN()
    expect(out[1]).not.toBeNaN()
  })
})
