/** Small programs, at least one for every op: what engines are compared on. */
import type { DType, Graph, Tensor } from '../../src/core/ir/graph.ts'
import type { OpName } from '../../src/core/ir/ops/index.ts'
import type { Dim, Shape } from '../../src/core/ir/shape.ts'
import * as t from '../../src/core/ir/tensor.ts'
import type { Ranges } from './graph-inputs.ts'
import { loopCases } from './loop-cases.ts'

export interface GraphCase {
  readonly title: string
  build(graph: Graph): void
  readonly ranges?: Ranges
}

const define = (title: string, build: (graph: Graph) => Tensor, ranges: Ranges = {}): GraphCase =>
  ({ title, build: (graph) => graph.output('y', build(graph)), ranges })

/** y = f(x), x [N, 3]. */
const unary = (f: (x: Tensor) => Tensor, range: readonly [number, number] = [-3, 3]): readonly GraphCase[] =>
  [define('of a matrix', (g) => f(g.input('x', ['N', 3])), { x: range })]

/** y = f(a, b), with and without broadcasting. */
const binary = (
  f: (a: Tensor, b: Tensor) => Tensor, ranges: Ranges = {}, dtype: DType = 'float',
): readonly GraphCase[] => {
  const pair = (title: string, a: Shape, b: Shape): GraphCase =>
    define(title, (g) => f(g.input('a', a, dtype), g.input('b', b, dtype)), ranges)
  return [
    pair('of equal shapes', ['N', 3], ['N', 3]),
    pair('with a row', ['N', 2, 3], [3]),
    pair('of a column and a row', ['N', 1], [1, 4]),
    pair('with a scalar on the left', [], ['N', 3]),
  ]
}

/** Whole numbers in [0, 3) as floats: pairs that are often equal. */
const rounded = (f: (a: Tensor, b: Tensor) => Tensor): readonly GraphCase[] => [
  ...binary((a, b) => f(t.floor(a), t.floor(b)), { a: [0, 3], b: [0, 3] }),
  ...binary(f, { a: [0, 3], b: [0, 3] }, 'int'),
]

const choose = (dtype: DType): GraphCase => define(`between ${dtype} tensors`, (g) =>
  t.where(g.input('c', ['N', 1], 'bool'), g.input('a', ['N', 3], dtype), g.input('b', [3], dtype)))

const products: readonly GraphCase[] = [
  ...[false, true].flatMap((transposeA) => [false, true].map((transposeB) => {
    const title = `of matrices, transposed: ${transposeA}, ${transposeB}`
    return define(title, (g) => t.matmul(
      g.input('a', transposeA ? [4, 'N'] : ['N', 4]), g.input('b', transposeB ? [3, 4] : [4, 3]),
      { transposeA, transposeB }))
  })),
  ...[false, true].flatMap((transposeA) => [false, true].map((transposeB) => {
    const title = `of stacks, transposed: ${transposeA}, ${transposeB}`
    return define(title, (g) => t.matmul(
      g.input('a', transposeA ? ['N', 4, 2] : ['N', 2, 4]), g.input('b', transposeB ? ['N', 3, 4] : ['N', 4, 3]),
      { transposeA, transposeB }))
  })),
  define('of a stack and a matrix', (g) => t.matmul(g.input('a', ['N', 2, 4]), g.input('b', [4, 3]))),
  define('of a stack and a transposed matrix', (g) =>
    t.matmul(g.input('a', ['N', 2, 4]), g.input('b', [3, 4]), { transposeB: true })),
  define('contracted over the batch', (g) =>
    t.matmul(g.input('a', ['N', 4]), g.input('b', ['N', 3]), { transposeA: true })),
  define('with a bias', (g) => t.add(t.matmul(g.input('a', ['N', 4]), g.input('b', [4, 3])), g.input('bias', [3]))),
  define('with a bias row in front, both transposed', (g) => t.add(
    g.input('bias', [1, 3]),
    t.matmul(g.input('a', [4, 'N']), g.input('b', [3, 4]), { transposeA: true, transposeB: true }))),
  define('with a bias, the product also used by itself', (g) => {
    const product = t.matmul(g.input('a', ['N', 4]), g.input('b', [4, 3]))
    return t.mul(product, t.add(product, g.input('bias', [3])))
  }),
  define('with a bias column, which is no bias', (g) =>
    t.add(t.matmul(g.input('a', ['N', 4]), g.input('b', [4, 3])), g.input('bias', [1, 1]))),
  define('plus another product', (g) => t.add(
    t.matmul(g.input('a', ['N', 4]), g.input('b', [4, 3])), t.matmul(g.input('c', ['N', 5]), g.input('d', [5, 3])))),
]

const reduction = (f: (x: Tensor, axes: readonly number[], keepDims?: boolean) => Tensor): readonly GraphCase[] => [
  define('of the event', (g) => f(g.input('x', ['N', 2, 3]), [1, 2])),
  define('of the batch', (g) => f(g.input('x', ['N', 2, 3]), [0])),
  define('of everything', (g) => f(g.input('x', ['N', 2, 3]), [0, 1, 2])),
  define('of the middle, kept', (g) => f(g.input('x', ['N', 2, 3]), [1], true)),
]

const reshapes: readonly GraphCase[] = [
  define('of static shapes', (g) => t.reshape(g.input('x', [2, 6]), [3, 4])),
  define('splitting the event', (g) => t.reshape(g.input('x', ['N', 6]), ['N', 2, 3])),
  define('moving a factor into the batch', (g) => t.reshape(g.input('x', ['N', 2, 2, 3]), ['4N', 3])),
  define('and back', (g) => t.reshape(g.input('x', ['4N', 3]), ['N', 2, 2, 3])),
  define('adding and removing axes of one', (g) =>
    t.reshape(t.reshape(g.input('x', ['N', 1, 3]), ['N', 3]), [1, 'N', 3, 1])),
  define('of bools', (g) => t.reshape(g.input('x', ['N', 2], 'bool'), ['2N'])),
]

const scatters: readonly GraphCase[] = [
  define('along the event, with repetitions', (g) =>
    t.scatterAdd(g.input('x', ['N', 3]), g.constant([1, 3, 1], [3], 'int'), 1, 5)),
  define('along the batch', (g) => t.scatterAdd(g.input('x', [3, 2]), g.constant([0, 1, 0], [3], 'int'), 0, 4)),
  define('into the batch of another input', (g) => {
    g.input('other', ['N', 2])
    return t.scatterAdd(g.input('x', [3, 2]), g.input('at', [3], 'int'), 0, 'N')
  }),
  define('along a middle axis', (g) =>
    t.scatterAdd(g.input('x', ['N', 3, 2]), g.input('at', [3], 'int'), 1, 4), { at: [0, 4] }),
]

const pieces = (g: Graph, ...lengths: readonly Dim[]): Tensor[] =>
  lengths.map((length, i) => g.input(`x${i}`, ['N', length, 2]))

export const cases: { readonly [P in OpName]: readonly GraphCase[] } = {
  abs: unary(t.abs),
  add: [...binary(t.add), ...binary(t.add, {}, 'int')],
  and: binary(t.and, {}, 'bool'),
  broadcastTo: [
    define('of a scalar to the batch', (g) => {
      g.input('x', ['N', 2])
      return t.broadcastTo(g.constant(1.5), ['N', 3])
    }),
    define('of a row', (g) =>
      t.mul(t.broadcastTo(g.input('row', [3]), ['N', 3]), t.reduceSum(g.input('x', ['N', 2]), [1], true))),
    define('to a static shape', (g) => t.broadcastTo(g.input('x', [2, 1]), [3, 2, 4])),
    define('to a multiple of the batch', (g) => {
      g.input('x', ['N', 2])
      return t.broadcastTo(g.input('row', [2]), [2, 3, '6N', 2])
    }),
    define('to the batch, of which only multiples are given', (g) => {
      g.input('x', ['6N', 2])
      return t.add(t.broadcastTo(g.input('row', [2]), ['4N', 2]), t.broadcastTo(g.constant(1), ['4N', 1]))
    }),
    define('of ints', (g) => t.broadcastTo(g.input('x', ['N', 1], 'int'), ['N', 3])),
    define('of bools', (g) => t.broadcastTo(g.input('x', ['N', 1], 'bool'), ['N', 3])),
  ],
  cast: [
    define('of floats to ints', (g) => t.cast(g.input('x', ['N', 3]), 'int')),
    define('of floats to bools', (g) => t.cast(t.floor(g.input('x', ['N', 3])), 'bool')),
    define('of ints to floats', (g) => t.cast(g.input('x', ['N', 3], 'int'), 'float'), { x: [-9, 9] }),
    define('of ints to bools', (g) => t.cast(g.input('x', ['N', 3], 'int'), 'bool')),
    define('of bools to floats', (g) => t.cast(g.input('x', ['N', 3], 'bool'), 'float')),
    define('of bools to ints', (g) => t.cast(g.input('x', ['N', 3], 'bool'), 'int')),
  ],
  concat: [
    define('of the event', (g) => t.concat(pieces(g, 1, 3, 2), 1)),
    define('of the batch', (g) => t.concat([g.input('a', ['N', 2]), g.input('b', ['2N', 2])], 0)),
    define('of ints', (g) => t.concat([g.input('a', ['N'], 'int'), g.input('b', ['N'], 'int')], 0)),
  ],
  constant: [
    define('scalar', (g) => g.constant(-1.25)),
    define('matrix, used twice', (g) => {
      const m = g.constant([1, 2, 3, 4, 5, 6], [2, 3])
      return t.mul(t.add(g.input('x', ['N', 2, 3]), m), m)
    }),
    define('large', (g) => g.constant(Array.from({ length: 60 }, (_, i) => i / 8), [4, 15])),
    define('of ints', (g) => g.constant([-1, 2 ** 40], [2], 'int')),
    define('of bools', (g) => g.constant([1, 0, 1], [3], 'bool')),
  ],
  cos: unary(t.cos),
  cumulativeSum: [
    define('along the event', (g) => t.cumulativeSum(g.input('x', ['N', 5]), 1)),
    define('exclusive, reversed, along the middle', (g) =>
      t.cumulativeSum(g.input('x', ['N', 4, 2]), 1, { exclusive: true, reverse: true })),
    define('along the batch', (g) => t.cumulativeSum(g.input('x', ['N', 5]), 0, { exclusive: true })),
    define('exclusive, along the event', (g) => t.cumulativeSum(g.input('x', ['N', 2, 5]), 2, { exclusive: true })),
    define('reversed, along the event', (g) => t.cumulativeSum(g.input('x', ['N', 5]), 1, { reverse: true })),
    define('along a long event', (g) => t.cumulativeSum(g.input('x', ['N', 80]), 1)),
    define('of a vector', (g) => t.cumulativeSum(g.input('x', [5]), 0)),
  ],
  div: binary(t.div, { b: [0.5, 2] }),
  equal: rounded(t.equal),
  erf: unary(t.erf),
  exp: unary(t.exp),
  floor: unary(t.floor),
  heaviside: unary(t.heaviside),
  gather: [
    define('of the event', (g) => t.gather(g.input('x', ['N', 4]), [3, 0, 0], 1)),
    define('of the batch', (g) => t.gather(g.input('x', ['N', 4]), g.input('at', ['K'], 'int'), 0)),
    define('of a middle axis before a short one', (g) => t.gather(g.input('x', ['N', 4, 2]), [2, 0, 3], 1)),
    define('of a middle axis before a long one', (g) => t.gather(g.input('x', ['N', 4, 9]), [2, 0, 3], 1)),
    define('of ints', (g) =>
      t.gather(g.input('x', [4], 'int'), g.input('at', ['N'], 'int'), 0), { x: [-9, 9], at: [0, 4] }),
  ],
  input: [define('that is an output', (g) => g.input('x', ['N', 2]))],
  less: rounded(t.less),
  lessOrEqual: rounded(t.lessOrEqual),
  log: unary(t.log, [0.01, 4]),
  loop: loopCases,
  matmul: products,
  maximum: [...binary(t.maximum), ...binary(t.maximum, { a: [0, 9], b: [0, 9] }, 'int')],
  minimum: [...binary(t.minimum), ...binary(t.minimum, { a: [0, 9], b: [0, 9] }, 'int')],
  mul: [...binary(t.mul), ...binary(t.mul, { a: [-9, 9] }, 'int')],
  neg: unary(t.neg),
  not: [define('of a matrix', (g) => t.not(g.input('x', ['N', 3], 'bool')))],
  or: binary(t.or, {}, 'bool'),
  pad: [
    define('of the event', (g) => t.pad(g.input('x', ['N', 3]), 1, 2, 1)),
    define('in the middle', (g) => t.pad(g.input('x', ['N', 3, 2]), 1, 0, 1)),
  ],
  reciprocal: unary(t.reciprocal, [0.5, 2]),
  reduceMax: reduction(t.reduceMax),
  reduceSum: [
    ...reduction(t.reduceSum),
    define('of leading static axes', (g) => t.reduceSum(g.input('x', [6, 5]), [0])),
    define('of two leading static axes', (g) => t.reduceSum(g.input('x', [6, 3, 2, 5]), [1, 0])),
    define('of a leading static axis, kept', (g) => t.reduceSum(g.input('x', [6, 3, 4]), [0], true)),
    define('of everything static', (g) => t.reduceSum(g.input('x', [6, 5]), [0, 1])),
  ],
  relu: unary(t.relu),
  reshape: reshapes,
  scatterAdd: scatters,
  sigmoid: unary(t.sigmoid, [-20, 20]),
  sign: unary((x) => t.sign(t.floor(x))),
  sin: unary(t.sin),
  slice: [
    define('of the event', (g) => t.slice(g.input('x', ['N', 5]), 1, 1, 4)),
    define('of a vector', (g) => t.slice(g.input('theta', [12]), 0, 4, 10)),
    define('of bools', (g) => t.slice(g.input('x', ['N', 5], 'bool'), 1, 3, 5)),
  ],
  softplus: unary(t.softplus, [-30, 30]),
  sqrt: unary(t.sqrt, [0, 4]),
  stopGradient: unary(t.stopGradient),
  sub: [...binary(t.sub), ...binary(t.sub, { a: [-9, 9] }, 'int')],
  tanh: unary(t.tanh),
  transpose: [
    define('of a matrix', (g) => t.transpose(g.input('x', ['N', 3]), [1, 0])),
    define('of four axes', (g) => t.transpose(g.input('x', ['N', 2, 3, 4]), [0, 3, 1, 2])),
    define('of bools', (g) => t.transpose(g.input('x', ['N', 2, 3], 'bool'), [2, 0, 1])),
  ],
  where: [choose('float'), choose('int'), choose('bool')],
  withGradient: unary((x) => t.withGradient(x, [x], ({ cotangent }) => [cotangent])),
}
