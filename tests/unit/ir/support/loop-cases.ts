/** Loops and gradients by rule: functions that the laws run over. */
import { vjp } from '../../../../src/core/ir/autodiff.ts'
import type { Graph, Tensor } from '../../../../src/core/ir/graph.ts'
import { createGraph } from '../../../../src/core/ir/index.ts'
import type { Dim, Shape } from '../../../../src/core/ir/shape.ts'
import * as t from '../../../../src/core/ir/tensor.ts'
import { domains, float, int } from './functions.ts'
import { type OpLaws, of } from './op-laws.ts'

/** s ← tanh(s·w + a·(i+1)/2), with every s² and every Σ s·w stacked: carried [N, 2], captured [2, 2] and [2]. */
function recurrentBody(): Graph {
  const g = createGraph()
  const iteration = g.input('iteration', [], 'int')
  const [s, w, a] = [g.input('s', ['N', 2]), g.input('w', [2, 2]), g.input('a', [2])]
  const time = t.mul(t.add(t.cast(iteration, 'float'), 1), 0.5)
  const product = t.matmul(s, w)
  const next = t.tanh(t.add(product, t.mul(a, time)))
  g.output('next', next)
  g.output('squares', t.square(next))
  g.output('sums', t.reduceSum(product, [1]))
  return g
}

function recurrent(count: Tensor, inputs: readonly Tensor[], length: Dim): t.LoopResult {
  const [s, w, a] = inputs as readonly [Tensor, Tensor, Tensor]
  return t.loop({ count, carried: [s], captured: [w, a], body: recurrentBody(), length })
}

const state: Shape = ['N', 2]
const recurrentInputs = [float(state), float([2, 2], domains.small), float([2])]
/** The number of steps, K, and a tensor whose shape makes it known. */
const steps = [int([], (_u, { K = 0 }) => [K]), float(['K'])]

/** Two carried floats that feed each other, an int carried beside them, and a captured table looked up by it. */
function mixedBody(): Graph {
  const g = createGraph()
  g.input('iteration', [], 'int')
  const [a, b, at, table] = [g.input('a', [2]), g.input('b', []), g.input('at', [], 'int'), g.input('table', [3, 2])]
  const row = t.reshape(t.gather(table, t.reshape(at, [1]), 0), [2])
  g.output('a', t.mul(t.sin(t.add(a, b)), row))
  g.output('b', t.add(b, t.reduceSum(t.mul(a, row), [0])))
  g.output('at', t.sub(2, at))
  return g
}

/** z ← z/2 while any |z| is above the bound. */
function halvingBody(): Graph {
  const g = createGraph()
  g.input('iteration', [], 'int')
  const [z, bound] = [g.input('z', ['N']), g.input('bound', [])]
  const next = t.mul(z, 0.5)
  g.output('next', next)
  g.output('goOn', t.less(bound, t.reduceMax(t.abs(next), [0])))
  return g
}

/** Solves z + tanh(z)/2 = x by z ← x − tanh(z)/2, a contraction by half, until a step is below 1e-15 or 80 are done. */
function solverBody(): Graph {
  const g = createGraph()
  g.input('iteration', [], 'int')
  const [z, x] = [g.input('z', ['N', 2]), g.input('x', ['N', 2])]
  const next = t.sub(x, t.mul(t.tanh(z), 0.5))
  g.output('next', next)
  g.output('goOn', t.less(1e-15, t.reduceMax(t.abs(t.sub(next, z)), [0, 1])))
  return g
}

export function solve(x: Tensor): Tensor {
  const count = x.graph.constant(80, [], 'int')
  const { carried } = t.loop({ count, carried: [x], captured: [x], body: solverBody(), conditional: true })
  return carried[0]!
}

const five = (graph: Graph): Tensor => graph.constant(5, [], 'int')

/** A loop over `halvingBody`, all of it as it should be but for what is changed. */
const halve = (g: Graph, changes: Partial<Parameters<typeof t.loop>[0]>): t.LoopResult => t.loop({
  count: five(g), carried: [g.input('z', ['N'])], captured: [g.constant(1)], body: halvingBody(), conditional: true,
  ...changes,
})

export const loopLaws: OpLaws = {
  cases: [
    of('carried, captured and stacked', [...recurrentInputs, ...steps], (s, w, a, count) => {
      const { carried, scanned } = recurrent(count!, [s!, w!, a!], 'K')
      return [...carried, ...scanned]
    }),
    of('cotangents through the carried value alone', recurrentInputs, (...inputs) =>
      recurrent(inputs[0]!.graph.constant(3, [], 'int'), inputs, 3).carried),
    of('cotangents through the stacks alone', [...recurrentInputs, ...steps], (s, w, a, count) =>
      recurrent(count!, [s!, w!, a!], 'K').scanned),
    of('cotangents through one stack', [...recurrentInputs, ...steps], (s, w, a, count) =>
      recurrent(count!, [s!, w!, a!], 'K').scanned[1]!),
    of('a length that the constant count gives', recurrentInputs, (s, ...captured) => {
      const { carried, scanned } = t.loop({ count: five(s!.graph), carried: [s!], captured, body: recurrentBody() })
      return [...carried, ...scanned]
    }),
    of('no steps at all', [float([2]), float([]), float([3, 2])], (a, b, table) => {
      const none = a!.graph.constant(0, [], 'int')
      return t.loop({ count: none, carried: [a!, b!, none], captured: [table!], body: mixedBody() }).carried.slice(0, 2)
    }),
    of('an int carried beside floats', [
      float([2]), float([]), float([3, 2], domains.small), int([], () => [0]),
    ], (a, b, table, at) =>
      t.loop({ count: five(a!.graph), carried: [a!, b!, at!], captured: [table!], body: mixedBody() }).carried),
    {
      // Defined only as far as its values: see withGradient.
      title: 'until a condition fails', inputs: [float(['N'], domains.nonzero)], gradient: 'none',
      build: ([z], graph) => t.loop({
        count: graph.constant(9, [], 'int'), carried: [z!], captured: [graph.constant(0.1)],
        body: halvingBody(), conditional: true,
      }).carried.map(t.stopGradient),
    },
  ],
  refused: {
    'a float count': (g) => halve(g, { count: g.input('n', []) }),
    'a body without the iteration': (g) => {
      const body = createGraph()
      body.output('next', body.input('z', []))
      return t.loop({ count: five(g), carried: [g.input('z', [])], captured: [], body })
    },
    'a carried value of another shape': (g) => halve(g, { carried: [g.input('z', ['N', 2])] }),
    'a captured value that the body does not take': (g) => halve(g, { captured: [g.constant(1), g.constant(2)] }),
    'a conditional body without a condition': (g) => t.loop({
      count: five(g), carried: [g.input('s', ['N', 2])], captured: [g.input('w', [2, 2]), g.input('a', [2])],
      body: recurrentBody(), conditional: true,
    }),
    'a body that changes the shape of its state': (g) => {
      const body = createGraph()
      body.input('iteration', [], 'int')
      body.output('next', t.reduceSum(body.input('z', [2]), [0]))
      return t.loop({ count: five(g), carried: [g.input('z', [2])], captured: [], body })
    },
    'more carried values than there are': (g) => g.apply('loop', [five(g), g.input('z', ['N'])], {
      body: halvingBody(), carried: 3, length: 5, conditional: true,
    }),
  },
}

/** Of z + tanh(z)/2 = x, by the implicit function theorem: dz/dx = 1 / (1 + (1 − tanh² z)/2). */
const implicit = (x: Tensor): Tensor =>
  t.withGradient(solve(x), [x], ({ value, cotangent }) =>
    [t.div(cotangent, t.sub(1.5, t.mul(t.square(t.tanh(value)), 0.5)))])

export const withGradientLaws: OpLaws = {
  cases: [
    of('a solution found by iteration', [float(['N', 2])], (x) => implicit(x!)),
    of('a solution inside a longer function', [float(['N', 2]), float([2])], (x, a) =>
      t.mul(implicit(t.mul(x!, a!)), a!)),
    of('a rule for one of two inputs', [float([3]), float([3])], (x, y) =>
      t.withGradient(t.mul(x!, x!), [y!, x!], ({ inputs, cotangent }) =>
        [undefined, t.mul(t.mul(cotangent, 2), inputs[1]!)])),
    {
      title: 'a value that receives nothing', inputs: [float([2])], gradient: 'none',
      build: ([x]) => [t.withGradient(t.exp(x!), [], () => [])],
    },
  ],
  refused: {
    'no value': (g) => g.apply('withGradient', [], { rule: () => [] }),
    'a rule that forgets an input': (g) => {
      const x = g.input('x', [2])
      return vjp([t.withGradient(x, [x], () => [])], [g.constant([1, 1], [2])], [x])
    },
  },
}
