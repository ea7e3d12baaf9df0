/** Numerical Jacobians in float64 and what a certificate reads off them. */

/**
 * Central differences: ∂f/∂x ≈ (f(x + h) − f(x − h)) / 2h with h = scale · ε^{1/3}, the step that balances rounding
 * against truncation (Press et al., Numerical Recipes, §5.7). All 2D perturbed points are handed to `f` at once, which
 * may take its time over them.
 *
 * f: [rows, D] → [rows, D], row-major. Returns [D, D], row i the derivatives of output i.
 */
export async function numericalJacobian(
  f: (points: Float64Array, rows: number) => Promise<Float64Array>, x: Float64Array,
): Promise<Float64Array> {
  const size = x.length
  const steps = x.map((value) => Math.cbrt(Number.EPSILON) * Math.max(1, Math.abs(value)))
  const points = new Float64Array(2 * size * size)
  for (let d = 0; d < size; d++) {
    for (const [row, sign] of [[2 * d, 1], [2 * d + 1, -1]] as const) {
      points.set(x, row * size)
      points[row * size + d]! += sign * (steps[d] as number)
    }
  }
  const values = await f(points, 2 * size)
  const jacobian = new Float64Array(size * size)
  for (let d = 0; d < size; d++) {
    // The step as it was really taken, after rounding.
    const width = (points[2 * d * size + d] as number) - (points[(2 * d + 1) * size + d] as number)
    for (let i = 0; i < size; i++) {
      jacobian[i * size + d] = ((values[2 * d * size + i] as number) - (values[(2 * d + 1) * size + i] as number)) / width
    }
  }
  return jacobian
}

/**
 * Singular values of a square matrix, largest first, by one-sided Jacobi rotations (Golub & Van Loan, §8.6.3): columns
 * are rotated in pairs until all are orthogonal; their lengths are the singular values, to full relative accuracy.
 */
export function singularValues(matrix: Float64Array, size: number): Float64Array {
  const columns = Array.from({ length: size }, (_, c) => Float64Array.from({ length: size }, (_unused, r) => matrix[r * size + c] as number))
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
  for (let sweep = 0; sweep < 60; sweep++) {
    let rotated = false
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const [a, b] = [columns[p] as Float64Array, columns[q] as Float64Array]
        const [alpha, beta, gamma] = [dot(a, a), dot(b, b), dot(a, b)]
        if (Math.abs(gamma) <= 1e-15 * Math.sqrt(alpha * beta) || gamma === 0) continue
        rotated = true
        const zeta = (beta - alpha) / (2 * gamma)
        const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta))
        const cosine = 1 / Math.hypot(1, t)
        const sine = cosine * t
        for (let i = 0; i < size; i++) {
          const [x, y] = [a[i] as number, b[i] as number]
          a[i] = cosine * x - sine * y
          b[i] = sine * x + cosine * y
        }
      }
    }
    if (!rotated) break
  }
  return Float64Array.from(columns, (column) => Math.sqrt(dot(column, column))).sort().reverse()
}
