import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LogSum } from '../../../src/core/data/special/log-sum.ts'
import { logNormalInterval } from '../../../src/core/data/special/normal-interval.ts'
import { eightGaussians } from '../../../src/core/data/synthetic/eight-gaussians.ts'
import { entropyOnGrid } from '../../../src/core/data/synthetic/entropy.ts'
import { moons } from '../../../src/core/data/synthetic/moons.ts'
import { pinwheel } from '../../../src/core/data/synthetic/pinwheel.ts'
import { ridgeLogDensity } from '../../../src/core/data/synthetic/ridge.ts'
import { rings } from '../../../src/core/data/synthetic/rings.ts'
import { spirals } from '../../../src/core/data/synthetic/spirals.ts'
import { swissRoll } from '../../../src/core/data/synthetic/swiss-roll.ts'
import type { SyntheticTarget } from '../../../src/core/data/synthetic/target.ts'
import { key } from '../../../src/core/random.ts'

const runs = { seed: 1705, numRuns: 60 }
const coordinate = fc.double({ min: -4, max: 4, noNaN: true })

/** log ∫ exp(exponent(t)) dt by Simpson's rule with n (even) steps, in log space. */
function logSimpson(exponent: (t: number) => number, from: number, to: number, n: number): number {
  const sum = new LogSum()
  const h = (to - from) / n
  for (let i = 0; i <= n; i++) sum.add((h / 3) * (i === 0 || i === n ? 1 : i % 2 === 0 ? 2 : 4), exponent(from + i * h))
  return sum.log()
}

function logAdd(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))
}

function gaussian(dx: number, dy: number, sigma: number): number {
  return -(dx * dx + dy * dy) / (2 * sigma * sigma) - Math.log(2 * Math.PI * sigma * sigma)
}

const halfCircle = (x: number, y: number, sigma: number, steps: number): number =>
  logSimpson((t) => gaussian(x - Math.cos(t), y - Math.sin(t), sigma), 0, Math.PI, steps) - Math.log(Math.PI)

function moonsReference(x: number, y: number, sigma: number, steps: number): number {
  return logAdd(halfCircle(x, y, sigma, steps), halfCircle(1 - x, 0.5 - y, sigma, steps)) - Math.LN2
}

function swissRollReference(x: number, y: number, noise: number, steps: number): number {
  return logSimpson((t) => gaussian(x - (t * Math.cos(t)) / 5, y - (t * Math.sin(t)) / 5, noise / 5),
    1.5 * Math.PI, 4.5 * Math.PI, steps) - Math.log(3 * Math.PI)
}

function spiralsReference(x: number, y: number, sigma: number, steps: number): number {
  const side = 1 / 6
  const box = (d: number): number => logNormalInterval((d - side) / sigma, d / sigma) - Math.log(side)
  // The substitution t = 3π √u is left undone: u itself is uniform.
  const arm = (sx: number, sy: number): number => logSimpson((root) => {
    const t = 3 * Math.PI * root
    return box(sx + (t * Math.cos(t)) / 3) + box(sy - (t * Math.sin(t)) / 3) + Math.log(2 * root)
  }, 0, 1, steps)
  return logAdd(arm(x, y), arm(-x, -y)) - Math.LN2
}

describe('densities by quadrature along a curve', () => {
  // Simpson's rule with steps of at most σ/50 is good to about 1e-9 where the exponent changes by 1 in a step or less.
  const references: readonly (readonly [string, SyntheticTarget, number, number,
    (x: number, y: number, noise: number, steps: number) => number])[] = [
    ['moons', moons, 0.1, 20_000, moonsReference],
    ['moons', moons, 0.5, 4000, moonsReference],
    ['moons', moons, 0.01, 200_000, moonsReference],
    ['swiss roll', swissRoll, 1, 40_000, swissRollReference],
    ['swiss roll', swissRoll, 0.1, 200_000, swissRollReference],
    ['spirals', spirals, 0.1, 20_000, spiralsReference],
    ['spirals', spirals, 0.5, 20_000, spiralsReference],
  ]
  it.each(references)('%s: as Simpson’s rule says, anywhere in the plane', (_, target, noise, steps, reference) => {
    const logDensity = target.logDensity({ noise })
    // Two fixed points beside the random ones: the centre of a half circle, and one far beyond an end.
    const points: [number, number][] = [[0, 0], [-1.1, -3]]
    for (const [x, y] of fc.sample(fc.tuple(coordinate, coordinate), { seed: 4, numRuns: 10 })) points.push([x, y])
    for (const [x, y] of points) {
      const expected = reference(x, y, noise, steps)
      // 1e-8 nats, and as much of the value itself where that is large.
      expect(Math.abs(logDensity(x, y) - expected)).toBeLessThan(1e-8 * Math.max(1, Math.abs(expected)))
    }
  })

  it.each([0.01, 0.05, 0.1, 0.5])('take little work a point at σ %d', (sigma) => {
    let calls = 0
    const logDensity = ridgeLogDensity({
      from: 0, to: Math.PI, sigma, halfBox: 0,
      curve(t, out) {
        out[0] = Math.cos(t)
        out[1] = Math.sin(t)
      },
      speed: () => 1,
      weight: () => 1 / Math.PI,
      logNoise(dx, dy) {
        calls++
        return gaussian(dx, dy, sigma)
      },
    })
    const points = moons.sample(key(1), 2000, { noise: sigma })
    for (let k = 0; k < points.length; k += 2) logDensity(points[k]!, points[k + 1]!)
    // About six panels of 16 nodes are within reach, at some ten nanoseconds a node. Halving panels where that is not
    // needed, or visiting all of them (79 for the smallest σ), would show.
    expect(calls / 2000).toBeLessThan(130)
  })
})

describe('symmetries', () => {
  const turned = (target: SyntheticTarget, order: number): void => {
    const logDensity = target.logDensity()
    const [c, s] = [Math.cos((2 * Math.PI) / order), Math.sin((2 * Math.PI) / order)]
    fc.assert(fc.property(coordinate, coordinate, (x, y) => {
      const value = logDensity(x, y)
      // Rounding of the turned point moves log p by up to 1e-15 · |x| / σ² = 1e-12, more in the tails.
      const after = logDensity(c * x - s * y, s * x + c * y)
      expect(Math.abs(after - value)).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)))
    }), runs)
  }
  it('eight Gaussians: eighths of a turn', () => turned(eightGaussians, 8))
  it('pinwheel: fifths of a turn', () => turned(pinwheel, 5))
  it('rings: any turn', () => turned(rings, 17))
})

describe('pinwheel', () => {
  it('is the change of variables at points with one preimage', () => {
    // Near the middle of an arm the other arms add less than e⁻²⁰.
    const logDensity = pinwheel.logDensity()
    for (const [along, across] of [[1, 0], [1.2, 0.05], [0.9, -0.1], [1.5, 0.1]] as const) {
      const angle = 0.25 * Math.exp(along)
      const x = 2 * (along * Math.cos(angle) + across * Math.sin(angle))
      const y = 2 * (across * Math.cos(angle) - along * Math.sin(angle))
      const normal = -0.5 * (((along - 1) / 0.3) ** 2 + (across / 0.1) ** 2) - Math.log(2 * Math.PI * 0.3 * 0.1)
      const logDet = Math.log(4) + Math.log(1 + 0.25 * across * Math.exp(along))
      expect(logDensity(x, y)).toBeCloseTo(normal - logDet - Math.log(5), 8)
    }
  })
})

describe('entropy on a grid', () => {
  it('of a Gaussian is 1 + log 2πσ²', () => {
    const sigma = 0.3
    const entropy = entropyOnGrid((x, y) => gaussian(x - 2, y + 1, sigma), Float64Array.of(2, -1), sigma)
    // The tail below e⁻¹⁸ of the peak holds 1.5e-8 of the mass, with −log p about 20.
    expect(Math.abs(entropy - 1 - Math.log(2 * Math.PI * sigma ** 2))).toBeLessThan(1e-6)
  })

  it('throws where the density does not integrate to 1', () => {
    const tooMuch = (x: number, y: number): number => gaussian(x, y, 1) + 0.01
    expect(() => entropyOnGrid(tooMuch, Float64Array.of(0, 0), 1)).toThrow(/^entropyOnGrid: /)
  })
})
