/** Law: every engine computes what the reference evaluation says, for every op and at every size of the batch. */
import { describe, expect, it } from 'vitest'
import { gradient } from '../../src/core/ir/autodiff.ts'
import type { Graph, Tensor } from '../../src/core/ir/graph.ts'
import { createGraph } from '../../src/core/ir/index.ts'
import { optimise } from '../../src/core/ir/passes/optimise.ts'
import * as t from '../../src/core/ir/tensor.ts'
import { onnxruntime } from '../../src/engine/runtimes/onnxruntime.ts'
import { expectAgreement } from '../support/compare-engines.ts'
import { type GraphCase, cases } from '../support/graph-cases.ts'
import { inputsFor } from '../support/graph-inputs.ts'
import { randomGraph } from '../unit/ir/support/random-graph.ts'

const SIZES = [{ N: 3, K: 4 }, { N: 7, K: 2 }]

function build(one: GraphCase): Graph {
  const graph = createGraph()
  one.build(graph)
  return graph
}

for (const [op, list] of Object.entries(cases)) {
  describe(op, () => {
    for (const one of list) {
      it(one.title, async () => {
        const graph = build(one)
        expect(usesOp(graph, op)).toBe(true)
        await expectAgreement(onnxruntime, graph, SIZES.map((size) => inputsFor(graph, size, one.ranges)))
      })
    }
  })
}

/** A vocabulary function may return its operand as it is: then the case would test nothing. */
function usesOp(graph: Graph, op: string): boolean {
  return graph.nodes.some((node) => node.op === op)
}

describe('gradients', () => {
  const dense = (x: Tensor, weight: Tensor, bias: Tensor): Tensor => t.add(t.matmul(x, weight), bias)

  function multilayerPerceptron(activation: (x: Tensor) => Tensor): Graph {
    const graph = createGraph()
    const x = graph.input('x', ['N', 3])
    const target = graph.input('target', ['N', 2])
    const weights = [graph.input('w0', [3, 16]), graph.input('w1', [16, 16]), graph.input('w2', [16, 2])]
    const biases = [graph.input('b0', [16]), graph.input('b1', [16]), graph.input('b2', [2])]
    let h = x
    weights.forEach((weight, i) => {
      h = dense(h, weight, biases[i] as Tensor)
      if (i < 2) h = activation(h)
    })
    const loss = t.reduceSum(t.square(t.sub(h, target)), [0, 1])
    const parameters = [...weights, ...biases]
    const gradients = gradient(loss, parameters)
    graph.output('loss', loss)
    parameters.forEach((_, i) => graph.output(`g${i}`, gradients[i] as Tensor))
    return graph
  }

  const activations = { tanh: t.tanh, relu: t.relu, softplus: t.softplus, sigmoid: t.sigmoid }
  for (const [name, activation] of Object.entries(activations)) {
    it(`of a loss of a multilayer perceptron with ${name}`, async () => {
      const plain = multilayerPerceptron(activation)
      for (const graph of [plain, optimise(plain)]) {
        await expectAgreement(onnxruntime, graph, SIZES.map((size) => inputsFor(graph, size)))
      }
    })
  }

  it('of a counted loop with a captured weight and a scan', async () => {
    const graph = createGraph()
    const body = createGraph()
    body.input('i', [], 'int')
    const state = body.input('state', ['N', 3])
    const weight = body.input('weight', [3, 3])
    const next = t.tanh(t.matmul(state, weight))
    body.output('next', next)
    body.output('size', t.reduceSum(t.square(next), [0, 1]))
    const x = graph.input('x', ['N', 3])
    const w = graph.input('w', [3, 3])
    graph.input('schedule', ['K'])
    const { carried, scanned } = t.loop({ count: graph.input('count', [], 'int'), carried: [x], captured: [w], body })
    const loss = t.add(t.reduceSum(carried[0] as Tensor, [0, 1]), t.reduceSum(scanned[0] as Tensor, [0]))
    graph.output('loss', loss)
    gradient(loss, [x, w]).forEach((value, i) => graph.output(`g${i}`, value))
    const inputs = SIZES.map((size) => inputsFor(graph, size, { count: 'K' }))
    for (const one of [graph, optimise(graph)]) await expectAgreement(onnxruntime, one, inputs)
  })
})

describe('random programs', () => {
  // Their inputs and constants are of order one, and some of what they compute from them cancels.
  const LEAST_SCALE = 1

  it('with and without gradients, before and after the passes', async () => {
    for (let seed = 0; seed < 60; seed++) {
      const plain = randomGraph(seed, seed % 2 === 0)
      for (const graph of [plain, optimise(plain)]) {
        const inputs = inputsFor(graph, { N: 3, K: 3 }, { n: [-2, 3] }, seed)
        await expectAgreement(onnxruntime, graph, [inputs], LEAST_SCALE)
      }
    }
  })
})
