/** Ranges of axes, and counts in bins. */

/** Smallest and largest value shown. */
export interface Range {
  readonly min: number
  readonly max: number
}

export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] ?? Number.NaN
}

/** Distance of ticks: 1, 2 or 5 times a power of ten, about `wanted` of them in a span. */
export function tickStep(span: number, wanted: number): number {
  const rough = span / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = rough / power
  return power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10)
}

/** A range that begins and ends at ticks. */
export function niceRange({ min, max }: Range, wanted = 5): Range & { readonly step: number } {
  const span = max > min ? max - min : Math.max(Math.abs(min), 1) * 0.1
  const step = tickStep(span, wanted)
  return { min: Math.floor(min / step + 1e-9) * step, max: Math.ceil((min + span) / step - 1e-9) * step, step }
}

/** A range around most of the values: outliers do not decide it. */
export function coreRange(values: ArrayLike<number>, tail: number, pad: number): Range {
  const [low, high] = [quantile(values, tail), quantile(values, 1 - tail)]
  const space = (high > low ? high - low : Math.max(Math.abs(low), 1)) * pad
  return { min: low - space, max: high + space }
}

/** Share of the values a unit of x, at the middles of equal bins over the range: a histogram with area 1. */
export function histogram(
  values: ArrayLike<number>, { min, max }: Range, bins: number,
): [x: number, density: number][] {
  const counts = new Float64Array(bins)
  const width = (max - min) / bins
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor(((values[i] as number) - min) / width)
    if (bin >= 0 && bin < bins) counts[bin]! += 1
  }
  return Array.from(counts, (count, bin) => [min + (bin + 0.5) * width, count / (values.length * width)])
}

/** Mean over a window of `width` neighbours around each point. */
export function smoothed(points: readonly (readonly [number, number])[], width: number): [number, number][] {
  const half = Math.max(1, Math.floor(width / 2))
  return points.map(([x], i) => {
    const near = points.slice(Math.max(0, i - half), i + half + 1)
    return [x, near.reduce((sum, [, y]) => sum + y, 0) / near.length]
  })
}
