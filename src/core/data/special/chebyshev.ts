/**
 * Chebyshev interpolation: f(s) ≈ c₀/2 + Σ cₖ Tₖ(s) on [−1, 1], for functions that are costly to evaluate.
 * The coefficients come from f at the n roots of Tₙ; the sum is taken by Clenshaw's recurrence.
 * Source: Press et al., Numerical Recipes, section 5.8 (the formulas).
 */
export function chebyshevFit(f: (s: number) => number, n: number): Float64Array {
  const values = Float64Array.from({ length: n }, (_, j) => f(Math.cos((Math.PI * (j + 0.5)) / n)))
  return Float64Array.from({ length: n }, (_, k) => {
    let sum = 0
    for (let j = 0; j < n; j++) sum += values[j]! * Math.cos((Math.PI * k * (j + 0.5)) / n)
    return (2 / n) * sum
  })
}

/** The value at s in [−1, 1] of the interpolant whose n coefficients start at `first`. */
export function chebyshevValue(coefficients: Float64Array, s: number, first = 0, n = coefficients.length): number {
  let current = 0
  let before = 0
  for (let k = first + n - 1; k > first; k--) {
    const next = 2 * s * current - before + coefficients[k]!
    before = current
    current = next
  }
  return s * current - before + coefficients[first]! / 2
}

/** f on [0, end], by an interpolant with n coefficients on each of `cells` equal cells, and f itself beyond `end`. */
export function chebyshevTable(
  f: (x: number) => number, end: number, cells: number, n: number,
): (x: number) => number {
  const perCell = cells / end
  const table = new Float64Array(cells * n)
  for (let cell = 0; cell < cells; cell++) {
    table.set(chebyshevFit((s) => f((cell + (1 + s) / 2) / perCell), n), cell * n)
  }
  return (x) => {
    if (x >= end) return f(x)
    const place = x * perCell
    const cell = Math.floor(place)
    return chebyshevValue(table, 2 * (place - cell) - 1, cell * n, n)
  }
}
