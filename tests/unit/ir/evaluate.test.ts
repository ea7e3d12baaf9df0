/** The reference evaluation against values computed by hand, or by other means than its own. */
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import type { DType, Graph, Tensor } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { type NdArray, nd, sizeOf } from '../../../src/core/ir/nd.ts'
import type { Shape } from '../../../src/core/ir/shape.ts'
import * as t from '../../../src/core/ir/tensor.ts'

/** The value of what is built from constants. */
function value(build: (g: Graph) => Tensor): NdArray {
  const g = createGraph()
  g.output('y', build(g))
  return evaluate(g, {})['y']!
}

const numbers = (build: (g: Graph) => Tensor): number[] => [...value(build).data]
const pointwise = (f: (x: Tensor) => Tensor, xs: readonly number[], dtype: DType = 'float'): number[] =>
  numbers((g) => f(g.constant(xs, [xs.length], dtype)))
const range = (length: number): number[] => Array.from({ length }, (_, i) => i + 1)

describe('functions of one number', () => {
  // Digits from tables (Abramowitz & Stegun 7.1) and from 30-digit arithmetic.
  const known: readonly (readonly [number, number])[] = [
    [1e-300, 1.1283791670955126e-300], [1e-8, 1.1283791670955126e-8], [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465], [1, 0.8427007929497149], [1.5, 0.9661051464753108], [2, 0.9953222650189527],
    [2.5, 0.999593047982555], [2.9, 0.9999589021219005], [2.999, 0.9999777698314002], [3, 0.9999779095030014],
    [3.5, 0.9999992569016276], [4, 0.9999999845827421], [5, 0.9999999999984626], [6, 1], [Infinity, 1],
  ]
  it.each(known)('erf %d = %d', (x, y) => {
    const [plus, minus] = pointwise(t.erf, [x, -x])
    // Five units in the last place: the error of a sum of some thirty terms and of one exponential.
    expect(Math.abs(plus! - y)).toBeLessThanOrEqual(5 * Number.EPSILON * y)
    expect(minus).toBe(-plus!)
  })

  it('erf keeps NaN and signed zeros', () => {
    expect(pointwise(t.erf, [NaN, 0, -0])).toEqual([NaN, 0, -0])
  })

  it('sigmoid and softplus neither overflow nor lose small values', () => {
    expect(pointwise(t.sigmoid, [-800, -40, 0, 40, 800])).toEqual([0, Math.exp(-40), 0.5, 1, 1])
    expect(pointwise(t.softplus, [-800, -40, 0, 40, 800])).toEqual([0, Math.exp(-40), Math.LN2, 40, 800])
  })

  it('round, sign and clip', () => {
    expect(pointwise(t.floor, [-1.5, -1, -0.1, 0.9])).toEqual([-2, -1, -1, 0])
    expect(pointwise(t.sign, [-3, 0, 5])).toEqual([-1, 0, 1])
    expect(pointwise(t.relu, [-3, 0, 5])).toEqual([0, 0, 5])
    expect(pointwise(t.abs, [-3, 5])).toEqual([3, 5])
    expect(pointwise(t.reciprocal, [4, -0.5])).toEqual([0.25, -2])
  })
})

describe('types', () => {
  it('float to int truncates towards zero, and knows no negative zero', () => {
    expect(pointwise((x) => t.cast(x, 'int'), [-1.9, -0.5, 0.5, 1.9])).toEqual([-1, 0, 0, 1])
  })
  it('to bool is whether it is not zero', () => {
    expect(pointwise((x) => t.cast(x, 'bool'), [-2, 0, 0.1])).toEqual([1, 0, 1])
  })
  it('truth tables', () => {
    const table = (f: (a: Tensor, b: Tensor) => Tensor): number[] =>
      numbers((g) => f(g.constant([0, 0, 1, 1], [4], 'bool'), g.constant([0, 1, 0, 1], [4], 'bool')))
    expect(table(t.and)).toEqual([0, 0, 0, 1])
    expect(table(t.or)).toEqual([0, 1, 1, 1])
    expect(pointwise(t.not, [0, 1], 'bool')).toEqual([1, 0])
  })
  it('comparisons, and NaN compares as false', () => {
    const compare = (f: (a: Tensor, b: number) => Tensor): number[] => pointwise((x) => f(x, 2), [1, 2, 3, NaN])
    expect(compare(t.less)).toEqual([1, 0, 0, 0])
    expect(compare(t.lessOrEqual)).toEqual([1, 1, 0, 0])
    expect(compare(t.greater)).toEqual([0, 0, 1, 0])
    expect(compare(t.greaterOrEqual)).toEqual([0, 1, 1, 0])
    expect(compare(t.equal)).toEqual([0, 1, 0, 0])
  })
})

describe('broadcasting', () => {
  it('repeats a row and a column', () => {
    expect(value((g) => t.add(g.constant([10, 20], [2, 1]), g.constant([1, 2, 3], [3]))))
      .toEqual(nd([2, 3], [11, 12, 13, 21, 22, 23]))
  })
  it('repeats a middle axis', () => {
    expect(value((g) => t.broadcastTo(g.constant([1, 2, 3, 4], [2, 1, 2]), [2, 2, 2])))
      .toEqual(nd([2, 2, 2], [1, 2, 1, 2, 3, 4, 3, 4]))
  })
  it('keeps the order of operands', () => {
    expect(value((g) => t.sub(g.constant([1, 2], [2, 1]), g.constant([10, 20, 30], [3]))))
      .toEqual(nd([2, 3], [-9, -19, -29, -8, -18, -28]))
    expect(value((g) => t.div(8, g.constant([2, 4], [2])))).toEqual(nd([2], [4, 2]))
  })
  it('chooses element by element', () => {
    expect(value((g) => t.where(g.constant([1, 0], [2, 1], 'bool'), g.constant([1, 2, 3], [3]), -1)))
      .toEqual(nd([2, 3], [1, 2, 3, -1, -1, -1]))
  })
  it('of nothing is nothing', () => {
    expect(value((g) => t.add(g.constant([], [0, 3]), g.constant([1, 2, 3], [3])))).toEqual(nd([0, 3], []))
  })
})

describe('shapes', () => {
  it('transposes', () => {
    expect(value((g) => t.transpose(g.constant(range(6), [2, 3]), [1, 0]))).toEqual(nd([3, 2], [1, 4, 2, 5, 3, 6]))
    // y[k, i, j] = x[i, j, k]
    expect(value((g) => t.transpose(g.constant(range(8), [2, 2, 2]), [2, 0, 1])))
      .toEqual(nd([2, 2, 2], [1, 3, 5, 7, 2, 4, 6, 8]))
  })
  it('slices, pads, joins', () => {
    const x = (g: Graph): Tensor => g.constant(range(6), [2, 3])
    expect(value((g) => t.slice(x(g), 1, 1, 3))).toEqual(nd([2, 2], [2, 3, 5, 6]))
    expect(value((g) => t.slice(x(g), 0, 1, 2))).toEqual(nd([1, 3], [4, 5, 6]))
    expect(value((g) => t.pad(x(g), 1, 1, 0))).toEqual(nd([2, 4], [0, 1, 2, 3, 0, 4, 5, 6]))
    expect(value((g) => t.pad(x(g), 0, 0, 1))).toEqual(nd([3, 3], [1, 2, 3, 4, 5, 6, 0, 0, 0]))
    expect(value((g) => t.concat([x(g), g.constant([7, 8], [2, 1])], 1))).toEqual(nd([2, 4], [1, 2, 3, 7, 4, 5, 6, 8]))
    expect(value((g) => t.concat([x(g), x(g)], 0))).toEqual(nd([4, 3], [...range(6), ...range(6)]))
  })
  it('gathers, with repetition, along any axis', () => {
    expect(value((g) => t.gather(g.constant(range(6), [2, 3]), [2, 0, 2, 2], 1)))
      .toEqual(nd([2, 4], [3, 1, 3, 3, 6, 4, 6, 6]))
    expect(value((g) => t.gather(g.constant(range(6), [3, 2]), [2, 0], 0))).toEqual(nd([2, 2], [5, 6, 1, 2]))
  })
  it('adds up what is scattered to one place', () => {
    const scatter = (indices: readonly number[], axis: number, size: number): NdArray => value((g) =>
      t.scatterAdd(g.constant(range(6), [2, 3]), g.constant(indices, [indices.length], 'int'), axis, size))
    expect(scatter([3, 0, 3], 1, 4)).toEqual(nd([2, 4], [2, 0, 0, 4, 5, 0, 0, 10]))
    expect(scatter([1, 1], 0, 3)).toEqual(nd([3, 3], [0, 0, 0, 5, 7, 9, 0, 0, 0]))
  })
  it.each([[-1], [3]])('index %d is outside of three', (index) => {
    expect(() => value((g) => t.gather(g.constant(range(3), [3]), [index], 0)))
      .toThrow(`gather: index ${index} is outside 0 … 2`)
    expect(() => value((g) => t.scatterAdd(g.constant([1], [1]), g.constant([index], [1], 'int'), 0, 3)))
      .toThrow(`scatterAdd: index ${index} is outside 0 … 2`)
  })
})

describe('sums', () => {
  it('reduces over axes', () => {
    const x = (g: Graph): Tensor => g.constant([1, 5, 3, 4, 2, 6, 0, 8], [2, 2, 2])
    expect(value((g) => t.reduceSum(x(g), [1]))).toEqual(nd([2, 2], [4, 9, 2, 14]))
    expect(value((g) => t.reduceSum(x(g), [0, 2], true))).toEqual(nd([1, 2, 1], [14, 15]))
    expect(value((g) => t.reduceMax(x(g), [2]))).toEqual(nd([2, 2], [5, 4, 6, 8]))
    expect(value((g) => t.reduceMax(x(g), [0, 1, 2]))).toEqual(nd([], [8]))
  })
  it.each([
    [{}, [1, 3, 6, 4, 9, 15]],
    [{ exclusive: true }, [0, 1, 3, 0, 4, 9]],
    [{ reverse: true }, [6, 5, 3, 15, 11, 6]],
    [{ exclusive: true, reverse: true }, [5, 3, 0, 11, 6, 0]],
  ])('runs along the last axis, %j', (options, expected) => {
    expect(value((g) => t.cumulativeSum(g.constant(range(6), [2, 3]), 1, options))).toEqual(nd([2, 3], expected))
  })
  it('runs along the first axis', () => {
    expect(value((g) => t.cumulativeSum(g.constant(range(6), [3, 2]), 0))).toEqual(nd([3, 2], [1, 2, 4, 6, 9, 12]))
    expect(value((g) => t.cumulativeSum(g.constant(range(6), [3, 2]), 0, { exclusive: true, reverse: true })))
      .toEqual(nd([3, 2], [8, 10, 5, 6, 0, 0]))
  })
})

describe('matmul', () => {
  const product = (a: readonly number[], b: readonly number[], options = {}): NdArray => value((g) => {
    const make = (shape: readonly number[]): Tensor => g.constant(range(sizeOf(shape)), shape)
    return t.matmul(make(a), make(b), options)
  })
  it('multiplies, with either side transposed', () => {
    // A = [1 2; 3 4; 5 6] or its transpose read in the same order, B likewise
    expect(product([3, 2], [2, 2])).toEqual(nd([3, 2], [7, 10, 15, 22, 23, 34]))
    expect(product([2, 3], [2, 2], { transposeA: true })).toEqual(nd([3, 2], [13, 18, 17, 24, 21, 30]))
    expect(product([3, 2], [2, 2], { transposeB: true })).toEqual(nd([3, 2], [5, 11, 11, 25, 17, 39]))
    expect(product([2, 3], [2, 2], { transposeA: true, transposeB: true })).toEqual(nd([3, 2], [9, 19, 12, 26, 15, 33]))
  })
  it('broadcasts leading axes', () => {
    // [2, 1] batches with [2]: each of two row vectors with each of two column vectors
    expect(product([2, 1, 1, 2], [2, 2, 1])).toEqual(nd([2, 2, 1, 1], [5, 11, 11, 25]))
    expect(product([1, 2], [2, 2, 2])).toEqual(nd([2, 1, 2], [7, 10, 19, 22]))
    expect(product([2, 1, 2], [2, 1])).toEqual(nd([2, 1, 1], [5, 11]))
  })
  it('of no rows has no rows', () => {
    expect(value((g) => t.matmul(g.constant([], [0, 2]), g.constant(range(6), [2, 3])))).toEqual(nd([0, 3], []))
  })
})

describe('loops', () => {
  /** Fibonacci: carried (a, b); stacked a, and captured step times the iteration. */
  const body = (conditional: boolean): Graph => {
    const g = createGraph()
    const [i, a, b, limit] = [g.input('i', [], 'int'), g.input('a', []), g.input('b', []), g.input('limit', [])]
    const sum = t.add(a, b)
    g.output('a', b)
    g.output('b', sum)
    if (conditional) g.output('goOn', t.less(sum, limit))
    else g.output('each', t.add(a, t.mul(t.cast(i, 'float'), limit)))
    return g
  }
  const fibonacci = (count: number, conditional: boolean, limit: number): readonly number[][] => {
    const g = createGraph()
    const { carried, scanned } = t.loop({
      count: g.constant(count, [], 'int'), carried: [g.constant(0), g.constant(1)], captured: [g.constant(limit)],
      body: body(conditional), conditional,
    })
    ;[...carried, ...scanned].forEach((tensor, i) => g.output(`y${i}`, tensor))
    return Object.values(evaluate(g, {})).map(({ data }) => [...data])
  }
  it('carries, and stacks what each step gives', () => {
    expect(fibonacci(6, false, 100)).toEqual([[8], [13], [0, 101, 201, 302, 403, 505]])
  })
  it('of no steps gives back what it was given', () => {
    expect(fibonacci(0, false, 100)).toEqual([[0], [1], []])
  })
  it('stops after the step whose condition fails', () => {
    expect(fibonacci(50, true, 20)).toEqual([[13], [21]])
    expect(fibonacci(50, true, 0)).toEqual([[1], [1]])
  })
  it('stops at the count when the condition holds on', () => {
    expect(fibonacci(3, true, 1e9)).toEqual([[2], [3]])
  })
  it('refuses to stack another number of steps than it was declared for', () => {
    const g = createGraph()
    const { scanned } = t.loop({
      count: g.constant(3, [], 'int'), carried: [g.constant(0), g.constant(1)], captured: [g.constant(1)],
      body: body(false), length: 4,
    })
    g.output('y', scanned[0]!)
    expect(() => evaluate(g, {})).toThrow('loop: 3 steps do not fill a stack of 4')
  })
})

describe('inputs', () => {
  const doubled = (shape: Shape, others: Readonly<Record<string, Shape>> = {}): Graph => {
    const g = createGraph()
    g.output('y', t.mul(g.input('x', shape), 2))
    for (const [name, other] of Object.entries(others)) g.input(name, other)
    return g
  }
  it('bind the symbols', () => {
    expect(evaluate(doubled(['2N', 2]), { x: nd([2, 2], [1, 2, 3, 4]) })['y']).toEqual(nd([2, 2], [2, 4, 6, 8]))
    expect(evaluate(doubled(['N', 2]), { x: nd([0, 2], []) })['y']).toEqual(nd([0, 2], []))
  })
  const bad: Readonly<Record<string, readonly [Graph, Readonly<Record<string, NdArray>>, string]>> = {
    'that are missing': [doubled([2]), {}, "the input 'x' was given no value"],
    'of another rank': [doubled([2]), { x: nd([2, 1], [1, 2]) }, "'x' needs the shape [2], got [2, 1]"],
    'of another length': [doubled(['N', 2]), { x: nd([2, 3], range(6)) }, "'x' needs the shape [N, 2], got [2, 3]"],
    'that are no multiple': [doubled(['2N']), { x: nd([3], range(3)) }, "'x' needs the shape [2N], got [3]"],
    'that disagree about a symbol': [
      doubled(['N'], { z: ['N', 2] }), { x: nd([2], [1, 2]), z: nd([3, 2], range(6)) },
      "'z' needs the shape [N, 2], got [3, 2]"],
    'with too few values': [doubled([2]), { x: { shape: [2], data: Float64Array.of(1) } }, "'x' needs the shape [2]"],
  }
  it.each(Object.entries(bad))('%s are refused', (_what, [g, values, message]) => {
    expect(() => evaluate(g, values)).toThrow(message)
  })
  it('are named once', () => {
    const g = createGraph()
    g.output('x', g.input('x', []))
    expect(() => g.output('x', g.constant(1))).toThrow("output 'x' is declared twice")
    expect(() => g.output('y', createGraph().constant(1))).toThrow("output 'y' belongs to another graph")
    expect(() => t.add(g.constant(1), createGraph().constant(1)))
      .toThrow('add: an input (constant) belongs to another graph')
    expect(() => g.apply('addd', [])).toThrow("there is no op named 'addd'")
  })
})
