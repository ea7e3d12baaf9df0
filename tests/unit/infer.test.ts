/** Shapes, parameters, cost and lint of designs. */
import { describe, expect, it } from 'vitest'
import type { DesignNode, FlowDesign } from '../../src/core/flow/design.ts'
import { countFlops } from '../../src/core/flow/flops.ts'
import { assemble } from '../../src/core/flow/flow.ts'
import { inspect } from '../../src/core/flow/infer.ts'
import { layers as catalogue } from '../../src/core/flow/layers/index.ts'
import type { Options } from '../../src/core/flow/options.ts'
import { templates } from '../../src/core/flow/templates/index.ts'
import { createGraph } from '../../src/core/ir/index.ts'
import type { Graph } from '../../src/core/ir/graph.ts'
import type { Shape } from '../../src/core/ir/shape.ts'
import { add, loop, matmul, reduceSum, reshape, tanh } from '../../src/core/ir/tensor.ts'

const flops = (build: (graph: Graph) => void): number => {
  const graph = createGraph()
  build(graph)
  return countFlops(graph)
}

const design = (event: readonly number[], ...layers: DesignNode[]): FlowDesign =>
  ({ event, layers, base: { kind: 'gaussian' } })
const layer = (kind: string, options: Record<string, unknown> = {}, id = kind): DesignNode => ({ id, kind, options })

/** Options as a document would write them: a part is flat. */
const optionsAsJson = (options: Partial<Options>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [
    name, typeof value === 'object' && 'kind' in value ? { kind: value.kind, ...optionsAsJson(value.options) } : value,
  ]))

const codes = (value: FlowDesign, contextSize = 0): string[] =>
  inspect(value, { contextSize }).issues.map(({ code, at }) => `${code} ${at ?? ''}`)

describe('FLOPs of one example', () => {
  it('counts 2·k for each number of a product, whichever side is transposed', () => {
    const product = (a: Shape, b: Shape, transposeB = false): number =>
      flops((graph) => { matmul(graph.input('a', a), graph.input('b', b), { transposeB }) })
    expect(product(['N', 5], [5, 3])).toBe(30)
    expect(product(['N', 5], [3, 5], true)).toBe(30)
    expect(product(['N', 4, 5], ['N', 5, 3])).toBe(120)
  })

  it('counts elements of element-wise operations and of what is summed up; moving data is free', () => {
    expect(flops((graph) => { tanh(add(graph.input('x', ['N', 7]), 1)) })).toBe(14)
    expect(flops((graph) => { reduceSum(graph.input('x', ['N', 7]), [1]) })).toBe(7)
    expect(flops((graph) => { reshape(graph.input('x', ['N', 2, 2, 3]), ['4N', 3]) })).toBe(0)
    expect(flops((graph) => { tanh(graph.input('x', ['4N', 3])) })).toBe(12)
  })

  it('leaves out what is done once for all examples', () => {
    expect(flops((graph) => { matmul(graph.input('a', [9, 9]), graph.input('b', [9, 9])) })).toBe(0)
  })

  it('counts every round of a loop', () => {
    const body = createGraph()
    body.input('i', [], 'int')
    body.output('next', tanh(body.input('x', ['N', 3])))
    expect(flops((graph) => {
      loop({ count: graph.constant(5, [], 'int'), carried: [graph.input('x', ['N', 3])], captured: [], body })
    })).toBe(15)
  })
})

describe('inspect', () => {
  it('knows shapes, parameters and cost of every layer, as the flow has them', () => {
    const value = design([4, 4, 1], layer('squeeze'), layer('split'), layer('actnorm'))
    const { layers, parameters } = inspect(value)
    expect(layers.map(({ eventIn, eventOut, latent }) => [eventIn, eventOut, latent])).toEqual([
      [[4, 4, 1], [2, 2, 4], undefined], [[2, 2, 4], [2, 2, 2], [2, 2, 2]], [[2, 2, 2], [2, 2, 2], undefined],
    ])
    // Shift and scale of 8 numbers; nothing else computes.
    expect(layers.map(({ flops: { normalize } }) => normalize)).toEqual([0, 0, 16])
    expect(parameters).toBe(4)
  })

  it.each(Object.keys(catalogue))('%s: every law case can be inspected', (kind) => {
    for (const { name, event, options, contextSize } of catalogue[kind]?.laws.cases ?? []) {
      const value = design(event, layer(kind, optionsAsJson((options ?? {}) as Partial<Options>)))
      const context = contextSize === undefined ? {} : { contextSize }
      const flow = assemble(value, context)
      const { layers, parameters } = inspect(value, context)
      expect(flow.ok && flow.value.table.parameterCount, name).toBe(parameters)
      expect(layers[0]?.flops.normalize, name).toBeGreaterThanOrEqual(0)
    }
  })

  it('gives as much of a wrong design as can be placed, and what is wrong', () => {
    const { layers, issues } = inspect(design([3], layer('actnorm'), layer('squeeze'), layer('linear')))
    expect(layers.map(({ kind }) => kind)).toEqual(['actnorm', 'linear'])
    expect(issues.map(({ at, severity }) => [severity, at])).toEqual([['error', "layers[1] (squeeze 'squeeze')"]])
  })

  it('adds up repeated layers', () => {
    const one = inspect(design([6], layer('coupling')))
    const four = inspect(design([6], { id: 'r', kind: 'repeat', times: 4, layers: [layer('coupling')] }))
    expect(four.parameters).toBe(4 * one.parameters)
    expect(four.flops.generate).toBe(4 * one.flops.generate)
  })
})

describe('lint', () => {
  const first = layer('coupling', {}, 'first')
  const second = layer('coupling', { swap: true }, 'second')

  it('finds nothing to say about templates and about designs without couplings', () => {
    for (const template of Object.values(templates)) {
      for (const event of [2, 3, 8]) {
        const { design: built, training } = template.build(event)
        // An autoencoder's flow stands in the features of its encoder.
        expect(codes(built, Number(training.objective?.['features'] ?? 0))).toEqual([])
      }
    }
    expect(codes(design([3], layer('standardize'), layer('actnorm')))).toEqual([])
  })

  it('names the dimensions of the data that no layer changes, through permutations', () => {
    const [issue] = inspect(design([4], first)).issues
    expect(issue?.code).toBe('dimension-untouched')
    expect(issue?.message).toMatch(/^dimensions 0, 1 of 4 \(counted from 0\) are changed by no layer/)
    expect(codes(design([4], first, second))).toEqual([])
    expect(codes(design([4], first, layer('permutation'), layer('coupling', {}, 'again')))).toEqual([])
    // Two reversals bring the same half back.
    expect(codes(design([4], first, layer('permutation'), layer('permutation', {}, 'back'), layer('coupling', {}, 'again'))))
      .toEqual(['dimension-untouched layers', "same-mask layers[3] (coupling 'again')"])
  })

  it('counts neither units nor noise as a change', () => {
    expect(codes(design([2], layer('standardize'), first, layer('actnorm')))).toEqual(['dimension-untouched layers'])
  })

  it('keeps what has left by a split', () => {
    expect(codes(design([4], layer('split'), layer('coupling', {}, 'rest'), layer('coupling', { swap: true }, 'other'))))
      .toEqual(['dimension-untouched layers'])
    expect(codes(design([4], layer('linear'), layer('split'), layer('coupling', {}, 'rest')))).toEqual([])
  })

  it('minds dimensions that never meet, whatever couplings there are', () => {
    const explicit = (id: string, ...mask: number[]): DesignNode => layer('coupling', { mask: 'explicit', explicit: mask }, id)
    const apart = [explicit('a', 0, 1, 1, 1), explicit('b', 1, 1, 1, 0)]
    const [issue, ...rest] = inspect(design([4], ...apart)).issues
    expect(rest).toEqual([])
    expect(issue).toMatchObject({ code: 'never-mixed', severity: 'warning', at: 'layers' })
    expect(issue?.message).toMatch(/^nothing lets dimensions 1 and 2 of 4 \(counted from 0\) influence one another: /)
    // A linear layer anywhere or a third mask bring them together; masks that take turns always do.
    expect(codes(design([4], layer('linear'), ...apart))).toEqual([])
    expect(codes(design([4], ...apart, explicit('c', 0, 0, 1, 0)))).toEqual([])
    // Each for itself: no pair meets. Of the three pairs one is named.
    expect(inspect(design([3], layer('elementwise-affine'))).issues[0]?.message).toContain('and 2 more such pairs')
    expect(codes(design([1], layer('elementwise-affine')))).toEqual([])
  })

  it('mixes the channels of each pixel, not the pixels, by a 1×1 convolution', () => {
    expect(codes(design([1, 2, 2], layer('conv1x1')))).toEqual(['never-mixed layers'])
    expect(codes(design([1, 2, 2], layer('squeeze', { factor: 1 }, 'none'), layer('flatten'), layer('linear')))).not.toContain('never-mixed layers')
  })

  it('minds the same mask twice in a row, but not with mixing between, and once for a repeated block', () => {
    expect(codes(design([4], first, layer('coupling', {}, 'same'), second)))
      .toEqual(["same-mask layers[1] (coupling 'same')"])
    expect(codes(design([4], first, layer('linear'), layer('coupling', {}, 'same')))).toEqual([])
    expect(codes(design([4], second, { id: 'r', kind: 'repeat', times: 5, layers: [first] })))
      .toEqual(["same-mask layers[1].layers[0] (coupling 'first')"])
  })
})
