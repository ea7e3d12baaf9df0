/**
 * Decimation of a curve to `count` points that keep its shape: from each bucket the point that spans the largest triangle
 * with the point chosen before it and the mean of the next bucket.
 * Source: Steinarsson 2013, Downsampling Time Series for Visual Representation, §4.2 (Largest-Triangle-Three-Buckets).
 */
export type Point = readonly [x: number, y: number]

export function decimate(points: readonly Point[], count: number): readonly Point[] {
  if (points.length <= count || count < 3) return points
  const chosen: Point[] = [points[0] as Point]
  const size = (points.length - 2) / (count - 2)
  let before = points[0] as Point
  for (let bucket = 0; bucket < count - 2; bucket++) {
    const [start, end] = [Math.floor(bucket * size) + 1, Math.floor((bucket + 1) * size) + 1]
    const [meanX, meanY] = mean(points, end, Math.min(Math.floor((bucket + 2) * size) + 1, points.length))
    let best = points[start] as Point
    let largest = -1
    for (let i = start; i < end; i++) {
      const point = points[i] as Point
      const area = Math.abs((before[0] - meanX) * (point[1] - before[1]) - (before[0] - point[0]) * (meanY - before[1]))
      if (area > largest) [largest, best] = [area, point]
    }
    chosen.push(best)
    before = best
  }
  chosen.push(points[points.length - 1] as Point)
  return chosen
}

function mean(points: readonly Point[], from: number, to: number): Point {
  let [x, y] = [0, 0]
  for (let i = from; i < to; i++) {
    const point = points[i] as Point
    x += point[0]
    y += point[1]
  }
  const n = Math.max(1, to - from)
  return [x / n, y / n]
}
