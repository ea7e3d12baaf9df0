/** Φ⁻¹(p), the quantile of the standard normal distribution, by Halley's iteration on log Φ, which is concave. */
import { erfcx } from './normal-interval.ts'

/** log Φ(x) for x ≤ 0, without underflow. */
const logLowerTail = (x: number): number => Math.log(0.5 * erfcx(-x * Math.SQRT1_2)) - 0.5 * x * x

/** p in (0, 1); 0 and 1 give ∓∞. Relative error about 1e-12. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new Error(`normalQuantile: expected a probability, got ${p}`)
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity
  if (p > 0.5) return -normalQuantile(1 - p)
  const wanted = Math.log(p)
  // Φ(x) ≈ exp(−x²/2)/2 far out, and nearly linear at 0: never to the right of the root by much.
  let x = -Math.sqrt(Math.max(0, -2 * (wanted + Math.LN2)))
  for (let i = 0; i < 50; i++) {
    const value = logLowerTail(Math.min(x, 0))
    // d log Φ / dx = φ/Φ, the inverse Mills ratio.
    const slope = Math.exp(-0.5 * x * x - value) / Math.sqrt(2 * Math.PI)
    const difference = value - wanted
    const curvature = -slope * (x + slope)
    const step = (2 * difference * slope) / (2 * slope * slope - difference * curvature)
    x = Math.min(x - step, 0)
    if (Math.abs(step) <= 1e-14 * (1 + Math.abs(x))) break
  }
  return x
}
