/**
 * The laws of bases: each is a density, its gradient is right, and its samples follow it. Each base is tried with its
 * default options and with every switch and choice set otherwise. One base alone: `-t <kind>`.
 */
import { describe, expect, it } from 'vitest'
import type { BaseDefinition } from '../../src/core/flow/base.ts'
import { bases as catalogue } from '../../src/core/flow/bases/index.ts'
import { nd } from '../../src/core/ir/nd.ts'
import { type Base, type Variant, base, variants } from '../support/base-harness.ts'
import { integrate, jacobians, kolmogorovSmirnov } from '../support/numerics.ts'

/**
 * Where nearly all of the mass lies, and a step that resolves the density. The real line is walked along z = sinh t, for
 * tails that fall like a power: beyond sinh 40 = 1e17 lies 1e-17 of those of a Cauchy distribution.
 */
const RANGES = {
  real: { low: -40, high: 40, count: 24_000, z: Math.sinh, slope: Math.cosh, t: Math.asinh },
  unit: { low: -0.5, high: 1.5, count: 400_000, z: (t: number) => t, slope: () => 1, t: (z: number) => z },
}
/** The density of t, for z = z(t). */
const densityOf = (line: Base, support: 'real' | 'unit') => (t: Float64Array): Float64Array =>
  line.logProb(t.map(RANGES[support].z)).map((logProb, i) => Math.exp(logProb) * RANGES[support].slope(t[i]!))
/** The trapezoidal rule is exact to rounding for smooth densities; the uniform's penalty lets 3e-4 of mass outside. */
const MASS = { real: 1e-9, unit: 4e-4 }

/** Logarithm of a density on the same support, nowhere much larger than a base's, for one dimension. */
const TEST_DENSITY = {
  real: (z: number) => -0.5 * ((z - 0.3) / 0.5) ** 2 - Math.log(0.5 * Math.sqrt(2 * Math.PI)),
  unit: (z: number) => (z > 0 && z < 1 ? Math.log(6 * z * (1 - z)) : -Infinity),
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let worst = 0
  for (let i = 0; i < b.length; i++) {
    const error = Math.abs(a[i]! - b[i]!) / (1 + Math.abs(b[i]!))
    worst = Number.isNaN(error) ? Infinity : Math.max(worst, error)
  }
  return worst
}

function lawsOfDensity(definition: BaseDefinition, variant: Variant): void {
  const { support } = definition
  const { low, high, count } = RANGES[support]
  it('integrates to one', () => {
    const line = base(definition, variant, 1)
    expect(Math.abs(integrate(densityOf(line, support), low, high, count) - 1)).toBeLessThan(MASS[support])
  })
  it('has the gradient that it says', () => {
    const some = base(definition, variant, 3)
    const z = some.sample(8, 2, 1)
    const wanted = jacobians((points) => some.logProb(points), z, 3, support)
    // Central differences: see tests/support/numerics.ts.
    expect(distance(some.gradientOf('z', z), wanted)).toBeLessThan(1e-6)
    for (const path of some.trained) {
      const { shape, data } = some.values[path]!
      const moved = (i: number, step: number): number => some.logProb(z, {
        ...some.values, [path]: nd(shape, data.with(i, data[i]! + step)),
      }).reduce((a, b) => a + b, 0)
      const found = some.gradientOf(path, z)
      expect(found.some((value) => value !== 0), `${path} gets a gradient`).toBe(true)
      const differences = data.map((_, i) => (moved(i, 6e-6) - moved(i, -6e-6)) / 1.2e-5)
      expect(distance(found, differences), path).toBeLessThan(1e-6)
    }
  })
  it('stays finite at the edge and far outside', () => {
    const some = base(definition, variant, 2)
    const edges = [0, 1e-300, 1e-12, 1, 1 - 1e-12, 1 + 1e-12, -1e-12, -1, 30, -30, 1e3, -1e3, 1e6, -1e6]
    const points = Float64Array.from(edges.flatMap((edge) => [edge, edge, edge, 0.5]))
    const gradients = ['z', ...some.trained].map((name) => some.gradientOf(name, points))
    for (const values of [some.logProb(points), ...gradients]) {
      expect(values.every((value) => Math.abs(value) < 3.4e38)).toBe(true)
    }
  })
}

function lawsOfSamples(definition: BaseDefinition, variant: Variant): void {
  const { support } = definition
  it('draws samples that follow the density, in one dimension', () => {
    const line = base(definition, variant, 1)
    const samples = line.sample(20_000, 11, 1)
    const { low, high } = RANGES[support]
    const steps = 60_000
    const width = (high - low) / steps
    const density = densityOf(line, support)(Float64Array.from({ length: steps + 1 }, (_, i) => low + i * width))
    const sums = new Float64Array(steps + 1)
    for (let i = 1; i <= steps; i++) sums[i] = sums[i - 1]! + width * (density[i - 1]! + density[i]!) / 2
    const cdf = (sorted: Float64Array): Float64Array => sorted.map((z) => {
      const at = (RANGES[support].t(z) - low) / width
      const i = Math.floor(at)
      return sums[i]! + (at - i) * (sums[i + 1]! - sums[i]!)
    })
    // Kolmogorov's distribution: √n·D exceeds 1.95 once in 1000 tries.
    expect(kolmogorovSmirnov(samples, cdf)).toBeLessThan(1.95 / Math.sqrt(samples.length))
  })
  it('draws samples that follow the density, jointly', () => {
    // For z from p and any density q on its support, q(z)/p(z) has mean 1.
    const space = base(definition, variant, 3)
    const n = 40_000
    const z = space.sample(n, 4, 1)
    const ratios = space.logProb(z).map((logProb, row) =>
      Math.exp([0, 1, 2].reduce((sum, d) => sum + TEST_DENSITY[support](z[3 * row + d]!), -logProb)))
    const mean = ratios.reduce((sum, value) => sum + value, 0) / n
    const variance = ratios.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n
    expect(Math.abs(mean - 1)).toBeLessThan(4.5 * Math.sqrt(variance / n))
  })
  if (definition.centres === 'many') {
    it('has centres, to which temperature 0 leads: some points, each of which is drawn again and again', () => {
      const samples = base(definition, variant, 3).sample(2000, 5, 0)
      const points = Array.from({ length: 2000 }, (_, row) => samples.slice(3 * row, 3 * row + 3).join())
      const counts = new Set(points)
      expect(counts.size).toBeGreaterThan(1)
      expect(counts.size).toBeLessThanOrEqual(variant.options['components'] as number)
    })
  } else {
    it('has a centre, to which temperature 0 leads and where the density is flat', () => {
      const space = base(definition, variant, 3)
      // Adding 0 makes −0 and 0 one.
      const samples = space.sample(5, 5, 0).map((value) => value + 0)
      const centre = samples.slice(0, 3)
      for (let row = 1; row < 5; row++) expect(samples.slice(3 * row, 3 * row + 3)).toEqual(centre)
      expect(Math.max(...space.gradientOf('z', centre).map(Math.abs))).toBeLessThan(1e-12)
    })
  }
  it('spreads in proportion to the temperature', () => {
    const space = base(definition, variant, 3)
    const [centre, half, whole] = [0, 0.5, 1].map((temperature) => space.sample(5, 6, temperature)) as [
      Float64Array, Float64Array, Float64Array]
    const doubled = half.map((value, i) => 2 * (value - centre[i]!))
    expect(distance(doubled, whole.map((value, i) => value - centre[i]!))).toBeLessThan(1e-12)
  })
}

describe.each(Object.values(catalogue))('$kind', (definition) => {
  const named = variants(definition).map((variant) => ({ name: JSON.stringify(variant), variant }))
  describe.each(named)('$name', ({ variant }) => {
    lawsOfDensity(definition, variant)
    lawsOfSamples(definition, variant)
  })
})
