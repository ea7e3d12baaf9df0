/**
 * Histograms of data and samples of one dimension as outlines: the share of each bin, whatever the unit of the data. And
 * which two of many dimensions are worth a look.
 */
import type { Line } from '../../charts/options.ts'
import type { Point } from '../../charts/lttb.ts'
import type { ChartTheme } from '../../charts/use-chart-theme.ts'

const BINS = 48

/** Share of the values in each bin, at the left ends of the bins, closed by 0 at the right end. */
function outline(values: Float32Array, low: number, high: number): readonly Point[] {
  if (values.length === 0 || !(high > low)) return []
  const width = (high - low) / BINS
  const counts = new Array<number>(BINS).fill(0)
  for (const value of values) {
    const bin = Math.floor((value - low) / width)
    if (bin >= 0 && bin < BINS) counts[bin] = (counts[bin] ?? 0) + 1
  }
  const heights = counts.map((count, i): Point => [low + i * width, count / values.length])
  return [...heights, [high, 0]]
}

export function densityLines(data: Float32Array, samples: Float32Array, theme: ChartTheme): readonly Line[] {
  const [low, high] = (data.length > 0 ? data : samples).reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity])
  const [blue = ''] = theme.series
  return [
    { name: 'Data', color: theme.faint, points: outline(data, low, high), step: true },
    { name: 'Flow', color: blue, points: outline(samples, low, high), step: true },
  ]
}

/** The first two columns of points [n, D] that are not the same everywhere; the first two where there are no such. */
export function firstPair(points: Float32Array, dimension: number): readonly [number, number] {
  const varying: number[] = []
  for (let column = 0; column < dimension && varying.length < 2; column++) {
    for (let at = column + dimension; at < points.length; at += dimension) {
      if (points[at] === points[column]) continue
      varying.push(column)
      break
    }
  }
  const [x = 0, y] = varying
  return [x, y ?? Math.min(x === 0 ? 1 : 0, dimension - 1)]
}
