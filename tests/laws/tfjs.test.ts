/**
 * The TensorFlow.js engine means what the reference evaluation means: every op, every loop, every gradient of an op, at
 * two batch sizes of one loaded program. And a network's symbolic gradient is what TensorFlow.js's own differentiation
 * finds, by a road that shares nothing with ours but the kernels.
 */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { gradient } from '../../src/core/ir/autodiff.ts'
import { evaluate } from '../../src/core/ir/evaluate.ts'
import type { Graph, Tensor } from '../../src/core/ir/graph.ts'
import { createGraph } from '../../src/core/ir/index.ts'
import type { NdArray } from '../../src/core/ir/nd.ts'
import * as t from '../../src/core/ir/tensor.ts'
import { runtimes } from '../../src/engine/runtimes/catalogue.ts'
import { catalogueLaws } from '../unit/ir/support/catalogue-laws.ts'
import { type InputSpec, compile, float, vjpOf } from '../unit/ir/support/functions.ts'
import {
  FLOAT32_TOLERANCE, checkFunction, expectAgreement, largestError, sample, toData,
} from '../unit/tfjs/agreement.ts'

const runtime = await runtimes.tfjs()

describe.each(Object.entries(catalogueLaws))('%s', (_name, { cases }) => {
  it.each(cases.map((f) => [f.title, f] as const))('%s: agrees with the reference', (_title, f) =>
    checkFunction(runtime, f, 1))

  const differentiable = cases.filter((f) =>
    f.inputs.some(({ dtype }) => dtype === 'float') && compile(f).outputs.some(({ dtype }) => dtype === 'float'))
  it.each(differentiable.map((f) => [f.title, f] as const))('%s: so does its gradient', (_title, f) =>
    checkFunction(runtime, vjpOf(f), 2))
})

const parameters = {
  w1: [3, 8], b1: [8], w2: [8, 8], b2: [8], w3: [8, 2], b3: [2],
} as const satisfies Record<string, readonly number[]>
const specs: readonly InputSpec[] =
  [float(['N', 3]), float(['N', 2]), ...Object.values(parameters).map((shape) => float(shape))]

/** Σ (softplus(tanh(x·W₁ + b₁)·W₂ + b₂)·W₃ + b₃ − y)², with its gradient by all six parameters. */
function network(): Graph {
  const graph = createGraph()
  const [x, y] = [graph.input('x', ['N', 3]), graph.input('y', ['N', 2])]
  const values = Object.entries(parameters).map(([name, shape]) => graph.input(name, shape))
  const [w1, b1, w2, b2, w3, b3] = values as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
  const hidden = t.softplus(t.add(t.matmul(t.tanh(t.add(t.matmul(x, w1), b1)), w2), b2))
  const loss = t.reduceSum(t.square(t.sub(t.add(t.matmul(hidden, w3), b3), y)), [0, 1])
  graph.output('loss', loss)
  gradient(loss, values).forEach((tensor, i) => graph.output(Object.keys(parameters)[i]!, tensor))
  return graph
}

/** The same in TensorFlow.js's own words and by its own differentiation. */
function native(values: readonly NdArray[]): Record<string, ArrayLike<number>> {
  return tf.tidy(() => {
    const [x, y] = values.slice(0, 2).map(({ data, shape }) => tf.tensor2d([...data], [...shape] as [number, number]))
    const variables = Object.keys(parameters).map((name, i) => {
      const { data, shape } = values[2 + i]!
      return tf.variable(tf.tensor([...data], [...shape]), true, name)
    })
    const [w1, b1, w2, b2, w3, b3] = variables
    const { value, grads } = tf.variableGrads(() => {
      const first = tf.tanh(tf.add(tf.matMul(x!, w1!), b1!))
      const second = tf.softplus(tf.add(tf.matMul(first, w2!), b2!))
      return tf.sum(tf.squaredDifference(tf.add(tf.matMul(second, w3!), b3!), y!))
    }, variables)
    const results = Object.fromEntries(Object.keys(parameters).map((name) => [name, grads[name]!.dataSync().slice()]))
    tf.dispose(variables)
    return { loss: value.dataSync().slice(), ...results }
  })
}

describe('a network with its symbolic gradient', () => {
  // Sums over up to 64 examples of products of rounded values: an error of some √64 roundings, on the result's scale.
  const tolerance = 4 * FLOAT32_TOLERANCE
  it.each([3, 64])('agrees with the reference and with TensorFlow.js itself for a batch of %i', async (N) => {
    const graph = network()
    const values = sample({ inputs: specs, build: () => [] }, { N }, 7)
    const named = graph.inputs.map(({ name }, i) => [name, values[i]!] as const)
    const executable = await runtime.load(graph)
    const got = await executable.run(Object.fromEntries(named.map(([name, value]) => [name, toData(value, 'float')])))
    const expected = evaluate(graph, Object.fromEntries(named))
    const independent = native(values)
    for (const { name } of graph.outputs) {
      expectAgreement(got[name], expected[name]!, 'float', `${name} against the reference`, tolerance)
      expect(independent[name]!.length, name).toBe(got[name]!.data.length)
      const numbers = Array.from<number | bigint, number>(got[name]!.data, Number)
      expect(largestError(numbers, independent[name]!), `${name} against variableGrads`).toBeLessThanOrEqual(tolerance)
    }
    await executable.dispose()
  })
})
