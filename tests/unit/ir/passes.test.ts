import { describe, expect, it } from 'vitest'
import { gradient } from '../../../src/core/ir/autodiff.ts'
import { Graph, type Tensor, constantValues } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { mergeCommonSubexpressions } from '../../../src/core/ir/passes/common-subexpressions.ts'
import { foldConstants } from '../../../src/core/ir/passes/constant-folding.ts'
import { removeDeadCode } from '../../../src/core/ir/passes/dead-code.ts'
import { optimise } from '../../../src/core/ir/passes/optimise.ts'
import { rewriteGraph } from '../../../src/core/ir/passes/rewrite.ts'
import { simplify } from '../../../src/core/ir/passes/simplify.ts'
import { print } from '../../../src/core/ir/print.ts'
import * as t from '../../../src/core/ir/tensor.ts'
import { verify } from '../../../src/core/ir/verify.ts'
import { firstDifference, randomGraph, randomInputs } from './support/random-graph.ts'

const seeds = Array.from({ length: 40 }, (_, i) => 7001 + i)
const passes = { simplify, foldConstants, mergeCommonSubexpressions, removeDeadCode, optimise }

const signature = (graph: Graph): readonly string[] =>
  [...graph.inputs, ...graph.outputs].map(({ name, tensor }) => `${name}: ${tensor.dtype}[${tensor.shape.join()}]`)

/** Passes that regroup constant factors, and so round differently. */
const regrouping: ReadonlySet<string> = new Set(['simplify', 'optimise'])

describe.each(Object.entries(passes))('%s, on random programs', (name, pass) => {
  it.each(seeds)('keeps the values, seed %d', (seed) => {
    for (const withSlopes of [false, true]) {
      const before = randomGraph(seed, withSlopes)
      const after = pass(before)
      verify(after, name)
      expect(signature(after)).toEqual(signature(before))
      const difference = firstDifference(before, after, randomInputs(before, seed), regrouping.has(name) ? 1e-12 : 0)
      if (difference !== undefined) expect.fail(`${difference}\n\n${print(before)}\n\nbecame\n\n${print(after)}`)
    }
  })
})

it.each(seeds)('optimising again changes nothing, seed %d', (seed) => {
  const once = optimise(randomGraph(seed, true))
  expect(print(optimise(once))).toBe(print(once))
})

const opsOf = (graph: Graph): readonly string[] => graph.nodes.map(({ op }) => op)
const countOf = (graph: Graph, op: string): number => opsOf(graph).filter((name) => name === op).length

/** A program of what is built; its outputs are y0, y1, …. */
function programOf(build: (g: Graph) => readonly Tensor[]): Graph {
  const g = createGraph()
  build(g).forEach((tensor, i) => g.output(`y${i}`, tensor))
  return g
}

/** Whether two expressions become one. */
function merged(build: (g: Graph) => readonly [Tensor, Tensor]): boolean {
  const [a, b] = mergeCommonSubexpressions(programOf(build)).outputs
  return a!.tensor === b!.tensor
}

/** Two numbers with one FNV-1a hash of their 32-bit words: the second word makes up for the first. */
function sameHash(): Float64Array {
  const [one, two] = [1, 2].map((word) => Math.imul(0x811c9dc5 ^ word, 0x01000193)) as [number, number]
  return new Float64Array(Uint32Array.of(1, 0x3ff00000, 2, 0x3ff00000 ^ one ^ two).buffer)
}

/** z ← z + c, three times. */
function addingBody(): Graph {
  const body = createGraph()
  body.input('iteration', [], 'int')
  body.output('next', t.add(body.input('z', []), body.input('c', [])))
  return body
}

const x = (g: Graph): Tensor => g.inputs[0]?.tensor ?? g.input('x', [4, 4])

describe('common subexpressions', () => {
  const body = addingBody()
  const repeat = (g: Graph, steps: Graph): Tensor => {
    const count = g.constant(3, [], 'int')
    return t.loop({ count, carried: [g.constant(0)], captured: [g.constant(1)], body: steps }).carried[0]!
  }
  const rule = (): readonly Tensor[] => []

  it.each<[string, (g: Graph) => readonly [Tensor, Tensor]]>([
    ['equal constants', (g) => [g.constant([1, 2], [2]), g.constant([1, 2], [2])]],
    ['constants that are not a number', (g) => [g.constant(NaN), g.constant(NaN)]],
    ['the same op on the same input', (g) => [t.tanh(x(g)), t.tanh(x(g))]],
    ['whole expressions', (g) => [t.mul(t.tanh(t.add(x(g), 1)), 2), t.mul(t.tanh(t.add(x(g), 1)), 2)]],
    ['ops with equal attributes', (g) => [t.slice(x(g), 0, 1, 2), t.slice(x(g), 0, 1, 2)]],
    ['gathers at equal indices', (g) => [t.gather(x(g), [2, 1], 0), t.gather(x(g), [2, 1], 0)]],
    ['loops over one body', (g) => [repeat(g, body), repeat(g, body)]],
    ['one gradient rule', (g) => [t.withGradient(x(g), [], rule), t.withGradient(x(g), [], rule)]],
  ])('%s are merged', (_what, build) => expect(merged(build)).toBe(true))

  it.each<[string, (g: Graph) => readonly [Tensor, Tensor]]>([
    ['0 and −0', (g) => [g.constant(0), g.constant(-0)]],
    ['0 and −0 within a row', (g) => [g.constant([0, 1], [2]), g.constant([-0, 1], [2])]],
    ['int 1 and float 1', (g) => [g.constant(1, [], 'int'), g.constant(1)]],
    ['int 1 and true', (g) => [g.constant(1, [], 'int'), g.constant(1, [], 'bool')]],
    ['a row and a column', (g) => [g.constant([1, 2], [1, 2]), g.constant([1, 2], [2, 1])]],
    ['a scalar and a row of one', (g) => [g.constant([1], []), g.constant([1], [1])]],
    ['numbers that differ in the last digit', (g) => [g.constant(0.1 + 0.2), g.constant(0.3)]],
    ['numbers of one hash', (g) => {
      const [a, b] = sameHash()
      return [g.constant(a!), g.constant(b!)]
    }],
    ['two inputs', (g) => [g.input('a', []), g.input('b', [])]],
    ['operands in another order', (g) => [t.sub(x(g), 1), t.sub(1, x(g))]],
    ['other axes', (g) => [t.reduceSum(x(g), [0]), t.reduceSum(x(g), [1])]],
    ['kept axes', (g) => [t.reduceSum(t.reshape(x(g), [16]), [0]), t.reduceSum(t.reshape(x(g), [16]), [0], true)]],
    ['another op', (g) => [t.sin(x(g)), t.cos(x(g))]],
    ['another transposition', (g) => [t.matmul(x(g), x(g)), t.matmul(x(g), x(g), { transposeB: true })]],
    ['shapes of other symbols', (g) => [t.broadcastTo(g.constant(1), ['N']), t.broadcastTo(g.constant(1), ['K'])]],
    ['other indices', (g) => [t.gather(x(g), [2, 1], 0), t.gather(x(g), [1, 2], 0)]],
    ['loops over two bodies', (g) => [repeat(g, body), repeat(g, addingBody())]],
    ['two gradient rules', (g) => [t.withGradient(x(g), [], rule), t.withGradient(x(g), [], () => [])]],
    ['the same of two outputs of one loop', (g) => {
      const twins = createGraph()
      twins.input('iteration', [], 'int')
      ;['a', 'b'].forEach((name) => twins.output(name, twins.input(name, [])))
      const [count, one] = [g.constant(1, [], 'int'), g.constant(1)]
      const [a, b] = t.loop({ count, carried: [one, one], captured: [], body: twins }).carried
      return [t.neg(a!), t.neg(b!)]
    }],
  ])('%s are not', (_what, build) => expect(merged(build)).toBe(false))
})

describe('constant folding', () => {
  const folded = (build: (g: Graph) => Tensor): readonly string[] =>
    opsOf(removeDeadCode(foldConstants(programOf((g) => [build(g)]))))

  it('is done in float64', () => {
    const after = foldConstants(programOf((g) => [t.div(1, t.add(g.constant(2), 1))]))
    expect(constantValues(after.outputs[0]!.tensor)).toEqual(Float64Array.of(1 / 3))
  })
  it('keeps the type and the shape', () => {
    const after = foldConstants(programOf((g) => [
      t.reduceSum(g.constant([1, 2, 3, 4], [2, 2]), [0], true), t.cast(g.constant([1.5, -1.5], [2]), 'int'),
      t.less(g.constant([0, 2], [2]), 1),
    ]))
    expect(after.outputs.map(({ tensor: { dtype, shape, node } }) => [node.op, dtype, shape])).toEqual([
      ['constant', 'float', [1, 2]], ['constant', 'int', [2]], ['constant', 'bool', [2]],
    ])
    expect(after.outputs.map(({ tensor }) => [...constantValues(tensor)!])).toEqual([[4, 6], [1, -1], [1, 0]])
  })
  it('goes as far as constants reach', () => {
    expect(folded((g) => t.add(t.mul(t.exp(g.constant(0)), 3), x(g)))).toEqual(['input', 'constant', 'add'])
  })
  it('takes the place of solutions and of stops', () => {
    const solution = (g: Graph): Tensor => t.withGradient(g.constant(1), [g.constant(2)], () => [undefined])
    expect(folded((g) => t.stopGradient(solution(g)))).toEqual(['constant'])
  })
  it('leaves what depends on an input, or on the batch', () => {
    expect(folded((g) => t.neg(x(g)))).toEqual(['input', 'neg'])
    expect(folded((g) => t.broadcastTo(g.constant(1), ['N', 2]))).toEqual(['constant', 'broadcastTo'])
  })
  it('leaves large tensors that are made from small ones', () => {
    expect(folded((g) => t.broadcastTo(g.constant(1), [100, 100]))).toEqual(['constant', 'broadcastTo'])
    const column = (g: Graph): Tensor => g.constant(new Float64Array(100), [100, 1])
    expect(folded((g) => t.add(column(g), t.transpose(column(g), [1, 0])))).toEqual(['constant', 'constant', 'add'])
    expect(folded((g) => t.neg(g.constant(new Float64Array(1e4), [100, 100])))).toEqual(['constant'])
  })
  it('leaves loops', () => {
    expect(folded((g) => t.loop({
      count: g.constant(3, [], 'int'), carried: [g.constant(0)], captured: [g.constant(1)], body: addingBody(),
    }).carried[0]!)).toContain('loop')
  })
})

describe('dead code', () => {
  it('goes, the inputs stay in their order', () => {
    const g = createGraph()
    const [a, b] = [g.input('a', [2]), g.input('b', [2])]
    t.exp(t.tanh(a))
    g.output('y', t.sin(b))
    const after = removeDeadCode(g)
    expect(opsOf(after)).toEqual(['input', 'input', 'sin'])
    expect(after.inputs.map(({ name }) => name)).toEqual(['a', 'b'])
  })
  it('may be all there is', () => {
    expect(opsOf(removeDeadCode(programOf((g) => [t.tanh(x(g)), x(g)].slice(1))))).toEqual(['input'])
  })
})

describe('rewriteGraph', () => {
  it('gives every output its name, more than once if need be', () => {
    const after = rewriteGraph(programOf((g) => [x(g), t.tanh(x(g)), x(g)]), ({ keep }) => keep())
    expect(after.outputs.map(({ name, tensor }) => `${name} ${tensor.node.op}`))
      .toEqual(['y0 input', 'y1 tanh', 'y2 input'])
  })
  it.each<[string, (graph: Graph) => readonly Tensor[]]>([
    ['another shape', (g) => [g.constant(1)]],
    ['another type', (g) => [g.constant(new Float64Array(16), [4, 4], 'int')]],
    ['no replacement', () => []],
  ])('refuses %s', (_what, replacement) => {
    const before = programOf((g) => [t.tanh(x(g))])
    expect(() => rewriteGraph(before, ({ graph }) => replacement(graph)))
      .toThrow('rewriteGraph: the replacement of %1 (tanh) has other types than it')
  })
})

describe('optimise', () => {
  it('works in the bodies of loops, once for a body that two loops share', () => {
    const body = createGraph()
    body.input('iteration', [], 'int')
    const z = body.input('z', [])
    t.exp(z)
    body.output('next', t.add(t.mul(t.sin(z), 1), t.neg(t.neg(t.sin(z)))))
    const after = optimise(programOf((g) => [2, 3].map((steps) => {
      const [count, start] = [g.constant(steps, [], 'int'), g.input(`z${steps}`, [])]
      return t.loop({ count, carried: [start], captured: [], body }).carried[0]!
    })))
    const bodies = after.nodes.map(({ attributes }) => attributes['body']).filter((value) => value instanceof Graph)
    expect(bodies.map(opsOf)).toEqual([['input', 'input', 'sin', 'constant', 'mul'], ['input', 'input', 'sin', 'constant', 'mul']])
    expect(bodies[0]).toBe(bodies[1])
  })
  it('shrinks a gradient to what is written by hand', () => {
    // ∂/∂x Σ (x·1 + 0)² = 2x: one product
    const g = createGraph()
    const input = g.input('x', [4])
    g.output('slope', gradient(t.reduceSum(t.square(t.add(t.mul(input, 1), 0)), [0]), [input])[0]!)
    const after = optimise(g)
    expect(countOf(after, 'add')).toBe(0)
    expect(opsOf(after)).toEqual(['input', 'constant', 'mul'])
  })
  it('goes on until nothing shrinks', () => {
    // Each − 0 is seen only after the sum before it has been folded: constants reach one op further at a time.
    const after = optimise(programOf((g) => [t.sub(x(g), t.sub(t.add(g.constant(1), 1), t.mul(g.constant(2), 1)))]))
    expect(opsOf(after)).toEqual(['input'])
  })
})

it('random programs use every op that computes', () => {
  const used = new Set(seeds.flatMap((seed) => randomGraph(seed, true).nodes.map(({ op }) => op)))
  const all = Object.keys(createGraph().ops)
  expect(all.filter((op) => !used.has(op))).toEqual([])
})
