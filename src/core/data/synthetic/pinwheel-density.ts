/**
 * The density of the pinwheel (pinwheel.ts), by change of variables.
 *
 * With y = x/2 = (ρ, θ) in polar coordinates and f = (ρ, φ), turning keeps ρ and sends φ to g(φ) = φ − ¼ exp(ρ cos φ)
 * less a multiple of 2π/5 for the arm. Areas ρ dρ dθ scale by |g′(φ)|, so
 *   p(x) = ¼ · ⅕ Σ N(ρ cos φ; 1, 0.3²) N(ρ sin φ; 0, τ²) / |g′(φ)|   over all φ in a full turn with g(φ) ≡ θ mod 2π/5,
 * with g′(φ) = 1 + ¼ ρ sin φ exp(ρ cos φ). For ρ > 1.7 the map folds (g′ changes sign at two angles between −π and 0),
 * a point may have several φ per arm, and p is infinite on the folds, whose mass is negligible (3·10⁻⁸ at τ = 0.1).
 *
 * Beyond ρ = 6, sixteen deviations out, the arms are wound so tightly that a point has hundreds of φ; there p is
 * replaced by its average over the circle, ¼ (2π)⁻¹ ∫ N N dφ, by quadrature.
 */
import { LogSum } from '../special/log-sum.ts'
import type { LogDensity } from './log-density.ts'

export const armCount = 5
export const armLength = 0.3
export const windingRate = 0.25

const spacing = (2 * Math.PI) / armCount
const tightlyWound = 6

/** g(φ) at radius ρ. */
function wind(rho: number, phi: number): number {
  return phi - windingRate * Math.exp(rho * Math.cos(phi))
}

/** g′(φ). */
function windSlope(rho: number, phi: number): number {
  return 1 + windingRate * rho * Math.sin(phi) * Math.exp(rho * Math.cos(phi))
}

/** The density of all arms, or of the arm numbered `arm`, which takes only the φ that lie its turn away. */
export function pinwheelLogDensity(tau: number, arm?: number): LogDensity {
  const [arms, first, stride] = arm === undefined ? [armCount, 0, spacing] : [1, arm * spacing, 2 * Math.PI]
  const offset = -Math.log(4 * arms) - Math.log(2 * Math.PI * armLength * tau)
  /** log N N at (ρ, φ), less its constant, which `offset` has. */
  const exponent = (rho: number, phi: number): number =>
    -0.5 * (((rho * Math.cos(phi) - 1) / armLength) ** 2 + ((rho * Math.sin(phi)) / tau) ** 2)
  return (x, y) => {
    const rho = Math.hypot(x, y) / 2
    if (rho > tightlyWound) return offset + Math.log(arms / (2 * Math.PI)) + logTurn(rho, tau, exponent)
    const theta = Math.atan2(y, x) + first
    const sum = new LogSum()
    const edges = monotonePieces(rho)
    for (let i = 0; i + 1 < edges.length; i++) {
      const [start, end] = [edges[i]!, edges[i + 1]!]
      const [a, b] = [wind(rho, start), wind(rho, end)]
      const last = Math.ceil((Math.max(a, b) - theta) / stride)
      // Half-open pieces: a root on the seam at −π ≡ π is counted once.
      for (let j = Math.ceil((Math.min(a, b) - theta) / stride); j < last; j++) {
        const phi = solve(rho, theta + j * stride, start, end, b > a)
        sum.add(1 / Math.abs(windSlope(rho, phi)), exponent(rho, phi))
      }
    }
    return sum.log() + offset
  }
}

/** The angles −π, (the two folds,) π between which g is monotone. */
function monotonePieces(rho: number): readonly number[] {
  // g′ is least where cos φ = ρ sin² φ, φ < 0.
  const steepest = rho === 0 ? 0 : -Math.acos((Math.sqrt(1 + 4 * rho * rho) - 1) / (2 * rho))
  if (windSlope(rho, steepest) >= 0) return [-Math.PI, Math.PI]
  return [-Math.PI, fold(rho, -Math.PI, steepest), fold(rho, 0, steepest), Math.PI]
}

/** The zero of g′ between an angle where it is positive and one where it is negative, by bisection. */
function fold(rho: number, positive: number, negative: number): number {
  for (let round = 0; round < 52; round++) {
    const middle = (positive + negative) / 2
    if (windSlope(rho, middle) > 0) positive = middle
    else negative = middle
  }
  return (positive + negative) / 2
}

/** The φ in [start, end] with g(φ) = target, where g is monotone: Newton's method, kept inside a shrinking bracket. */
function solve(rho: number, target: number, start: number, end: number, rising: boolean): number {
  let [low, high] = rising ? [start, end] : [end, start]
  let phi = (start + end) / 2
  for (let round = 0; round < 100; round++) {
    const miss = wind(rho, phi) - target
    if (miss < 0) low = phi
    else high = phi
    let next = phi - miss / windSlope(rho, phi)
    if (!(next > Math.min(low, high) && next < Math.max(low, high))) next = (low + high) / 2
    if (Math.abs(next - phi) <= 1e-15) return next
    phi = next
  }
  return phi
}

/** log ∫ exp(exponent) dφ over the turn: a narrow bump around φ = 0, by the trapezoidal rule. */
function logTurn(rho: number, tau: number, exponent: (rho: number, phi: number) => number): number {
  // The curvature of the exponent at φ = 0; positive because τ < 0.3.
  const width = 1 / Math.sqrt((rho / tau) ** 2 - (rho * (rho - 1)) / armLength ** 2)
  const step = width / 2
  const sum = new LogSum()
  for (let i = -20; i <= 20; i++) sum.add(step, exponent(rho, i * step))
  return sum.log()
}
