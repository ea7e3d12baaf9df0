/**
 * Gauss–Legendre quadrature: ∫₋₁¹ f(s) ds ≈ Σ wᵢ f(sᵢ), exact for polynomials of degree 2n − 1.
 *
 * The nodes are the roots of the Legendre polynomial Pₙ, found by Newton's method from Tricomi's first guess; the
 * weights are 2 / ((1 − s²) Pₙ′(s)²). Both are good to about 1e-15 for the n ≤ 100 used here.
 * Source: Abramowitz & Stegun, Handbook of Mathematical Functions, 25.4.29 and 22.16.6.
 */
export interface QuadratureRule {
  /** The n nodes in (−1, 1), ascending. */
  readonly nodes: Float64Array
  /** Their n weights, which sum to 2. */
  readonly weights: Float64Array
}

/** The rule with n ≥ 1 nodes. */
export function gaussLegendre(n: number): QuadratureRule {
  const nodes = new Float64Array(n)
  const weights = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let s = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5))
    let slope = 1
    // Newton's method doubles the digits in each round: five rounds are enough from the guess's two digits.
    for (let round = 0; round < 6; round++) {
      const { value, derivative } = legendre(n, s)
      slope = derivative
      s -= value / derivative
    }
    nodes[i] = s
    weights[i] = 2 / ((1 - s * s) * slope * slope)
  }
  return { nodes, weights }
}

/** Pₙ(s) and its derivative, by the three-term recurrence. */
function legendre(n: number, s: number): { value: number; derivative: number } {
  let before = 1
  let value = s
  for (let k = 2; k <= n; k++) {
    const next = ((2 * k - 1) * s * value - (k - 1) * before) / k
    before = value
    value = next
  }
  return { value, derivative: (n * (before - s * value)) / (1 - s * s) }
}
