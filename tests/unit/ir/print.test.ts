/** Printed programs, compared with the texts in the .txt files beside this one; `vitest -u` writes them anew. */
import { describe, expect, it } from 'vitest'
import { gradient } from '../../../src/core/ir/autodiff.ts'
import { mean, softmax } from '../../../src/core/ir/compositions.ts'
import type { Graph, Tensor } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { optimise } from '../../../src/core/ir/passes/optimise.ts'
import { print } from '../../../src/core/ir/print.ts'
import * as t from '../../../src/core/ir/tensor.ts'

const lineOf = (build: (g: Graph) => Tensor): string => {
  const g = createGraph()
  build(g)
  return print(g).split('\n').at(-1)!
}

/** Two layers and the mean squared error, with the gradient by every weight. */
function perceptron(): Graph {
  const g = createGraph()
  const batch = 8
  const [x, y] = [g.input('x', [batch, 2]), g.input('y', [batch, 1])]
  const weights = [g.input('w1', [2, 16]), g.input('b1', [16]), g.input('w2', [16, 1]), g.input('b2', [1])]
  const [w1, b1, w2, b2] = weights as [Tensor, Tensor, Tensor, Tensor]
  const hidden = t.tanh(t.add(t.matmul(x, w1), b1))
  const loss = mean(t.square(t.sub(t.add(t.matmul(hidden, w2), b2), y)), [0, 1])
  g.output('loss', loss)
  gradient(loss, weights).forEach((slope, i) => g.output(`slope.${['w1', 'b1', 'w2', 'b2'][i]}`, slope))
  return g
}

/** Euler's method for ds/dt = −r·s over the batch, with the path, and the gradient of its end by the rate. */
function decay(): Graph {
  const body = createGraph()
  body.input('iteration', [], 'int')
  const [s, r] = [body.input('s', ['N']), body.input('r', [])]
  const next = t.sub(s, t.mul(t.mul(s, r), 0.1))
  body.output('next', next)
  body.output('path', s)
  const g = createGraph()
  const [start, rate] = [g.input('start', ['N']), g.input('rate', [])]
  const { carried, scanned } = t.loop({ count: g.constant(10, [], 'int'), carried: [start], captured: [rate], body })
  g.output('path', scanned[0]!)
  g.output('slope', gradient(t.reduceSum(carried[0]!, [0]), [rate])[0]!)
  return g
}

describe('golden programs', () => {
  it('the loss of a small network, with its gradient', async () => {
    await expect(`${print(optimise(perceptron()))}\n`).toMatchFileSnapshot('print.perceptron.txt')
  })
  it('a loop, with its gradient', async () => {
    await expect(`${print(optimise(decay()))}\n`).toMatchFileSnapshot('print.loop.txt')
  })
  it('as it was written, before the passes', async () => {
    const g = createGraph()
    const x = g.input('x', ['N', 3])
    g.output('p', softmax(t.where(t.less(x, 0), 0, x), 1))
    await expect(`${print(g)}\n`).toMatchFileSnapshot('print.softmax.txt')
  })
})

describe('print', () => {
  it.each<[string, (g: Graph) => Tensor]>([
    ['%0: float[] = constant 1', (g) => g.constant(1)],
    ['%0: int[3] = constant 1, -2, 3', (g) => g.constant([1, -2, 3], [3], 'int')],
    ['%0: bool[] = constant 1', (g) => g.constant(1, [], 'bool')],
    ['%0: float[2] = constant -0, 0.3333333', (g) => g.constant([-0, 1 / 3], [2])],
    ['%0: float[2] = constant NaN, -Infinity', (g) => g.constant([NaN, -Infinity], [2])],
    ['%0: float[9] = constant 1, 2, 3, … (9 values, sum 45)', (g) => g.constant([1, 2, 3, 4, 5, 6, 7, 8, 9], [9])],
    ['%0: float[2N, 3] = input() name=x', (g) => g.input('x', ['2N', 3])],
    ['%1: float[3, N] = transpose(%0) permutation=[1, 0]', (g) => t.transpose(g.input('x', ['N', 3]), [1, 0])],
    ['%1: float[N, 3] = cumulativeSum(%0) axis=1 reverse=true', (g) =>
      t.cumulativeSum(g.input('x', ['N', 3]), 1, { reverse: true })],
    ['%1: float[2, 2] = matmul(%0, %0) transposeA=true', (g) => {
      const x = g.input('x', [2, 2])
      return t.matmul(x, x, { transposeA: true })
    }],
    ['%2: float[] = withGradient(%0, %1) rule=<rule>', (g) =>
      t.withGradient(g.input('x', []), [g.input('y', [])], () => [])],
  ])('%s', (line, build) => {
    expect(lineOf(build)).toBe(line)
  })
})
