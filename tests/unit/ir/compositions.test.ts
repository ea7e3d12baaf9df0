import { describe, expect, it } from 'vitest'
import { vjp } from '../../../src/core/ir/autodiff.ts'
import {
  clamp, full, logSigmoid, logSumExp, mean, softmax, sumEvent, sumTo,
} from '../../../src/core/ir/compositions.ts'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import type { Tensor } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { type NdArray, nd } from '../../../src/core/ir/nd.ts'
import type { Shape } from '../../../src/core/ir/shape.ts'
import { reduceMax } from '../../../src/core/ir/tensor.ts'
import { checkTwice, expectClose } from './support/finite-differences.ts'
import { type TensorFunction, domains, float } from './support/functions.ts'

const runs = { seed: 20190613, numRuns: 6 }

/** y = f(x), and the sum of its elements differentiated by x. */
function evaluateAt(xs: readonly number[], f: (x: Tensor) => Tensor): { value: NdArray; slope: NdArray } {
  const g = createGraph()
  const x = g.input('x', [xs.length])
  const y = f(x)
  g.output('value', y)
  g.output('slope', vjp([y], [full(g, 1, y.shape)], [x])[0]!)
  const { value, slope } = evaluate(g, { x: nd([xs.length], xs) })
  return { value: value!, slope: slope! }
}

const of = (inputs: TensorFunction['inputs'], build: (x: Tensor) => Tensor): TensorFunction =>
  ({ inputs, build: ([x]) => [build(x!)] })

describe('gradients of first and second order', () => {
  const functions: Readonly<Record<string, TensorFunction>> = {
    'softmax, last axis': of([float(['N', 3])], (x) => softmax(x, 1)),
    'softmax, middle axis': of([float([2, 3, 2])], (x) => softmax(x, 1)),
    'logSumExp': of([float(['N', 3], domains.distinct)], (x) => logSumExp(x, 1)),
    'logSigmoid': of([float(['N', 3])], logSigmoid),
    'mean': of([float(['N', 2, 3])], (x) => mean(x, [1, 2], true)),
    'sumEvent': of([float(['N', 2, 3])], sumEvent),
    // Values between −2 and 2 at halves plus a quarter, the bounds at halves.
    'clamp': of([float(['N', 4], (u) => u.map((x) => Math.floor(7.9 * x) / 2 - 1.75))], (x) => clamp(x, -1, 0.5)),
  }
  it.each(Object.entries(functions))('%s', (_name, f) => checkTwice(f, runs))
})

describe('numerics', () => {
  it('softmax and logSumExp stay finite for large numbers', () => {
    const large = evaluateAt([1000, 1001], (x) => softmax(x, 0))
    const small = evaluateAt([0, 1], (x) => softmax(x, 0))
    expect(large.value).toEqual(small.value)
    const sum = evaluateAt([-1000, -1000, -4000], (x) => logSumExp(x, 0))
    // One rounding of the logarithm, one of the sum near 1000.
    expectClose(sum.value.data, [Math.LN2 - 1000], 'logSumExp', 2 * Number.EPSILON)
    expect([...sum.slope.data]).toEqual([0.5, 0.5, 0])
    expect(evaluateAt([3], (x) => logSumExp(x, 0)).value).toEqual(nd([], [3]))
  })

  it('logSigmoid neither overflows nor loses small values', () => {
    const { value, slope } = evaluateAt([-800, -40, 0, 40, 800], logSigmoid)
    expect([...value.data]).toEqual([-800, -40, -Math.LN2, -Math.exp(-40), -0])
    expect([...slope.data]).toEqual([1, 1, 0.5, Math.exp(-40), 0])
  })

  it('clamp passes the gradient between its bounds and on them', () => {
    const { value, slope } = evaluateAt([-2, -1, 0, 1, 2], (x) => clamp(x, -1, 1))
    expect([...value.data]).toEqual([-1, -1, 0, 1, 1])
    expect([...slope.data]).toEqual([0, 1, 1, 1, 0])
  })

  it('elements that share the maximum share its cotangent', () => {
    expect([...evaluateAt([2, 5, 5, 1], (x) => reduceMax(x, [0])).slope.data]).toEqual([0, 0.5, 0.5, 0])
  })
})

describe('shapes', () => {
  it.each<[Shape, Shape]>([
    [['N', 3], ['N', 3]], [['N', 3], [3]], [['N', 3], ['N', 1]], [['N', 3], [1]], [['N', 3], []],
    [[2, 'N', 3], ['N', 1]], [['K', 'N', 3], [1, 'N', 1]], [['K', 'N', 3], ['K', 'N', 1]], [['K', 'N', 3], ['N', 1]],
  ])('sumTo takes %j to %j', (from, to) => {
    const g = createGraph()
    expect(sumTo(g.input('x', from), to).shape).toEqual(to)
  })

  it('mean and sumEvent reduce what they say', () => {
    const g = createGraph()
    expect(mean(g.input('x', ['N', 2, 3]), [2]).shape).toEqual(['N', 2])
    expect(sumEvent(g.input('y', ['N', 2, 3])).shape).toEqual(['N'])
    expect(sumEvent(g.input('z', ['N'])).shape).toEqual(['N'])
    expect(full(g, 2, ['N', 2]).shape).toEqual(['N', 2])
    expect(evaluateAt([1, 2, 6], (x) => mean(x, [0])).value).toEqual(nd([], [3]))
  })

  it('the mean over the batch has no length to divide by', () => {
    expect(() => mean(createGraph().input('x', ['N', 2]), [0])).toThrow('mean: the axes 0 of [N, 2] are not static')
  })
})
