/** Programs with loops: counted with scans, conditional, captured values, nested, of a length known at run time. */
import { createGraph } from '../../src/core/ir/index.ts'
import type { Graph, Tensor } from '../../src/core/ir/graph.ts'
import * as t from '../../src/core/ir/tensor.ts'
import type { GraphCase } from './graph-cases.ts'

/** A body: the iteration is its first input. */
function bodyOf(build: (graph: Graph, iteration: Tensor) => void): Graph {
  const body = createGraph()
  build(body, body.input('iteration', [], 'int'))
  return body
}

const scanned: GraphCase = {
  title: 'counted, with scans',
  build(g) {
    const body = bodyOf((b, i) => {
      const next = t.sin(t.add(b.input('x', ['N', 2]), t.cast(i, 'float')))
      b.output('next', next)
      b.output('sum', t.reduceSum(next, [1]))
      b.output('count', i)
    })
    const x = g.input('x', ['N', 2])
    const result = t.loop({ count: g.constant(5, [], 'int'), carried: [x], captured: [], body, length: 5 })
    g.output('last', result.carried[0] as Tensor)
    result.scanned.forEach((value, k) => g.output(`scan${k}`, value))
  },
}

const dynamic: GraphCase = {
  title: 'over the rows of an input, K of them, with captured and symbolic shapes',
  build(g) {
    const body = bodyOf((b, i) => {
      const x = b.input('x', ['N', 2])
      const rows = b.input('rows', ['K', 2])
      const row = t.gather(rows, t.reshape(i, [1]), 0)
      const grid = t.broadcastTo(row, ['N', 2])
      b.output('next', t.add(t.mul(x, 0.5), grid))
      b.output('seen', t.reshape(grid, ['2N']))
    })
    const rows = g.input('rows', ['K', 2])
    const count = g.input('count', [], 'int')
    const result = t.loop({ count, carried: [g.input('x', ['N', 2])], captured: [rows], body })
    g.output('last', result.carried[0] as Tensor)
    g.output('seen', t.add(result.scanned[0] as Tensor, t.broadcastTo(g.constant(0.25), ['K', 1])))
  },
  ranges: { count: 'K' },
}

const conditional: GraphCase = {
  title: 'conditional: Newton steps until the residual is small',
  build(g) {
    const body = bodyOf((b, i) => {
      const x = b.input('x', ['N'])
      b.input('error', [])
      const target = b.input('target', ['N'])
      const error = t.reduceMax(t.abs(t.sub(t.square(x), target)), [0])
      b.output('next', t.mul(t.add(x, t.div(target, x)), 0.5))
      b.output('error', error)
      b.output('more', t.and(t.greater(error, 1e-3), t.less(i, 50)))
    })
    const target = g.input('target', ['N'])
    const one = t.broadcastTo(g.constant(1), ['N'])
    const result = t.loop({
      count: g.constant(100, [], 'int'), carried: [one, g.constant(1)], captured: [target], body, conditional: true,
    })
    g.output('root', result.carried[0] as Tensor)
  },
  ranges: { target: [0.5, 4] },
}

const stopsAtOnce: GraphCase = {
  title: 'conditional: its step is done once even where the condition is false',
  build(g) {
    const body = bodyOf((b) => {
      b.output('next', t.add(b.input('x', ['N']), 1))
      b.output('more', b.input('flag', [], 'bool'))
    })
    const flag = t.less(g.constant(1), 0)
    const result = t.loop({
      count: g.constant(9, [], 'int'), carried: [g.input('x', ['N'])], captured: [flag], body, conditional: true,
    })
    g.output('x1', result.carried[0] as Tensor)
  },
}

const nested: GraphCase = {
  title: 'nested, the inner body using values of both outer graphs',
  build(g) {
    const inner = bodyOf((b, i) => {
      const x = b.input('x', ['N', 2])
      const bias = b.input('bias', [2])
      const outerStep = b.input('outerStep', [], 'int')
      const shift = t.cast(t.add(i, outerStep), 'float')
      b.output('next', t.add(t.mul(x, 0.5), t.mul(t.broadcastTo(bias, ['N', 2]), shift)))
    })
    const outer = bodyOf((b, i) => {
      const x = b.input('x', ['N', 2])
      const bias = b.input('bias', [2])
      const scaled = t.mul(bias, 0.1)
      const result = t.loop({ count: b.constant(3, [], 'int'), carried: [x], captured: [scaled, i], body: inner })
      b.output('next', result.carried[0] as Tensor)
    })
    const result = t.loop({
      count: g.constant(2, [], 'int'), carried: [g.input('x', ['N', 2])], captured: [g.input('bias', [2])], body: outer,
    })
    g.output('x', result.carried[0] as Tensor)
  },
}

const passed: GraphCase = {
  title: 'passing values through, swapping them, and giving captured and constant ones back',
  build(g) {
    const body = bodyOf((b, i) => {
      const [a, c, kept] = [b.input('a', [2]), b.input('c', [2]), b.input('kept', [2])]
      b.output('a1', c)
      b.output('c1', a)
      b.output('kept1', kept)
      b.output('captured', b.input('captured', [3]))
      b.output('constant', b.constant([1, 2, 3], [3]))
      b.output('again', a)
      b.output('iteration', i)
    })
    const carried = [g.input('a', [2]), g.input('c', [2]), g.input('kept', [2])]
    const result = t.loop({ count: g.constant(3, [], 'int'), carried, captured: [g.input('d', [3])], body, length: 3 })
    ;[...result.carried, ...result.scanned].forEach((value, k) => g.output(`y${k}`, value))
  },
}

const dense: GraphCase = {
  title: 'with a dense layer whose weights are a slice of a carried vector',
  build(g) {
    const body = bodyOf((b) => {
      const theta = b.input('theta', [8])
      const x = b.input('x', ['N', 3])
      const y = t.add(t.matmul(x, t.reshape(t.slice(theta, 0, 0, 6), [3, 2])), t.slice(theta, 0, 6, 8))
      const back = t.concat([t.reshape(t.matmul(x, t.tanh(y), { transposeA: true }), [6]), t.reduceSum(y, [0])], 0)
      b.output('theta1', t.sub(theta, t.mul(back, 0.01)))
    })
    const carried = [g.input('theta', [8])]
    const result = t.loop({
      count: g.constant(4, [], 'int'), carried, captured: [g.input('x', ['N', 3])], body, length: 4,
    })
    g.output('theta', result.carried[0] as Tensor)
  },
}

const none: GraphCase = {
  title: 'of no step at all',
  build(g) {
    const body = bodyOf((b) => {
      const next = t.exp(b.input('x', ['N', 2]))
      b.output('next', next)
    })
    const result = t.loop({ count: g.constant(0, [], 'int'), carried: [g.input('x', ['N', 2])], captured: [], body })
    g.output('y', result.carried[0] as Tensor)
  },
}

export const loopCases: readonly GraphCase[] = [
  scanned, dynamic, conditional, stopsAtOnce, nested, passed, dense, none,
]
