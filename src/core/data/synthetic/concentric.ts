/**
 * Concentric rings: a radius R drawn from a list with equal weights, an angle uniform on the circle, plus N(0, σ² I).
 * p(x) = mean over R of (2πσ²)⁻¹ exp(−(r² + R²)/2σ²) I₀(rR/σ²) with r = |x|: a function of r alone. Written with the
 * scaled Bessel function the exponent is −(r − R)²/2σ².
 */
import { logBesselI0Scaled } from '../special/bessel.ts'
import { LogSum } from '../special/log-sum.ts'
import { addGaussian } from './gaussian-noise.ts'
import type { LogDensity } from './log-density.ts'
import type { ClassesDefinition, Place } from './target.ts'

export function placeOnRings(radii: readonly number[], sigma: number): Place {
  return (u, from, out, at) => {
    // One uniform number is both the ring and the place on it.
    const turn = radii.length * u[from]!
    const radius = radii[Math.floor(turn)]!
    const angle = 2 * Math.PI * (turn % 1)
    out[at] = radius * Math.cos(angle)
    out[at + 1] = radius * Math.sin(angle)
    addGaussian(out, at, sigma, u[from + 1]!, u[from + 2]!)
  }
}

export function ringsLogDensity(radii: readonly number[], sigma: number): LogDensity {
  const atRadius = radialLogDensity(radii, sigma)
  return (x, y) => atRadius(Math.hypot(x, y))
}

/** The rings as classes, in the order of the list. */
export function ringClasses(radii: readonly number[]): ClassesDefinition<'noise'> {
  return {
    count: radii.length,
    of: (u, from) => Math.floor(radii.length * u[from]!),
    logDensity: ({ noise }, index) => ringsLogDensity([radii[index]!], noise),
    entropy: ({ noise }, onGrid) =>
      radii.reduce((sum, _, index) => sum + onGrid(index, noise) / radii.length, 0),
  }
}

function radialLogDensity(radii: readonly number[], sigma: number): (r: number) => number {
  const variance = sigma * sigma
  const offset = -Math.log(2 * Math.PI * variance)
  return (r) => {
    const sum = new LogSum()
    for (const radius of radii) {
      sum.add(1 / radii.length, -((r - radius) ** 2) / (2 * variance) + logBesselI0Scaled((r * radius) / variance))
    }
    return sum.log() + offset
  }
}
