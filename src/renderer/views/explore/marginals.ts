/** Pairs of dimensions to draw, and histograms of single ones. */

/** The dimensions of a matrix of marginals: `count` from `start`. */
export function shownDimensions(total: number, start: number, count: number): number[] {
  const shown = Math.min(count, total)
  const first = Math.max(0, Math.min(start, total - shown))
  return Array.from({ length: shown }, (_, i) => first + i)
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
