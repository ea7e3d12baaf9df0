import { describe, expect, it } from 'vitest'
import { gradient, vjp } from '../../../src/core/ir/autodiff.ts'
import { copyInto } from '../../../src/core/ir/copy.ts'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import type { Graph, GradientRule, Tensor } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { nd } from '../../../src/core/ir/nd.ts'
import { removeDeadCode } from '../../../src/core/ir/passes/dead-code.ts'
import * as t from '../../../src/core/ir/tensor.ts'
import { checkTwice } from './support/finite-differences.ts'
import { float } from './support/functions.ts'
import { solve } from './support/loop-cases.ts'

/** Values of tensors, given those of the scalar inputs. */
function valuesOf(graph: Graph, tensors: readonly Tensor[], inputs: Readonly<Record<string, number>>): number[] {
  tensors.forEach((tensor, i) => graph.output(`out${i}`, tensor))
  const results = evaluate(graph, Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, nd([], [x])])))
  return tensors.map((_, i) => results[`out${i}`]!.data[0]!)
}

describe('gradient', () => {
  it('sums what comes back along every path', () => {
    const g = createGraph()
    const x = g.input('x', [])
    // y = x·sin x + x² + x, with x used five times
    const y = t.add(t.add(t.mul(x, t.sin(x)), t.mul(x, x)), x)
    const [slope] = valuesOf(g, gradient(y, [x]), { x: 0.7 })
    expect(slope).toBeCloseTo(Math.sin(0.7) + 0.7 * Math.cos(0.7) + 1.4 + 1, 14)
  })

  it('is zero, in the shape of the input, where nothing depends on it', () => {
    const g = createGraph()
    const [x, unused] = [g.input('x', []), g.input('unused', ['N', 2])]
    const [back] = gradient(t.square(x), [unused])
    g.output('back', back!)
    const values = evaluate(g, { x: nd([], [3]), unused: nd([2, 2], [1, 2, 3, 4]) })
    expect(values['back']).toEqual(nd([2, 2], [0, 0, 0, 0]))
  })

  it('is one for the scalar itself', () => {
    const g = createGraph()
    const x = g.input('x', [])
    expect(valuesOf(g, gradient(x, [x]), { x: 5 })).toEqual([1])
  })

  it('reaches the fourth derivative', () => {
    const g = createGraph()
    const x = g.input('x', [])
    let derivative = t.mul(t.exp(x), t.sin(x))
    for (let order = 0; order < 4; order++) derivative = gradient(derivative, [x])[0]!
    // (eˣ sin x)⁗ = −4 eˣ sin x
    expect(valuesOf(g, [derivative], { x: 0.3 })[0]).toBeCloseTo(-4 * Math.exp(0.3) * Math.sin(0.3), 12)
  })

  it('takes no tensor that is not a scalar', () => {
    expect(() => gradient(createGraph().input('x', [2]), [])).toThrow('gradient: takes a scalar, got [2]')
  })

  it('of nothing is nothing', () => {
    expect(gradient(createGraph().input('x', []), [])).toEqual([])
  })

  it('adds no node for what does not depend on the input', () => {
    const g = createGraph()
    const [x, y] = [g.input('x', []), g.input('y', [])]
    const other = t.tanh(t.tanh(y))
    g.output('slope', gradient(t.mul(x, other), [x])[0]!)
    const ops = removeDeadCode(g).nodes.map(({ op }) => op)
    expect(ops.filter((op) => op === 'tanh').length).toBe(2)
    expect(ops.filter((op) => op === 'sub')).toEqual([])
  })
})

describe('vjp', () => {
  it('weights several outputs by their cotangents', () => {
    const g = createGraph()
    const x = g.input('x', [])
    const back = vjp([t.square(x), t.exp(x)], [g.constant(3), g.constant(-2)], [x])
    expect(valuesOf(g, back, { x: 0.5 })[0]).toBeCloseTo(3 * 2 * 0.5 - 2 * Math.exp(0.5), 14)
  })

  it('adds up when one output is given twice', () => {
    const g = createGraph()
    const x = g.input('x', [])
    const y = t.square(x)
    expect(valuesOf(g, vjp([y, y], [g.constant(1), g.constant(10)], [x]), { x: 2 })).toEqual([44])
  })

  it('gives partial derivatives where one input was made from another', () => {
    const g = createGraph()
    const x = g.input('x', [])
    const h = t.exp(x)
    const partial = vjp([t.mul(h, t.mul(x, x))], [g.constant(1)], [h, x])
    const [byH, byX] = valuesOf(g, partial, { x: 0.5 })
    expect(byH).toBeCloseTo(0.25, 14)
    expect(byX).toBeCloseTo(2 * 0.5 * Math.exp(0.5), 14)
  })

  it('gives the total derivative by the one input that is asked for', () => {
    const g = createGraph()
    const x = g.input('x', [])
    const back = vjp([t.mul(t.exp(x), t.mul(x, x))], [g.constant(1)], [x])
    expect(valuesOf(g, back, { x: 0.5 })[0]).toBeCloseTo((0.25 + 1) * Math.exp(0.5), 14)
  })

  it('does not go into the op that an input comes from', () => {
    const g = createGraph()
    const z = t.withGradient(g.input('z', []), [g.input('x', [])], () => { throw new Error('asked for its rule') })
    expect(() => vjp([t.square(z)], [g.constant(1)], [z])).not.toThrow()
  })

  it('keeps the outputs of one op apart', () => {
    const body = createGraph()
    body.input('i', [], 'int')
    const [a, b] = [body.input('a', []), body.input('b', [])]
    body.output('a', t.mul(a, b))
    body.output('b', t.mul(b, 2))
    const g = createGraph()
    const [x, y] = [g.input('x', []), g.input('y', [])]
    const { carried } = t.loop({ count: g.constant(2, [], 'int'), carried: [x, y], captured: [], body })
    const [p, q] = carried as [Tensor, Tensor]
    // p = 2xy², q = 4y; by (p, y) of p·q + y: q, and 4 from q alone, times p, and 1
    const [byP, byY] = valuesOf(g, vjp([t.add(t.mul(p, q), y)], [g.constant(1)], [p, y]), { x: 3, y: 5 })
    expect(byP).toBe(20)
    expect(byY).toBe(4 * (2 * 3 * 25) + 1)
  })

  const refusals: Readonly<Record<string, readonly [(g: Graph) => unknown, string]>> = {
    'a cotangent of another shape': [
      (g) => vjp([g.input('y', [2, 3])], [g.input('c', [3])], [g.input('x', [])]),
      'vjp: input (%0), float[2, 3] was given the cotangent input (%1), float[3]'],
    'too few cotangents': [
      (g) => vjp([g.input('y', []), g.input('z', [])], [g.constant(1)], [g.input('x', [])]),
      'takes one cotangent per output, got 1 for 2'],
    'ints as inputs': [
      (g) => vjp([g.input('y', [])], [g.constant(1)], [g.input('n', [2], 'int')]),
      'vjp: input (%2), int[2] cannot be differentiated'],
    'truth values as outputs': [
      (g) => vjp([g.input('y', [], 'bool')], [g.constant(1)], [g.input('x', [])]),
      'vjp: input (%0), bool[] cannot be differentiated'],
    'constants as inputs': [
      (g) => gradient(t.mul(g.constant(2), g.input('x', [])), [g.constant(3)]),
      'vjp: constant (%3), float[] is no variable'],
    'a rule whose cotangent has another shape': [
      (g) => {
        const [x, y] = [g.input('x', [2]), g.input('y', [2, 2])]
        return vjp([t.withGradient(t.add(x, y), [x], ({ cotangent }) => [cotangent])], [y], [x])
      },
      'vjp: input (%0), float[2] was given the cotangent input (%1), float[2, 2]'],
    'a concatenation of batches': [
      (g) => {
        const x = g.input('x', ['N'])
        return gradient(t.reduceSum(t.concat([x, x], 0), [0]), [x])
      },
      'concat(float[N], float[N]): has no gradient along the symbolic axis 0'],
    'a conditional loop': [
      (g) => {
        const z = solve(g.input('x', ['N', 2]))
        return vjp([z], [z], [g.inputs[0]!.tensor])
      },
      'loop: a conditional loop is differentiated by withGradient, not by unrolling'],
  }
  it.each(Object.entries(refusals))('refuses %s', (_what, [use, message]) => {
    expect(() => use(createGraph())).toThrow(message)
  })
})

/**
 * The implicit function theorem for any residual r(z, x) = 0 that works element by element on z:
 * cᵀ dz/dx = −(c / ∂r/∂z)ᵀ ∂r/∂x.
 */
describe('the implicit function theorem', () => {
  const residual = (z: Tensor, x: Tensor): Tensor => t.sub(t.add(z, t.mul(t.tanh(z), 0.5)), x)
  const ones = (like: Tensor): Tensor => t.broadcastTo(like.graph.constant(1), like.shape)
  const ruleOf = (partial: (z: Tensor, x: Tensor, by: 'z' | 'x', c: Tensor) => Tensor): GradientRule =>
    ({ value, inputs, cotangent }) => {
      const [x] = inputs as [Tensor]
      return [partial(value, x, 'x', t.neg(t.div(cotangent, partial(value, x, 'z', ones(value)))))]
    }
  const solution = (rule: GradientRule) => ({
    inputs: [float(['N', 2])], build: ([x]: readonly Tensor[]) => [t.withGradient(solve(x!), [x!], rule)],
  })
  const runs = { seed: 1854, numRuns: 10 }

  it('holds with partial derivatives taken in the graph itself', () => {
    const rule = ruleOf((z, x, by, c) => vjp([residual(z, x)], [c], [z, x])[by === 'z' ? 0 : 1]!)
    checkTwice(solution(rule), runs)
  })

  it('holds with partial derivatives copied from a graph of their own', () => {
    const partials = (by: 'z' | 'x'): Graph => {
      const g = createGraph()
      const [z, x, c] = [g.input('z', ['N', 2]), g.input('x', ['N', 2]), g.input('c', ['N', 2])]
      g.output('back', vjp([residual(z, x)], [c], [by === 'z' ? z : x])[0]!)
      return g
    }
    checkTwice(solution(ruleOf((z, x, by, c) => copyInto(z.graph, partials(by), [z, x, c])[0]!)), runs)
  })
})
