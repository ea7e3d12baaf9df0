/** The catalogue of ops as the laws see it. The type is exhaustive: an op without cases does not compile. */
import type { OpName } from '../../../../src/core/ir/ops/index.ts'
import type { Tensor } from '../../../../src/core/ir/graph.ts'
import * as t from '../../../../src/core/ir/tensor.ts'
import { bool, domains, float, int } from './functions.ts'
import { loopLaws, withGradientLaws } from './loop-cases.ts'
import { type Case, type OpLaws, binary, logical, of, reduction, unary, withInts } from './op-laws.ts'

const { any, positive, nonzero, betweenIntegers, lowerHalf, upperHalf, distinct, below } = domains

function matmulCases(): readonly Case[] {
  const flags = [false, true]
  const flip = (shape: readonly [number, number], flipped: boolean): readonly [number, number] =>
    flipped ? [shape[1], shape[0]] : shape
  const cases = flags.flatMap((transposeA) => flags.flatMap((transposeB) => {
    const title = [...(transposeA ? ['Aᵀ'] : ['A']), ...(transposeB ? ['Bᵀ'] : ['B'])].join('·')
    const [a, b] = [flip([2, 3], transposeA), flip([3, 4], transposeB)]
    const product = (x?: Tensor, y?: Tensor): Tensor => t.matmul(x!, y!, { transposeA, transposeB })
    return [
      of(`${title}, matrices`, [float(a), float(b)], product),
      of(`${title}, batches [N]`, [float(['N', ...a]), float(['N', ...b])], product),
      of(`${title}, batches [2, 1] with [3]`, [float([2, 1, ...a]), float([3, ...b])], product),
      of(`${title}, a batch with one matrix`, [float([2, 'N', ...a]), float(b)], product),
      of(`${title}, one matrix with a batch`, [float(a), float(['N', ...b])], product),
    ]
  }))
  return [
    ...cases,
    of('rows of the batch', [float(['N', 3]), float([3, 2])], (a, b) => t.matmul(a!, b!)),
    of('a batch of two symbols', [float(['K', 'N', 3]), float([3, 2])], (a, b) => t.matmul(a!, b!)),
    of('summed over the batch', [float(['N', 3]), float(['N', 2])], (a, b) => t.matmul(a!, b!, { transposeA: true })),
    of('a matrix with itself', [float([3, 2])], (a) => t.matmul(a!, a!, { transposeB: true })),
    of('a constant weight', [float(['N', 2])], (a) => t.matmul(a!, a!.graph.constant([1, -2, 0.5, 3], [2, 2]))),
    of('a constant before', [float([2, 3])], (b) => t.matmul(b!.graph.constant([1, -2, 0.5, 3], [2, 2]), b!)),
  ]
}

const sums = (['', 'exclusive', 'reverse', 'exclusive, reverse'] as const).flatMap((mode): Case[] => {
  const options = { exclusive: mode.includes('exclusive'), reverse: mode.includes('reverse') }
  return [
    of(`${mode || 'plain'}, last axis`, [float(['N', 4])], (x) => t.cumulativeSum(x!, 1, options)),
    of(`${mode || 'plain'}, middle axis`, [float([2, 3, 2])], (x) => t.cumulativeSum(x!, 1, options)),
    of(`${mode || 'plain'}, batch axis`, [float(['N', 2])], (x) => t.cumulativeSum(x!, 0, options)),
  ]
})

export const catalogueLaws: Record<OpName, OpLaws> = {
  abs: unary('abs', t.abs, nonzero),
  add: withInts(binary('add', t.add, any, any), t.add),
  and: logical('and', t.and),
  broadcastTo: {
    cases: [
      of('[3] to [N, 3]', [float([3]), float(['N'])], (x) => t.broadcastTo(x!, ['N', 3])),
      of('[N, 1, 2] to [N, 3, 2]', [float(['N', 1, 2])], (x) => t.broadcastTo(x!, ['N', 3, 2])),
      of('a scalar to [2, 2]', [float([])], (x) => t.broadcastTo(x!, [2, 2])),
      of('[1, 1] to [2, N, 3]', [float([1, 1]), float(['N'])], (x) => t.broadcastTo(x!, [2, 'N', 3])),
      of('[N, 1] to [K, N, 2]', [float(['N', 1]), float(['K'])], (x) => t.broadcastTo(x!, ['K', 'N', 2])),
      of('ints', [int([1])], (x) => t.broadcastTo(x!, [3])),
    ],
    refused: {
      'a length that is not 1': (g) => t.broadcastTo(g.input('x', [2]), [4]),
      'fewer axes': (g) => t.broadcastTo(g.input('x', [1, 2]), [2]),
      'a shape that would itself be broadcast': (g) => t.broadcastTo(g.input('x', [2, 3]), [1, 3]),
      'a symbol to a number': (g) => t.broadcastTo(g.input('x', ['N']), [3]),
    },
  },
  cast: {
    cases: [
      of('float to int', [float(['N', 2], betweenIntegers)], (x) => t.cast(x!, 'int')),
      of('float to int and back', [float(['N', 2], betweenIntegers)], (x) => t.cast(t.cast(x!, 'int'), 'float')),
      of('int to float', [int([3])], (x) => t.cast(x!, 'float')),
      of('bool to float', [bool([3])], (x) => t.cast(x!, 'float')),
      of('float to bool', [float([2], nonzero)], (x) => t.cast(x!, 'bool')),
    ],
    refused: { 'a type to itself': (g) => g.apply('cast', [g.input('x', [2])], { dtype: 'float' }) },
  },
  concat: {
    cases: [
      of('the last axis', [float(['N', 2]), float(['N', 1]), float(['N', 3])], (...parts) => t.concat(parts, 1)),
      of('the first axis', [float([1, 2]), float([2, 2])], (...parts) => t.concat(parts, 0)),
      of('a middle axis', [float([2, 1, 2]), float([2, 2, 2])], (...parts) => t.concat(parts, 1)),
      of('a tensor with itself', [float(['N', 2])], (x) => t.concat([x!, x!], 1)),
      of('beside a constant', [float([2])], (x) => t.concat([x!.graph.constant([7, 8], [2]), x!], 0)),
      of('ints', [int(['N']), int(['N'])], (...parts) => t.concat(parts, 0)),
    ],
    refused: {
      'other axes that differ': (g) => t.concat([g.input('a', [2, 3]), g.input('b', [1, 3])], 1),
      'an axis that is not there': (g) => t.concat([g.input('a', [2]), g.input('b', [2])], 1),
      'types that differ': (g) => t.concat([g.input('a', [2]), g.input('b', [2], 'int')], 0),
      'a symbol with a number': (g) => t.concat([g.input('a', ['N']), g.input('b', [2])], 0),
      'no parts': (g) => g.apply('concat', [], { axis: 0 }),
    },
  },
  constant: {
    cases: [
      { title: 'floats', inputs: [], build: (_inputs, g) => [g.constant([1, 2, 3, 4, 5, 6], [2, 3])] },
      { title: 'an int', inputs: [], build: (_inputs, g) => [g.constant(7, [], 'int')] },
      { title: 'a truth value', inputs: [], build: (_inputs, g) => [g.constant(1, [], 'bool')] },
    ],
    refused: { 'too few values': (g) => g.constant([1, 2, 3], [2, 2]) },
  },
  cos: unary('cos', t.cos, any),
  cumulativeSum: {
    cases: sums,
    refused: {
      'an axis that is not there': (g) => t.cumulativeSum(g.input('x', [2]), 1),
      'ints': (g) => t.cumulativeSum(g.input('x', [2], 'int'), 0),
    },
  },
  div: (() => {
    const laws = binary('div', t.div, any, nonzero)
    const self = of('a tensor with itself', [float([3], nonzero)], (x) => t.div(x!, x!))
    return {
      cases: [...laws.cases.filter(({ title }) => title !== self.title), self],
      refused: { ...laws.refused, 'ints': (g) => t.div(g.input('a', [2], 'int'), g.input('b', [2], 'int')) },
    } satisfies OpLaws
  })(),
  equal: withInts(binary('equal', t.equal, any, any), t.equal),
  erf: unary('erf', t.erf, any),
  exp: unary('exp', t.exp, any),
  floor: unary('floor', t.floor, betweenIntegers),
  heaviside: unary('heaviside', t.heaviside, betweenIntegers),
  gather: {
    cases: [
      of('a constant permutation', [float(['N', 4])], (x) => t.gather(x!, [2, 0, 3, 1], 1)),
      of('some constant indices', [float([5, 2])], (x) => t.gather(x!, [4, 1], 0)),
      of('constant indices with repetition', [float(['N', 3])], (x) => t.gather(x!, [1, 1, 2, 1], 1)),
      of('few constant indices, one of them twice', [float([3, 2])], (x) => t.gather(x!, [2, 2], 0)),
      of('a middle axis', [float([2, 3, 2])], (x) => t.gather(x!, [2, 0], 1)),
      of('dynamic indices', [float([3, 2]), int(['N'], below(3))], (x, i) => t.gather(x!, i!, 0)),
      of('dynamic indices into the batch', [float(['N', 2]), int([4], below(1))], (x, i) => t.gather(x!, i!, 0)),
      of('ints', [int([3]), int(['N'], below(3))], (x, i) => t.gather(x!, i!, 0)),
    ],
    refused: {
      'an axis that is not there': (g) => t.gather(g.input('x', [3]), [0], 1),
      'float indices': (g) => t.gather(g.input('x', [3]), g.input('i', [2]), 0),
      'a matrix of indices': (g) => t.gather(g.input('x', [3]), g.input('i', [2, 2], 'int'), 0),
    },
  },
  input: {
    cases: [of('given back', [float(['N', 2]), int([]), bool([2])], (...inputs) => inputs)],
    refused: { 'a name twice': (g) => [g.input('x', []), g.input('x', [])] },
  },
  less: withInts(binary('less', t.less, lowerHalf, upperHalf), t.less),
  lessOrEqual: withInts(binary('lessOrEqual', t.lessOrEqual, lowerHalf, upperHalf), t.lessOrEqual),
  log: unary('log', t.log, positive),
  loop: loopLaws,
  matmul: {
    cases: matmulCases(),
    refused: {
      'inner lengths that differ': (g) => t.matmul(g.input('a', [2, 3]), g.input('b', [2, 3])),
      'inner lengths that a transposition makes differ': (g) =>
        t.matmul(g.input('a', [2, 3]), g.input('b', [3, 2]), { transposeA: true }),
      'a vector': (g) => t.matmul(g.input('a', [2, 3]), g.input('b', [3])),
      'batches that do not broadcast': (g) => t.matmul(g.input('a', [2, 2, 2]), g.input('b', [3, 2, 2])),
      'ints': (g) => t.matmul(g.input('a', [2, 2], 'int'), g.input('b', [2, 2], 'int')),
    },
  },
  maximum: withInts(binary('maximum', t.maximum, lowerHalf, upperHalf), t.maximum),
  minimum: withInts(binary('minimum', t.minimum, lowerHalf, upperHalf), t.minimum),
  mul: withInts(binary('mul', t.mul, any, any), t.mul),
  neg: unary('neg', t.neg, any),
  not: {
    cases: [of('[N, 2]', [bool(['N', 2])], (x) => t.not(x!)), of('a scalar', [bool([])], (x) => t.not(x!))],
    refused: { 'floats': (g) => t.not(g.input('x', [2])) },
  },
  or: logical('or', t.or),
  pad: {
    cases: [
      of('both sides of the last axis', [float(['N', 2])], (x) => t.pad(x!, 1, 1, 2)),
      of('after the first axis', [float([2, 2])], (x) => t.pad(x!, 0, 0, 1)),
      of('before a middle axis', [float([2, 2, 2])], (x) => t.pad(x!, 1, 1, 0)),
    ],
    refused: {
      'an axis that is not there': (g) => t.pad(g.input('x', [2]), 1, 1, 0),
      'a symbolic axis': (g) => t.pad(g.input('x', ['N']), 0, 1, 0),
      'fewer than no zeros': (g) => t.pad(g.input('x', [3]), 0, -1, 0),
      'half a zero': (g) => t.pad(g.input('x', [3]), 0, 0.5, 0.5),
      'ints': (g) => t.pad(g.input('x', [3], 'int'), 0, 1, 0),
    },
  },
  reciprocal: unary('reciprocal', t.reciprocal, nonzero),
  reduceMax: reduction('reduceMax', t.reduceMax, distinct),
  reduceSum: reduction('reduceSum', t.reduceSum),
  relu: unary('relu', t.relu, nonzero),
  reshape: {
    cases: [
      of('[N, 2, 3] to [N, 6]', [float(['N', 2, 3])], (x) => t.reshape(x!, ['N', 6])),
      of('[N, 4] to [4N]', [float(['N', 4])], (x) => t.reshape(x!, ['4N'])),
      of('[2N, 3] to [N, 2, 3]', [float(['2N', 3])], (x) => t.reshape(x!, ['N', 2, 3])),
      of('a scalar to [1, 1]', [float([])], (x) => t.reshape(x!, [1, 1])),
      of('two symbols', [float(['K', 'N', 2])], (x) => t.reshape(x!, ['K', '2N', 1])),
      of('ints', [int([6])], (x) => t.reshape(x!, [2, 3])),
    ],
    refused: {
      'another number of elements': (g) => t.reshape(g.input('x', [2, 3]), [5]),
      'another symbol': (g) => t.reshape(g.input('x', ['N', 2]), ['2K']),
      'a symbol to a number': (g) => t.reshape(g.input('x', ['N']), [3]),
      'one symbol of two': (g) => t.reshape(g.input('x', ['N', 'K']), ['N']),
    },
  },
  scatterAdd: {
    cases: [
      of('repeated indices', [float([4, 2]), int([4], (u) => [2, 0, 2, Math.round(u[3]!)])], (x, i) =>
        t.scatterAdd(x!, i!, 0, 3)),
      of('the last axis', [float(['N', 3]), int([3], below(2))], (x, i) => t.scatterAdd(x!, i!, 1, 2)),
      of('a middle axis', [float([2, 3, 2]), int([3], below(4))], (x, i) => t.scatterAdd(x!, i!, 1, 4)),
      of('into the batch', [float([3, 2]), int([3], below(1)), float(['N'])], (x, i) => t.scatterAdd(x!, i!, 0, 'N')),
      of('constant indices', [float([3])], (x) => t.scatterAdd(x!, x!.graph.constant([1, 1, 0], [3], 'int'), 0, 2)),
    ],
    refused: {
      'too few indices': (g) => t.scatterAdd(g.input('x', [3]), g.input('i', [2], 'int'), 0, 4),
      'float indices': (g) => t.scatterAdd(g.input('x', [3]), g.input('i', [3]), 0, 4),
      'an axis that is not there': (g) => t.scatterAdd(g.input('x', [3]), g.input('i', [3], 'int'), 1, 4),
      'ints': (g) => t.scatterAdd(g.input('x', [3], 'int'), g.input('i', [3], 'int'), 0, 4),
    },
  },
  sigmoid: unary('sigmoid', t.sigmoid, any),
  sign: unary('sign', t.sign, nonzero),
  sin: unary('sin', t.sin, any),
  slice: {
    cases: [
      of('the last axis', [float(['N', 4])], (x) => t.slice(x!, 1, 1, 3)),
      of('the start of the first axis', [float([3, 2])], (x) => t.slice(x!, 0, 0, 1)),
      of('the end of a middle axis', [float([2, 3, 2])], (x) => t.slice(x!, 1, 2, 3)),
      of('ints', [int([4])], (x) => t.slice(x!, 0, 1, 4)),
    ],
    refused: {
      'past the end': (g) => t.slice(g.input('x', [3]), 0, 1, 4),
      'nothing': (g) => t.slice(g.input('x', [3]), 0, 1, 1),
      'before the start': (g) => t.slice(g.input('x', [3]), 0, -1, 2),
      'half an element': (g) => t.slice(g.input('x', [3]), 0, 0.5, 2),
      'a symbolic axis': (g) => t.slice(g.input('x', ['N']), 0, 0, 1),
      'an axis that is not there': (g) => t.slice(g.input('x', [3]), 1, 0, 1),
    },
  },
  softplus: unary('softplus', t.softplus, any),
  sqrt: unary('sqrt', t.sqrt, positive),
  stopGradient: unary('stopGradient', t.stopGradient, any, 'none'),
  sub: withInts(binary('sub', t.sub, any, any), t.sub),
  tanh: unary('tanh', t.tanh, any),
  transpose: {
    cases: [
      of('a matrix', [float(['N', 3])], (x) => t.transpose(x!, [1, 0])),
      of('a cycle of three axes', [float(['N', 2, 3])], (x) => t.transpose(x!, [2, 0, 1])),
      of('four axes', [float([2, 1, 3, 2])], (x) => t.transpose(x!, [3, 0, 2, 1])),
      of('ints', [int([2, 3])], (x) => t.transpose(x!, [1, 0])),
    ],
    refused: {
      'too few axes': (g) => t.transpose(g.input('x', [2, 3]), [0]),
      'an axis twice': (g) => t.transpose(g.input('x', [2, 3]), [1, 1]),
      'an axis that is not there': (g) => t.transpose(g.input('x', [2, 3]), [0, 2]),
    },
  },
  where: {
    cases: [
      of('equal shapes', [bool([3]), float([3]), float([3])], (c, a, b) => t.where(c!, a!, b!)),
      of('all broadcast', [bool(['N', 1]), float([3]), float([])], (c, a, b) => t.where(c!, a!, b!)),
      of('a number', [bool(['N', 2]), float(['N', 2])], (c, a) => t.where(c!, a!, 0.5)),
      of('another number', [bool(['N', 2]), float([2])], (c, a) => t.where(c!, -1, a!)),
      of('one tensor in both branches', [bool(['N', 2]), float([2])], (c, a) => t.where(c!, a!, a!)),
      of('ints', [bool(['N']), int([])], (c, a) => t.where(c!, a!, 3)),
    ],
    refused: {
      'a float condition': (g) => t.where(g.input('c', [2]), 1, g.input('x', [2])),
      'branches of two types': (g) => t.where(g.input('c', [2], 'bool'), g.input('x', [2], 'int'), g.input('y', [2])),
      'branches that do not broadcast': (g) => t.where(g.input('c', [2], 'bool'), g.input('x', [2]), g.input('y', [3])),
      'a condition that does not broadcast': (g) => t.where(g.input('c', [3], 'bool'), g.input('x', [2]), 0),
    },
  },
  withGradient: withGradientLaws,
}
