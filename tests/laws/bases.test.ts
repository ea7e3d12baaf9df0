/**
 * The laws of bases: each is a density, its gradient is right, and its samples follow it. Each base is tried with its
 * default options and with every switch and choice set otherwise. One base alone: `-t <kind>`.
 */
import { describe, expect, it } from 'vitest'
import { partContext } from '../../src/core/flow/apply.ts'
import { type BaseDefinition, type BaseSite, baseNoise } from '../../src/core/flow/base.ts'
import { bases as catalogue } from '../../src/core/flow/bases/index.ts'
import { type Options, checkOptions } from '../../src/core/flow/options.ts'
import { gradient } from '../../src/core/ir/autodiff.ts'
import { evaluate } from '../../src/core/ir/evaluate.ts'
import type { Tensor } from '../../src/core/ir/graph.ts'
import { createGraph } from '../../src/core/ir/index.ts'
import { type NdArray, nd } from '../../src/core/ir/nd.ts'
import { broadcastTo, reduceSum } from '../../src/core/ir/tensor.ts'
import { key, named, normals, uniforms } from '../../src/core/random.ts'
import { integrate, jacobians, kolmogorovSmirnov } from '../support/numerics.ts'

type Values = Readonly<Record<string, NdArray>>

/** Options, and where a context is taken, its length. */
interface Variant {
  readonly options: Options
  readonly contextSize: number
}

/** Default options, each switch and each choice set otherwise, and what the base lists itself; where they are allowed. */
function variants(definition: BaseDefinition): Variant[] {
  const options = (raw: object): Options => {
    const checked = checkOptions(definition.options, raw, 'base')
    if (!checked.ok) throw new Error(`${definition.kind}: ${JSON.stringify(checked.issues)}`)
    return checked.value
  }
  const usual = [options({}), ...Object.entries(definition.options).flatMap(([name, field]) => {
    if (field.type === 'boolean') return [options({ [name]: !field.default })]
    if (field.type !== 'choice') return []
    const others = Object.keys(field.choices).filter((value) => value !== field.default)
    return others.map((value) => options({ [name]: value }))
  })]
  const own = (definition.laws ?? []).map((one): Variant =>
    ({ options: options(one.options ?? {}), contextSize: one.contextSize ?? 0 }))
  return [...usual.map((one): Variant => ({ options: one, contextSize: 0 })), ...own].filter(({ options: one, contextSize }) =>
    (definition.check?.({ size: 3, contextSize, options: one }) ?? []).length === 0)
}

/** Parameters around their first values. */
function randomValues(definition: BaseDefinition, site: BaseSite<Options>, seed: number): Values {
  return Object.fromEntries(definition.parameters(site).map(({ name, shape, initial }) => {
    const at = named(key(seed), name)
    const first = initial(at, shape)
    const noise = normals(named(at, 'around'), first.length)
    return [`base.${name}`, nd(shape, first.map((value, i) => value + 0.3 * noise[i]!))]
  }))
}

/** The context of every example: the second class. */
const oneHot = (size: number): number[] => Array.from({ length: size }, (_, i) => (i === 1 ? 1 : 0))

interface Built {
  readonly trained: readonly string[]
  readonly run: (inputs: Values) => Values
}

function build(definition: BaseDefinition, site: BaseSite<Options>): Built {
  const graph = createGraph()
  const tensors = new Map<string, Tensor>(definition.parameters(site).map(({ name, shape }) =>
    [`base.${name}`, graph.input(`base.${name}`, shape)]))
  const trained = [...tensors.keys()]
  const ctx = partContext({
    graph, batch: 'N',
    context: site.contextSize > 0 ? broadcastTo(graph.constant(oneHot(site.contextSize), [1, site.contextSize]), ['N', site.contextSize]) : undefined,
    parameter: (path) => tensors.get(path) as Tensor,
    noise: (path) => { throw new Error(`bases take no noise but their own, got ${path}`) },
  }, 'base')
  const z = graph.input('z', ['N', site.size])
  const noise = graph.input('noise', ['N', ...baseNoise({ definition, site }).shape])
  const logProb = definition.logProb(ctx, site, z)
  graph.output('logProb', logProb)
  graph.output('sample', definition.sample(ctx, site, noise, graph.input('temperature', [])))
  gradient(reduceSum(logProb, [0]), [z, ...tensors.values()]).forEach((tensor, i) => {
    graph.output(`gradient of ${i === 0 ? 'z' : trained[i - 1]}`, tensor)
  })
  return { trained, run: (inputs) => evaluate(graph, inputs) }
}

interface Base {
  readonly size: number
  readonly values: Values
  readonly trained: readonly string[]
  logProb(z: Float64Array, values?: Values): Float64Array
  /** Gradients of Σ log p, for 'z' and for each parameter. */
  gradientOf(name: string, z: Float64Array): Float64Array
  sample(count: number, seed: number, temperature: number): Float64Array
}

function base(definition: BaseDefinition, variant: Variant, size: number, seed = 1): Base {
  const site = { size, ...variant }
  const { shape: [each], distribution } = baseNoise({ definition, site })
  const values = randomValues(definition, site, seed)
  const { trained, run } = build(definition, site)
  const all = (count: number, z: Float64Array, noise: Float64Array, temperature: number, given: Values): Values =>
    run({ ...given, z: nd([count, size], z), noise: nd([count, each], noise), temperature: nd([], [temperature]) })
  const at = (z: Float64Array, given: Values): Values =>
    all(z.length / size, z, new Float64Array((z.length / size) * each).fill(0.5), 1, given)
  return {
    size, values, trained,
    logProb: (z, given = values) => at(z, given)['logProb']!.data,
    gradientOf: (name, z) => at(z, values)[`gradient of ${name}`]!.data,
    sample(count, noiseSeed, temperature) {
      const noise = (distribution === 'normal' ? normals : uniforms)(key(noiseSeed), count * each)
      return all(count, new Float64Array(count * size), noise, temperature, values)['sample']!.data
    },
  }
}

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
