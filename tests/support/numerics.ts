/** Plain numerical methods to compare with: determinants, finite differences, quadrature, Kolmogorov–Smirnov. */

/** log|det A| of an n×n row-major matrix, by LU with partial pivoting; −∞ for a singular one. */
export function logAbsDet(matrix: Float64Array, n: number): number {
  const a = Float64Array.from(matrix)
  let sum = 0
  for (let k = 0; k < n; k++) {
    let best = k
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[best * n + k]!)) best = i
    const pivot = a[best * n + k]!
    if (pivot === 0) return -Infinity
    for (let j = 0; j < n; j++) [a[k * n + j], a[best * n + j]] = [a[best * n + j]!, a[k * n + j]!]
    sum += Math.log(Math.abs(pivot))
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / pivot
      for (let j = k; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!
    }
  }
  return sum
}

/** ∛ε: where truncation (h²) and rounding (ε/h) of a central difference balance. */
const STEP = 6e-6

export type Domain = 'real' | 'unit' | 'positive'

/** A step that stays inside of the domain: relative to its size, or to the distance from the nearer end. */
function stepAt(x: number, domain: Domain): number {
  if (domain === 'positive') return STEP * x
  return STEP * (domain === 'unit' ? Math.min(x, 1 - x) : Math.max(1, Math.abs(x)))
}

/**
 * Derivatives of f: [N, D] → [N, M] at the points, all perturbed points in one call of f. Row-major [N, M, D].
 * Row n of f's result may depend on row n of its argument alone.
 */
export function jacobians(
  f: (points: Float64Array) => Float64Array, points: Float64Array, size: number, domain: Domain,
): Float64Array {
  const rows = points.length / size
  const perturbed = new Float64Array(2 * size * rows * size)
  const widths = new Float64Array(rows * size)
  for (let r = 0; r < rows; r++) {
    for (let d = 0; d < size; d++) {
      const at = points[r * size + d]!
      const h = stepAt(at, domain)
      const first = 2 * (r * size + d) * size
      for (const [side, value] of [[0, at + h], [1, at - h]] as const) {
        perturbed.set(points.subarray(r * size, (r + 1) * size), first + side * size)
        perturbed[first + side * size + d] = value
      }
      widths[r * size + d] = (at + h) - (at - h)
    }
  }
  const values = f(perturbed)
  const outputs = values.length / (2 * size * rows)
  const result = new Float64Array(rows * outputs * size)
  for (let r = 0; r < rows; r++) {
    for (let d = 0; d < size; d++) {
      const first = 2 * (r * size + d) * outputs
      for (let m = 0; m < outputs; m++) {
        const change = values[first + m]! - values[first + outputs + m]!
        result[(r * outputs + m) * size + d] = change / widths[r * size + d]!
      }
    }
  }
  return result
}

/** ∫ f over [low, high] by the trapezoidal rule on `count` intervals; f takes all nodes at once. */
export function integrate(f: (nodes: Float64Array) => Float64Array, low: number, high: number, count: number): number {
  const width = (high - low) / count
  const values = f(Float64Array.from({ length: count + 1 }, (_, i) => low + i * width))
  return width * values.reduce((sum, value, i) => sum + (i === 0 || i === count ? value / 2 : value), 0)
}

/** Largest distance between the empirical distribution of the samples and the distribution function at them. */
export function kolmogorovSmirnov(samples: Float64Array, cdf: (sorted: Float64Array) => Float64Array): number {
  const sorted = Float64Array.from(samples).sort()
  const n = sorted.length
  return cdf(sorted).reduce((worst, value, i) => Math.max(worst, value - i / n, (i + 1) / n - value), 0)
}
