/** Graphs copied into other graphs. */
import { describe, expect, it } from 'vitest'
import { copyInto, reachable } from '../../../src/core/ir/copy.ts'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import type { Graph } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { nd } from '../../../src/core/ir/nd.ts'
import { add, exp, mul, sub, tanh } from '../../../src/core/ir/tensor.ts'
import { verify } from '../../../src/core/ir/verify.ts'
import { firstDifference, randomGraph, randomInputs } from './support/random-graph.ts'

/** p = a − 2b, q = tanh a; exp b is dead. */
function source(): Graph {
  const g = createGraph()
  const [a, b] = [g.input('a', ['N']), g.input('b', ['N'])]
  exp(b)
  g.output('p', sub(a, mul(b, 2)))
  g.output('q', tanh(a))
  return g
}

describe('copyInto', () => {
  it('binds the inputs to what is given, in their order', () => {
    const g = createGraph()
    const x = g.input('x', ['N'])
    const [p, q] = copyInto(g, source(), [mul(x, x), add(x, 1)])
    g.output('p', p!)
    g.output('q', q!)
    verify(g, 'copyInto')
    // p = x² − 2(x + 1), q = tanh x²
    expect(evaluate(g, { x: nd([2], [3, 5]) })).toEqual({
      p: nd([2], [1, 13]), q: nd([2], [Math.tanh(9), Math.tanh(25)]),
    })
  })

  it('leaves dead nodes and the source as they are', () => {
    const [g, from] = [createGraph(), source()]
    const before = from.nodes.length
    copyInto(g, from, [g.input('x', ['N']), g.input('y', ['N'])])
    expect(from.nodes.length).toBe(before)
    expect(g.nodes.map(({ op }) => op)).toEqual(['input', 'input', 'constant', 'mul', 'sub', 'tanh'])
  })

  it('may bind two inputs to one tensor, and copy twice', () => {
    const g = createGraph()
    const x = g.input('x', ['N'])
    const [first] = copyInto(g, source(), [x, x])
    const [second] = copyInto(g, source(), [first!, first!])
    g.output('y', second!)
    // a − 2a is −a, twice is a
    expect(evaluate(g, { x: nd([2], [3, 5]) })['y']).toEqual(nd([2], [3, 5]))
  })

  it('gives an input back for an output that is one', () => {
    const from = createGraph()
    from.output('same', from.input('a', []))
    const g = createGraph()
    const x = g.input('x', [])
    expect(copyInto(g, from, [x])).toEqual([x])
  })

  it.each([1, 2, 3, 4, 5, 6])('keeps the values of random programs, seed %d', (seed) => {
    const from = randomGraph(seed, true)
    const g = createGraph()
    const inputs = from.inputs.map(({ name, tensor }) => g.input(name, tensor.shape, tensor.dtype))
    copyInto(g, from, inputs).forEach((tensor, i) => g.output(from.outputs[i]!.name, tensor))
    verify(g, 'copyInto')
    expect(firstDifference(from, g, randomInputs(from, seed))).toBeUndefined()
  })

  it('wants as many tensors as there are inputs', () => {
    const g = createGraph()
    expect(() => copyInto(g, source(), [g.input('x', ['N'])])).toThrow('copyInto: the graph takes 2 inputs, got 1')
  })
})

it('reachable are the nodes that outputs depend on', () => {
  const g = source()
  expect([...reachable(g)].map(({ op }) => op).sort()).toEqual(['constant', 'input', 'input', 'mul', 'sub', 'tanh'])
})
