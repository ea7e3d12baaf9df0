/** One base of the catalogue in a graph of its own: log p, its gradients and its samples, in the variants that the laws try. */
import { partContext } from '../../src/core/flow/apply.ts'
import { type BaseDefinition, type BaseSite, baseNoise } from '../../src/core/flow/base.ts'
import { type Options, checkOptions } from '../../src/core/flow/options.ts'
import { gradient } from '../../src/core/ir/autodiff.ts'
import { evaluate } from '../../src/core/ir/evaluate.ts'
import type { Graph, Tensor } from '../../src/core/ir/graph.ts'
import { createGraph } from '../../src/core/ir/index.ts'
import { type NdArray, nd } from '../../src/core/ir/nd.ts'
import { broadcastTo, reduceSum } from '../../src/core/ir/tensor.ts'
import { key, named, normals, uniforms } from '../../src/core/random.ts'

export type Values = Readonly<Record<string, NdArray>>

/** Options, and where a context is taken, its length. */
export interface Variant {
  readonly options: Options
  readonly contextSize: number
}

/** Default options, each switch and each choice set otherwise, and what the base lists itself; where they are allowed. */
export function variants(definition: BaseDefinition): Variant[] {
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
export function randomValues(definition: BaseDefinition, site: BaseSite<Options>, seed: number): Values {
  return Object.fromEntries(definition.parameters(site).map(({ name, shape, initial }) => {
    const at = named(key(seed), name)
    const first = initial(at, shape)
    const noise = normals(named(at, 'around'), first.length)
    return [`base.${name}`, nd(shape, first.map((value, i) => value + 0.3 * noise[i]!))]
  }))
}

/** The context of every example: the second class. */
const oneHot = (size: number): number[] => Array.from({ length: size }, (_, i) => (i === 1 ? 1 : 0))

export interface Built {
  readonly graph: Graph
  readonly trained: readonly string[]
  readonly run: (inputs: Values) => Values
}

export function build(definition: BaseDefinition, site: BaseSite<Options>): Built {
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
  return { graph, trained, run: (inputs) => evaluate(graph, inputs) }
}

export interface Base {
  readonly size: number
  readonly values: Values
  readonly trained: readonly string[]
  logProb(z: Float64Array, values?: Values): Float64Array
  /** Gradients of Σ log p, for 'z' and for each parameter. */
  gradientOf(name: string, z: Float64Array): Float64Array
  sample(count: number, seed: number, temperature: number): Float64Array
}

export function base(definition: BaseDefinition, variant: Variant, size: number, seed = 1): Base {
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
