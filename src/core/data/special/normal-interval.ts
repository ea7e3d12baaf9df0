/**
 * log(Φ(b) − Φ(a)), the log-probability that a standard normal number falls between a < b, accurate in both tails.
 *
 * Built on the scaled complementary error function erfcx(x) = exp(x²) erfc(x), x ≥ 0. (1 + 2x) erfcx(x) is smooth in
 * s = (x − k)/(x + k), which maps [0, ∞) to [−1, 1); it is interpolated there by Chebyshev polynomials, fitted when
 * the module is loaded to values from the power series (x < 2) and the continued fraction (x ≥ 2).
 * Relative error of erfcx about 1e-13.
 * Source: Shepherd & Laframboise, Math. Comp. 36 (1981), for the variable; Abramowitz & Stegun 7.1.6 and 7.1.14.
 */
import { chebyshevFit, chebyshevValue } from './chebyshev.ts'

const k = 3.75
const coefficients = chebyshevFit((s) => {
  const x = (k * (1 + s)) / (1 - s)
  return (1 + 2 * x) * (x < 2 ? erfcxBySeries(x) : erfcxByFraction(x))
}, 34)

/** exp(x²) erfc(x) for x ≥ 0. */
export function erfcx(x: number): number {
  return chebyshevValue(coefficients, (x - k) / (x + k)) / (1 + 2 * x)
}

/** log(Φ(b) − Φ(a)) for a < b. */
export function logNormalInterval(a: number, b: number): number {
  // By symmetry the interval may be taken to lie left of its mirror image, so that b is the end nearer to the centre.
  if (a + b > 0) return logNormalInterval(-b, -a)
  if (b <= 0) {
    const near = erfcx(-b * Math.SQRT1_2)
    const far = erfcx(-a * Math.SQRT1_2) * Math.exp((b - a) * (b + a) * 0.5)
    return Math.log(0.5 * (near - far)) - 0.5 * b * b
  }
  return Math.log1p(-upperTail(b) - upperTail(-a))
}

/** 1 − Φ(x) for x ≥ 0. */
function upperTail(x: number): number {
  return 0.5 * erfcx(x * Math.SQRT1_2) * Math.exp(-0.5 * x * x)
}

function erfcxBySeries(x: number): number {
  // erf(x) = 2/√π exp(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!: positive terms only.
  let term = x
  let sum = x
  for (let n = 1; term > 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return Math.exp(x * x) - (2 / Math.sqrt(Math.PI)) * sum
}

function erfcxByFraction(x: number): number {
  // √π erfcx(x) = 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))), from the inside out.
  let fraction = x
  for (let n = 150; n > 0; n--) fraction = x + n / 2 / fraction
  return 1 / (Math.sqrt(Math.PI) * fraction)
}
