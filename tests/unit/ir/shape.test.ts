/** Arithmetic of dims and broadcasting of shapes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AxisSymbol, type Bindings, type Dim, type Shape, addDims, bindDim, bindShape, broadcastShapes, divideDim,
  isStatic, parseDim, sameShape, sameSize, shapeSize, showShape,
} from '../../../src/core/ir/shape.ts'

const runs = { seed: 314159, numRuns: 300 }

const symbols: fc.Arbitrary<AxisSymbol> = fc.constantFrom('N', 'K')
/** Dims as the IR writes them: no factor 1 before a symbol, no symbol after a factor 0. */
const dims: fc.Arbitrary<Dim> = fc.oneof(
  fc.integer({ min: 0, max: 12 }), symbols,
  fc.tuple(fc.integer({ min: 2, max: 12 }), symbols).map(([factor, symbol]): Dim => `${factor}${symbol}`),
)
const shapes: fc.Arbitrary<Shape> = fc.array(dims, { maxLength: 4 })
const lengths = fc.integer({ min: 1, max: 9 })
const bindings: fc.Arbitrary<Required<Bindings>> = fc.record({ N: lengths, K: lengths })
const product = (shape: readonly number[]): number => shape.reduce((total, dim) => total * dim, 1)

describe('dims', () => {
  it('are parsed', () => {
    expect(parseDim(7)).toEqual({ factor: 7, symbol: undefined })
    expect(parseDim('N')).toEqual({ factor: 1, symbol: 'N' })
    expect(parseDim('12K')).toEqual({ factor: 12, symbol: 'K' })
  })

  it('are bound', () => {
    expect(bindShape(['N', 3, '4N', 'K'], { N: 5, K: 2 })).toEqual([5, 3, 20, 2])
    expect(() => bindDim('4N', { K: 1 })).toThrow('the symbol N of the axis 4N has no value')
  })

  it('add as their values do, where the sum is one dim', () => {
    fc.assert(fc.property(dims, dims, bindings, (a, b, values) => {
      const sum = addDims(a, b)
      const sameKind = parseDim(a).symbol === parseDim(b).symbol
      expect(sum !== undefined).toBe(sameKind)
      if (sum !== undefined) expect(bindDim(sum, values)).toBe(bindDim(a, values) + bindDim(b, values))
    }), runs)
  })

  it('divide as their values do, and give back what was multiplied', () => {
    fc.assert(fc.property(dims, dims, bindings, (a, b, values) => {
      const quotient = divideDim(a, b)
      if (quotient !== undefined) expect(bindDim(quotient, values) * bindDim(b, values)).toBe(bindDim(a, values))
      const times = shapeSize([a, b])
      if (times !== undefined && times !== 0) expect(divideDim(times, b)).toBe(a)
    }), runs)
  })

  it.each<[Dim, Dim]>([
    [7, 2], ['N', 2], [4, 'N'], ['2N', 'K'], [3, 0], ['3N', '2N'],
  ])('%s by %s leaves a rest', (a, b) => {
    expect(divideDim(a, b)).toBeUndefined()
  })

  it.each<[Dim, Dim, Dim]>([
    ['4N', 'N', 4], ['4N', '2N', 2], ['N', 1, 'N'], ['4N', 4, 'N'], [0, 3, 0],
  ])('%s by %s is %s', (a, b, c) => {
    expect(divideDim(a, b)).toBe(c)
  })
})

describe('the size of a shape', () => {
  it('is the number of elements', () => {
    fc.assert(fc.property(shapes, bindings, (shape, values) => {
      const size = shapeSize(shape)
      if (size !== undefined) expect(bindDim(size, values)).toBe(product(bindShape(shape, values)))
      else expect(shape.filter((dim) => typeof dim !== 'number').length).toBeGreaterThan(1)
    }), runs)
  })

  it('is one for a scalar, and unknown for two symbols', () => {
    expect(shapeSize([])).toBe(1)
    expect(shapeSize(['2N', 3])).toBe('6N')
    expect(shapeSize(['N', 'K'])).toBeUndefined()
    expect(shapeSize(['N', 'N'])).toBeUndefined()
  })

  it('is the same for two shapes when it is for all values of the symbols', () => {
    fc.assert(fc.property(shapes, shapes, (a, b) => {
      // Distinct primes, larger than any factor: equal products are then equal factors and equal symbols.
      const primes = { N: 10007, K: 10009 }
      expect(sameSize(a, b)).toBe(product(bindShape(a, primes)) === product(bindShape(b, primes)))
    }), runs)
  })

  it('stays when axes are moved, split and joined', () => {
    expect(sameSize(['K', 'N', 6], [2, 'N', '3K'])).toBe(true)
    expect(sameSize(['N', 'N'], ['N', 'K'])).toBe(false)
    expect(sameSize(['N'], [1])).toBe(false)
    expect(sameSize([0, 'N'], ['K', 0])).toBe(true)
  })
})

describe('broadcasting', () => {
  it('is the same in both directions', () => {
    fc.assert(fc.property(shapes, shapes, (a, b) => {
      expect(broadcastShapes(a, b)).toEqual(broadcastShapes(b, a))
    }), runs)
  })

  it('leaves a shape with itself, and with a scalar', () => {
    fc.assert(fc.property(shapes, (a) => {
      expect(broadcastShapes(a, a)).toEqual(a)
      expect(broadcastShapes(a, [])).toEqual(a)
    }), runs)
  })

  it('finds the shape back from any that has axes left out or set to one', () => {
    const four = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })
    fc.assert(fc.property(shapes, fc.nat({ max: 4 }), four, (full, drop, ones) => {
      const part = full.map((dim, axis) => (ones[axis] ? 1 : dim)).slice(Math.min(drop, full.length))
      expect(broadcastShapes(full, part)).toEqual(full)
    }), runs)
  })

  it('is associative', () => {
    const small: fc.Arbitrary<Shape> = fc.array(fc.constantFrom<Dim>(1, 2, 'N'), { maxLength: 3 })
    fc.assert(fc.property(small, small, small, (a, b, c) => {
      const [left, right] = [broadcastShapes(a, b), broadcastShapes(b, c)]
      fc.pre(left !== undefined && right !== undefined)
      expect(broadcastShapes(left as Shape, c)).toEqual(broadcastShapes(a, right as Shape))
    }), runs)
  })

  it.each<[Shape, Shape]>([
    [[2], [3]], [['N'], [2]], [['N'], ['2N']], [['N'], ['K']], [[2, 1], [3, 1]],
  ])('%j does not fit %j', (a, b) => {
    expect(broadcastShapes(a, b)).toBeUndefined()
  })

  it('lets a symbol meet a one', () => {
    expect(broadcastShapes(['N', 1, 3], [2, 1])).toEqual(['N', 2, 3])
    expect(broadcastShapes([1], ['N'])).toEqual(['N'])
  })
})

it('shapes are compared and shown', () => {
  expect(sameShape([2, 'N'], [2, 'N'])).toBe(true)
  expect(sameShape([2, 'N'], [2, '2N'])).toBe(false)
  expect(sameShape([2], [2, 1])).toBe(false)
  expect(isStatic([2, 3])).toBe(true)
  expect(isStatic([2, 'N'])).toBe(false)
  expect(showShape(['N', '2K', 3])).toBe('[N, 2K, 3]')
})
