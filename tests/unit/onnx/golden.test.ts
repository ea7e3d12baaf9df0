/** A small training loop as the text of its ONNX model: what a change of the emitter changes is seen in review. */
import { expect, it } from 'vitest'
import { gradient } from '../../../src/core/ir/autodiff.ts'
import type { Graph, Tensor } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { optimise } from '../../../src/core/ir/passes/optimise.ts'
import * as t from '../../../src/core/ir/tensor.ts'
import { emitOnnx } from '../../../src/core/onnx/emit.ts'
import { printOnnx } from '../../../src/core/onnx/print.ts'

/** Gradient descent on ½‖tanh(x·W + b) − target‖², theta = [W, b]. */
function descent(): Graph {
  const body = createGraph()
  body.input('step', [], 'int')
  const theta = body.input('theta', [8])
  const x = body.input('x', ['N', 3])
  const weight = t.reshape(t.slice(theta, 0, 0, 6), [3, 2])
  const bias = t.slice(theta, 0, 6, 8)
  const error = t.sub(t.tanh(t.add(t.matmul(x, weight), bias)), body.input('target', ['N', 2]))
  const loss = t.mul(t.reduceSum(t.square(error), [0, 1]), 0.5)
  const [forWeight, forBias] = gradient(loss, [weight, bias]) as [Tensor, Tensor]
  const flat = t.concat([t.reshape(forWeight, [6]), forBias], 0)
  body.output('theta', t.sub(theta, t.mul(flat, 0.01)))
  body.output('loss', loss)

  const graph = createGraph()
  const count = graph.input('count', [], 'int')
  const start = graph.input('theta', [8])
  const data = [graph.input('x', ['N', 3]), graph.input('target', ['N', 2])]
  const { carried, scanned } = t.loop({ count, carried: [start], captured: data, body })
  graph.output('theta', carried[0] as Tensor)
  graph.output('loss', scanned[0] as Tensor)
  graph.output('grid', t.mul(t.broadcastTo(graph.constant([0.5, 1], [2]), ['2N', 2]), 3))
  return optimise(graph)
}

it('the text of a training loop is as it was', async () => {
  const bytes = emitOnnx(descent(), {
    name: 'descent', outputNames: { theta: 'theta_next' },
    metadata: { purpose: 'golden test' }, docs: { x: 'rows of data' },
  })
  await expect(`${printOnnx(bytes)}\n`).toMatchFileSnapshot('golden/descent.txt')
})
