/** Pairs of dimensions to draw, and histograms of single ones. */
import { padded, rangeOf } from './frame.ts'

/** The dimensions of a matrix of marginals: `count` from `start`. */
export function shownDimensions(total: number, start: number, count: number): number[] {
  const shown = Math.min(count, total)
  const first = Math.max(0, Math.min(start, total - shown))
  return Array.from({ length: shown }, (_, i) => first + i)
}

/** Whole numbers of a wider range than this are drawn as any others are. */
const MOST_WHOLE = 48

/** Range and bins of a column of points [n, D]: one bin a number where it holds few whole numbers. */
export function binsOf(points: Float32Array, width: number, column: number, bins: number): {
  readonly range: readonly [number, number]
  readonly bins: number
  readonly whole: boolean
} {
  const [low, high] = rangeOf(points, width, column)
  let whole = points.length > 0 && high - low < MOST_WHOLE
  for (let at = column; whole && at < points.length; at += width) whole = Number.isInteger(points[at])
  return whole
    ? { range: [low - 0.5, high + 0.5], bins: high - low + 1, whole }
    : { range: padded(rangeOf(points, width, column, 0.002), 0.1), bins, whole }
}

/** Where in its unit a whole number is drawn, −0.35 … 0.35: even over the points, and the same every time. */
export function spread(point: number, axis: 0 | 1): number {
  // Multiples of the golden ratio, and of the root of 2, spread evenly (Weyl 1916).
  const turns = point * (axis === 0 ? 0.618_033_988_75 : 0.414_213_562_37)
  return 0.7 * (turns - Math.floor(turns)) - 0.35
}

/** Parts of one column of points [n, D] in equal bins of a range, as densities (their integral is the part inside). */
export function histogramOf(points: Float32Array, width: number, column: number, [low, high]: readonly [number, number], bins: number): Float64Array {
  const counts = new Float64Array(bins)
  const n = points.length / width
  for (let row = 0; row < n; row++) {
    const bin = Math.floor((bins * ((points[row * width + column] as number) - low)) / (high - low))
    if (bin >= 0 && bin < bins) counts[bin] = (counts[bin] as number) + 1
  }
  const scale = bins / Math.max(1e-300, n * (high - low))
  return counts.map((count) => count * scale)
}

/** Largest distance between the two distribution functions of a column (Kolmogorov–Smirnov), 0 … 1. */
export function distributionDistance(a: Float32Array, b: Float32Array, width: number, column: number): number {
  const sorted = (points: Float32Array): Float32Array =>
    Float32Array.from({ length: points.length / width }, (_, i) => points[i * width + column] as number).sort()
  const [x, y] = [sorted(a), sorted(b)]
  let [i, j, worst] = [0, 0, 0]
  while (i < x.length && j < y.length) {
    const at = Math.min(x[i] as number, y[j] as number)
    while (i < x.length && (x[i] as number) <= at) i++
    while (j < y.length && (y[j] as number) <= at) j++
    worst = Math.max(worst, Math.abs(i / x.length - j / y.length))
  }
  return worst
}
