/** Importance weights whose moments are known: q and p Gaussian, log w quadratic in a normal number. */
import { describe, expect, it } from 'vitest'
import { importanceFigures } from '../../src/core/metrics/importance.ts'
import { key, normals } from '../../src/core/random.ts'

describe('importance figures', () => {
  it('of equal weights: log Z at once, no error, every draw counts', () => {
    const figures = importanceFigures(new Float32Array(1000).fill(-3))
    expect(figures).toEqual({ elbo: -3, elboError: 0, logZ: -3, logZError: 0, effectiveSampleSize: 1000 })
  })

  it('of log-normal weights: log Z = σ²/2, ELBO = 0, effective share e^(−σ²)', () => {
    const sigma = 0.5
    const n = 400_000
    const figures = importanceFigures(normals(key(3), n).map((value) => sigma * value))
    // Four standard errors each; that of the ELBO is σ/√n, that of log Z √((e^{σ²} − 1)/n).
    expect(Math.abs(figures.elbo)).toBeLessThan((4 * sigma) / Math.sqrt(n))
    expect(figures.elboError).toBeCloseTo(sigma / Math.sqrt(n), 5)
    const error = Math.sqrt((Math.exp(sigma ** 2) - 1) / n)
    expect(Math.abs(figures.logZ - sigma ** 2 / 2)).toBeLessThan(4 * error)
    // Its own error, of the fourth moment of w, is about a hundredth of it.
    expect(figures.logZError / error).toBeCloseTo(1, 1)
    expect(figures.effectiveSampleSize / n).toBeCloseTo(Math.exp(-(sigma ** 2)), 1)
  })

  it('does not overflow, and lets a draw of no weight count for nothing', () => {
    const figures = importanceFigures([1000, 1000, -Infinity])
    expect(figures.logZ).toBeCloseTo(1000 + Math.log(2 / 3), 12)
    expect(figures.elbo).toBe(-Infinity)
    expect(figures.effectiveSampleSize).toBe(2)
  })

  it('has an error that matches the spread of its estimates', () => {
    const estimates = Array.from({ length: 300 }, (_, i) => importanceFigures(normals(key(100 + i), 400)))
    const mean = estimates.reduce((sum, { logZ }) => sum + logZ, 0) / 300
    const spread = Math.sqrt(estimates.reduce((sum, { logZ }) => sum + (logZ - mean) ** 2, 0) / 299)
    const told = estimates.reduce((sum, { logZError }) => sum + logZError, 0) / 300
    // The spread of 300 estimates is known to 4 %, and the delta method to a few more at 400 draws.
    expect(told / spread).toBeGreaterThan(0.85)
    expect(told / spread).toBeLessThan(1.15)
  })
})
