/**
 * log(exp(−x) I₀(x)) for x ≥ 0: the modified Bessel function of order 0, scaled so that it does not overflow.
 *
 * Below 25: I₀(x) = Σ (x²/4)ᵏ / k!², all of whose terms are positive, so nothing cancels.
 * From 25: I₀(x) ~ eˣ/√(2πx) Σ ((2k−1)!!)² / (k! (8x)ᵏ), whose terms fall below 1e-16 before they grow again (near
 * k = 2x). Relative error about 1e-15.
 * Source: Abramowitz & Stegun 9.6.12 and 9.7.1.
 */
export function logBesselI0Scaled(x: number): number {
  return x < 25 ? Math.log(powerSeries(x)) - x : Math.log(asymptoticSeries(x)) - 0.5 * Math.log(2 * Math.PI * x)
}

function powerSeries(x: number): number {
  const quarter = (x * x) / 4
  let term = 1
  let sum = 1
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= quarter / (k * k)
    sum += term
  }
  return sum
}

function asymptoticSeries(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > 1e-17; k++) {
    term *= (2 * k - 1) ** 2 / (8 * k * x)
    sum += term
  }
  return sum
}
