/** Masks of the masked conditioner: who depends on whom, by the structure of the masks alone. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { degreesOf, groupsOf } from '../../../../src/core/flow/autoregressive/degrees.ts'
import made from '../../../../src/core/flow/autoregressive/made.ts'
import { masksOf } from '../../../../src/core/flow/autoregressive/made-apply.ts'
import type { MadeSite } from '../../../../src/core/flow/autoregressive/made-network.ts'
import { runDense } from '../../../../src/core/flow/dense-network.ts'
import { checkOrder, orderOf, positionsOf } from '../../../../src/core/flow/autoregressive/order.ts'
import type { PartContext } from '../../../../src/core/flow/layer.ts'
import { evaluate } from '../../../../src/core/ir/evaluate.ts'
import { createGraph } from '../../../../src/core/ir/index.ts'
import { type NdArray, nd } from '../../../../src/core/ir/nd.ts'
import { add, concat, matmul, mul } from '../../../../src/core/ir/tensor.ts'
import { key, named, normals, permutation } from '../../../../src/core/random.ts'
import { expectClose } from '../../../support/law-points.ts'

const runs = { seed: 20_150_707, numRuns: 60 }

const sites: fc.Arbitrary<MadeSite> = fc.record({
  size: fc.integer({ min: 1, max: 12 }), each: fc.integer({ min: 1, max: 3 }), contextSize: fc.integer({ min: 0, max: 2 }),
  width: fc.integer({ min: 1, max: 30 }), depth: fc.integer({ min: 0, max: 4 }), residual: fc.boolean(), seed: fc.nat(),
}).map(({ size, each, contextSize, width, depth, residual, seed }) => ({
  order: [...permutation(key(seed), size)], each, contextSize, options: { width, depth, activation: 'relu', residual },
}))

/** Number of ways from each input (the context's last) to each output: [in][out]. */
function ways(site: MadeSite): number[][] {
  const matrices = masksOf(site).map(({ shape: [rows, columns], values }) =>
    Array.from({ length: rows }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)]))
  return matrices.reduce((left, right) => left.map((row) =>
    (right[0] ?? []).map((_, j) => row.reduce((sum, value, k) => sum + value * right[k]![j]!, 0))))
}

describe('masks', () => {
  it('let an output depend on nothing but the dimensions before it and the context', () => {
    fc.assert(fc.property(sites, (site) => {
      const size = site.order.length
      const position = positionsOf(site.order)
      ways(site).slice(0, size).forEach((row, input) => row.forEach((count, output) => {
        if (position[input]! >= position[output % size]!) expect(count).toBe(0)
      }))
    }), runs)
  })

  it('let it depend on all of them, where there are units of every degree', () => {
    fc.assert(fc.property(sites, (site) => {
      const size = site.order.length
      const position = positionsOf(site.order)
      fc.pre(site.options.width >= size || site.options.depth === 0)
      ways(site).forEach((row, input) => row.forEach((count, output) => {
        if (input >= size || position[input]! < position[output % size]!) expect(count).toBeGreaterThan(0)
      }))
    }), runs)
  })

  it('with fewer units than dimensions, the last one still sees all others', () => {
    fc.assert(fc.property(sites, (site) => {
      const size = site.order.length
      const last = site.order.at(-1)!
      ways(site).slice(0, size).forEach((row, input) => { if (input !== last) expect(row[last]).toBeGreaterThan(0) })
    }), runs)
  })
})

describe('degrees', () => {
  it('ascend, are spread evenly and reach D − 1', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.boolean(), (width, size, context) => {
      const degrees = degreesOf(width, size, context)
      expect([...degrees].sort((a, b) => a - b)).toEqual(degrees)
      expect(degrees).toHaveLength(width)
      expect(degrees.at(-1)).toBe(size - 1)
      if (!context && size > 1) expect(degrees[0]).toBeGreaterThan(0)
      const counts = [...new Set(degrees)].map((degree) => degrees.filter((other) => other === degree).length)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    }), runs)
  })
})

describe('wide networks', () => {
  const widths = [255, 256, 300, 512, 1000]
  it('have groups that begin at multiples of 16 and with degrees of their own', () => {
    for (const width of widths) {
      for (const [size, context] of [[2, false], [2, true], [5, false], [64, false], [900, true]] as const) {
        const groups = groupsOf(width, size, context)
        const degrees = degreesOf(width, size, context)
        expect(degrees).toHaveLength(width)
        for (const { units: [start, end], degrees: [low, high] } of groups) {
          expect(start % 16).toBe(0)
          expect(degrees.slice(start, end).every((degree) => degree >= low && degree < high)).toBe(true)
          expect(degrees[end - 1]).toBe(high - 1)
        }
      }
    }
    expect(groupsOf(300, 64, false)).toHaveLength(2)
  })

  it.each([0, 1, 2])('compute what the masked weights as a whole do: depth %d', (depth) => {
    for (const [width, residual, kind] of [[256, false, 'natural'], [300, true, 'reversed'], [512, false, 'random']] as const) {
      const order = orderOf(7, 'wide', { order: kind, seed: 2, explicit: [] })
      const site: MadeSite = { order, each: 2, contextSize: 1, options: { width, depth, activation: 'tanh', residual } }
      const graph = createGraph()
      const names = made.parameters(site).map(({ name, shape }) => [name, shape] as const)
      const parameters = new Map(names.map(([name, shape]) => [name, graph.input(name, shape)]))
      const x = graph.input('x', ['N', 7])
      const context = graph.input('context', ['N', 1])
      const ctx: PartContext = { graph, batch: 'N', context, parameter: (name) => parameters.get(name)!, scope: () => ctx }
      graph.output('raw', made.apply(ctx, site, x))
      const [whole] = runDense(site.options, [concat([x, context], 1)], ([h], map) => {
        const { shape, values } = masksOf(site)[map]!
        const weight = mul(ctx.parameter(`weight${map}`), graph.constant(values, shape))
        return [add(matmul(h!, weight), ctx.parameter(`bias${map}`))]
      })
      graph.output('whole', whole!)
      const random = (name: string, shape: readonly number[]): NdArray =>
        nd(shape, normals(named(key(1), name), shape.reduce((product, dim) => product * dim, 1)).map((value) => value / 10))
      const out = evaluate(graph, {
        ...Object.fromEntries(names.map(([name, shape]) => [name, random(name, shape)])), x: random('x', [3, 7]), context: random('context', [3, 1]),
      })
      expectClose(out['raw']!.data, out['whole']!.data, 1e-13, `${width}, ${kind}`)
    }
  })
})

describe('orders', () => {
  const options = { seed: 5, explicit: [] as readonly number[] }
  it('natural and reversed', () => {
    expect(orderOf(3, 'a', { ...options, order: 'natural' })).toEqual([0, 1, 2])
    expect(orderOf(3, 'a', { ...options, order: 'reversed' })).toEqual([2, 1, 0])
  })
  it('random: a permutation of its own for each seed and layer, the same every time', () => {
    const random = (path: string, seed: number): readonly number[] => orderOf(9, path, { ...options, order: 'random', seed })
    expect([...random('a', 1)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(random('a', 1)).toEqual(random('a', 1))
    expect(random('a', 1)).not.toEqual(random('b', 1))
    expect(random('a', 1)).not.toEqual(random('a', 2))
  })
  it('explicit: each dimension once, or an issue', () => {
    const explicit = (list: readonly number[]): unknown[] =>
      checkOrder(3, { order: 'explicit', seed: 0, explicit: list }).map(({ code, at }) => [code, at])
    expect(explicit([2, 0, 1])).toEqual([])
    for (const wrong of [[], [0, 1], [0, 1, 1], [0, 1, 3], [0, 1, 2, 2]]) expect(explicit(wrong)).toEqual([['order-explicit', 'explicit']])
    expect(checkOrder(3, { order: 'natural', seed: 0, explicit: [7] })).toEqual([])
  })
})
