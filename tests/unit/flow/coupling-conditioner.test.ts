/** The perceptron of couplings, and its activations, against plain loops. */
import { describe, expect, it } from 'vitest'
import { type Activation, activations } from '../../../src/core/flow/activations.ts'
import mlp from '../../../src/core/flow/conditioners/mlp.ts'
import { partContext } from '../../../src/core/flow/apply.ts'
import type { ConditionerSite } from '../../../src/core/flow/conditioner.ts'
import { checkOptions } from '../../../src/core/flow/options.ts'
import { gradient } from '../../../src/core/ir/autodiff.ts'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { type NdArray, nd } from '../../../src/core/ir/nd.ts'
import { reduceSum } from '../../../src/core/ir/tensor.ts'
import { key, named, normals } from '../../../src/core/random.ts'

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))
/** Values and derivatives as the papers define them. Φ by its relation to erf is checked at known points below. */
const plain: Readonly<Record<Exclude<Activation, 'gelu'>, readonly [(x: number) => number, (x: number) => number]>> = {
  relu: [(x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)],
  tanh: [Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
  elu: [(x) => (x > 0 ? x : Math.expm1(x)), (x) => (x > 0 ? 1 : Math.exp(x))],
  silu: [(x) => x * logistic(x), (x) => logistic(x) * (1 + x * (1 - logistic(x)))],
  'leaky-relu': [(x) => (x > 0 ? x : 0.01 * x), (x) => (x > 0 ? 1 : 0.01)],
  softplus: [(x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), logistic],
}

function slopes(activation: Activation, points: readonly number[]): { value: number[]; slope: number[] } {
  const graph = createGraph()
  const x = graph.input('x', ['N'])
  const y = activations[activation](x)
  graph.output('y', y)
  graph.output('slope', gradient(reduceSum(y, [0]), [x])[0]!)
  const { y: value, slope } = evaluate(graph, { x: nd([points.length], points) }) as Record<'y' | 'slope', NdArray>
  return { value: [...value.data], slope: [...slope.data] }
}

const points = [-700, -50, -3.3, -1, -0.1, -1e-9, 1e-9, 0.1, 1, 2.7, 50, 700]

describe('activations', () => {
  it.each(Object.entries(plain))('%s, and its derivative', (name, [f, derivative]) => {
    const { value, slope } = slopes(name as Activation, points)
    // eˣ − 1 for small x cancels 16 digits down to those of x: an absolute error of one ulp of 1.
    points.forEach((x, i) => {
      expect(Math.abs(value[i]! - f(x)), `at ${x}`).toBeLessThanOrEqual(3e-16 * (1 + Math.abs(f(x))))
      expect(Math.abs(slope[i]! - derivative(x)), `slope at ${x}`).toBeLessThanOrEqual(1e-15)
    })
  })

  it('gelu at points of the normal table, and its derivative Φ + x φ', () => {
    const { value, slope } = slopes('gelu', [-1.96, 0, 1, 50, -50])
    const wanted = [-1.96 * 0.024997895148220435, 0, 0.8413447460685429, 50, 0]
    wanted.forEach((y, i) => expect(value[i]).toBeCloseTo(y, 14))
    expect(slope[1]).toBe(0.5)
    expect(slope[2]).toBeCloseTo(0.8413447460685429 + 0.24197072451914337, 14)
    expect(slope[3]).toBe(1)
  })
})

interface Network { readonly site: Parameters<typeof mlp.apply>[1]; readonly values: Record<string, NdArray> }

function network(options: Record<string, unknown>, site: Omit<ConditionerSite<unknown>, 'options'>): Network {
  const checked = checkOptions(mlp.options, options, 'options')
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues))
  const whole = { ...site, options: checked.value }
  return {
    site: whole,
    values: Object.fromEntries(mlp.parameters(whole).map(({ name, shape }) => {
      const size = shape.reduce((product, dim) => product * dim, 1)
      return [`net.${name}`, nd(shape, normals(named(key(2), name), size))]
    })),
  }
}

function apply({ site, values }: Network, x: NdArray, context?: NdArray): Float64Array {
  const graph = createGraph()
  const input = graph.input('x', ['N', site.inputs])
  const given = context === undefined ? undefined : graph.input('context', ['N', site.contextSize])
  const tensors = new Map(Object.entries(values).map(([name, { shape }]) => [name, graph.input(name, shape)]))
  const parameter = (path: string): NonNullable<ReturnType<typeof tensors.get>> => tensors.get(path)!
  const ctx = partContext({ graph, batch: 'N', parameter, noise: parameter, context: given }, 'net')
  graph.output('y', mlp.apply(ctx, site, input))
  return evaluate(graph, { ...values, x, ...(context === undefined ? {} : { context }) })['y']!.data
}

/** W and b of layer i, on one row. */
function linear({ values }: Network, i: number, h: readonly number[]): number[] {
  const [weight, bias] = [values[`net.weight${i}`]!, values[`net.bias${i}`]!]
  const columns = bias.data.length
  return [...bias.data].map((b, column) =>
    h.reduce((sum, value, row) => sum + value * weight.data[row * columns + column]!, b))
}

const tanh = (h: readonly number[]): number[] => h.map(Math.tanh)

function expectRow(got: Float64Array, wanted: readonly number[]): void {
  expect(got.length).toBe(wanted.length)
  wanted.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 12))
}

describe('mlp', () => {
  const x = [0.3, -1.2]

  it('is hidden layers and a linear one', () => {
    const net = network({ width: 4, depth: 2, activation: 'tanh' }, { inputs: 2, outputs: 3, contextSize: 0 })
    expectRow(apply(net, nd([1, 2], x)), linear(net, 2, tanh(linear(net, 1, tanh(linear(net, 0, x))))))
  })

  it('of depth 0 is linear', () => {
    const net = network({ depth: 0 }, { inputs: 2, outputs: 3, contextSize: 0 })
    expect(Object.keys(net.values)).toEqual(['net.weight0', 'net.bias0'])
    expectRow(apply(net, nd([1, 2], x)), linear(net, 0, x))
  })

  it('in residual blocks adds what two layers make of the activations', () => {
    const options = { width: 4, depth: 2, activation: 'tanh', residual: true }
    const net = network(options, { inputs: 2, outputs: 3, contextSize: 0 })
    let h = linear(net, 0, x)
    for (const block of [0, 1]) {
      const step = linear(net, 2 * block + 2, tanh(linear(net, 2 * block + 1, tanh(h))))
      h = h.map((value, i) => value + step[i]!)
    }
    expectRow(apply(net, nd([1, 2], x)), linear(net, 5, h))
  })

  it('appends the context to its input', () => {
    const net = network({ width: 4, depth: 1, activation: 'tanh' }, { inputs: 2, outputs: 1, contextSize: 2 })
    expectRow(apply(net, nd([1, 2], x), nd([1, 2], [5, 6])), linear(net, 1, tanh(linear(net, 0, [...x, 5, 6]))))
  })

  it.each([false, true])('starts with hidden layers on ±1/√in and a last layer of zeros (residual %s)', (residual) => {
    const { site } = network({ width: 100, depth: 2, residual }, { inputs: 4, outputs: 5, contextSize: 0 })
    const specs = mlp.parameters(site)
    const last = specs.length / 2 - 1
    for (const { name, shape, initial, role } of specs) {
      const first = initial(named(key(1), name), shape)
      expect(role).toBe(name.startsWith('weight') ? 'weight' : 'parameter')
      const largest = Math.max(...first.map(Math.abs))
      if (name === `weight${last}` || name === `bias${last}`) expect(largest).toBe(0)
      else {
        const limit = 1 / Math.sqrt(name.endsWith('0') ? 4 : 100)
        expect(largest).toBeLessThanOrEqual(limit)
        // 100 draws and more: that none comes near the limit has a probability below 0.9¹⁰⁰.
        expect(largest).toBeGreaterThan(0.9 * limit)
      }
    }
  })
})
