import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gradient } from '../../../src/core/ir/autodiff.ts'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { identity, strictLowerMask, triangularInverse } from '../../../src/core/ir/linalg.ts'
import { nd } from '../../../src/core/ir/nd.ts'
import { optimise } from '../../../src/core/ir/passes/optimise.ts'
import { reduceSum, square } from '../../../src/core/ir/tensor.ts'
import { checkTwice, expectClose } from './support/finite-differences.ts'
import { type Domain, float } from './support/functions.ts'
import { Lot } from './support/random-graph.ts'

const sizes = [...Array.from({ length: 17 }, (_, i) => i + 1), 64]
const kinds = [false, true].flatMap((upper) => [false, true].map((unitDiagonal) => ({ upper, unitDiagonal })))

/** Well conditioned: a diagonal of size 0.5 to 1.5 and either sign, and entries that shrink with D beside it. */
function randomMatrix(size: number, seed: number): Float64Array {
  const lot = new Lot(seed)
  return Float64Array.from({ length: size * size }, (_, i) => {
    const onDiagonal = Math.floor(i / size) === i % size
    return onDiagonal ? (0.5 + lot.number()) * lot.of([1, -1]) : (2 * lot.number() - 1) / Math.sqrt(size)
  })
}

type Kind = (typeof kinds)[number]

/** The triangle alone, with the diagonal that the kind says. */
function triangle(matrix: Float64Array, size: number, { upper, unitDiagonal }: Kind): Float64Array {
  return matrix.map((value, i) => {
    const [row, column] = [Math.floor(i / size), i % size]
    if (row === column) return unitDiagonal ? 1 : value
    return column > row === upper ? value : 0
  })
}

/** The inverse by Gauss–Jordan elimination with row exchange: nothing that is special to triangles. */
function plainInverse(matrix: Float64Array, size: number): Float64Array {
  const rows = Array.from({ length: size }, (_, r) =>
    Array.from({ length: 2 * size }, (_, c) => (c < size ? matrix[r * size + c]! : c - size === r ? 1 : 0)))
  for (let k = 0; k < size; k++) {
    const best = rows.reduce((top, row, r) => (r >= k && Math.abs(row[k]!) > Math.abs(rows[top]![k]!) ? r : top), k)
    ;[rows[k], rows[best]] = [rows[best]!, rows[k]!]
    const lead = rows[k]!.map((value) => value / rows[k]![k]!)
    rows[k] = lead
    rows.forEach((row, r) => {
      if (r !== k && row[k] !== 0) rows[r] = row.map((value, c) => value - row[k]! * lead[c]!)
    })
  }
  return Float64Array.from(rows.flatMap((row) => row.slice(size)))
}

function inverseGraph(size: number, kind: Partial<Kind>): ReturnType<typeof createGraph> {
  const g = createGraph()
  g.output('inverse', triangularInverse(g.input('l', [size, size]), kind))
  return g
}

describe.each(kinds)('triangularInverse, %j', (kind) => {
  it.each(sizes)('is the inverse of the triangle, and reads nothing else, D = %d', (size) => {
    const matrix = randomMatrix(size, 31 * size)
    const got = evaluate(inverseGraph(size, kind), { l: nd([size, size], matrix) })['inverse']!
    expect(got.shape).toEqual([size, size])
    // Condition numbers stay below 1e4 here, so that either way is off by less than 1e4 ε of the largest entry.
    expectClose(got.data, plainInverse(triangle(matrix, size, kind), size), `D = ${size}`, 1e-12)
    const zeros = triangle(got.data.map(() => 1), size, { ...kind, unitDiagonal: false })
    got.data.forEach((value, i) => { if (zeros[i] === 0) expect(value).toBe(0) })
  })

  it('does not read NaN where it may not', () => {
    const size = 5
    const matrix = randomMatrix(size, 5)
    const kept = triangle(matrix.map(() => 1), size, { ...kind, unitDiagonal: false })
    const dirty = matrix.map((value, i) =>
      (kept[i] === 0 || (kind.unitDiagonal && i % (size + 1) === 0) ? NaN : value))
    const inverse = (l: Float64Array): unknown => evaluate(inverseGraph(size, kind), { l: nd([size, size], l) })
    expect(inverse(dirty)).toEqual(inverse(matrix))
  })

  const domain = (size: number): Domain => (u) => u.map((value, i) =>
    (i % (size + 1) === 0 ? (value < 0.5 ? value - 1.2 : value + 0.2) : value - 0.5))
  it.each([1, 2, 3, 5])('has the gradient, and the second gradient, of its values, D = %d', (size) => {
    checkTwice({
      inputs: [float([size, size], domain(size))], build: ([l]) => [triangularInverse(l!, kind)],
    }, { seed: 1976, numRuns: 2 })
  })
})

describe('triangularInverse', () => {
  it('undoes itself', () => {
    const g = createGraph()
    g.output('same', triangularInverse(triangularInverse(g.input('l', [6, 6]))))
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const matrix = randomMatrix(6, seed)
      const kind = { upper: false, unitDiagonal: false }
      expectClose(evaluate(g, { l: nd([6, 6], matrix) })['same']!.data, triangle(matrix, 6, kind), 'twice', 1e-11)
    }), { seed: 17, numRuns: 30 })
  })

  it('is lower, with the diagonal that is there, where nothing else is said', () => {
    const got = evaluate(inverseGraph(2, {}), { l: nd([2, 2], [2, 9, 3, 4]) })['inverse']!
    expect(got).toEqual(nd([2, 2], [0.5, 0, -0.375, 0.25]))
  })

  it('takes a number of ops that grows with the logarithm of the size', () => {
    const count = (size: number): number => optimise(inverseGraph(size, {})).nodes.length
    const steps = [16, 32, 64, 128].map(count)
    expect(steps[1]! - steps[0]!).toBe(steps[3]! - steps[2]!)
    expect(steps[1]! - steps[0]!).toBeLessThanOrEqual(14)
    const g = createGraph()
    const l = g.input('l', [64, 64])
    g.output('slope', gradient(reduceSum(square(triangularInverse(l)), [0, 1]), [l])[0]!)
    // Forward and backward of six levels, each three times its forward part at most.
    expect(optimise(g).nodes.length).toBeLessThanOrEqual(6 * 14 * 3)
  })

  it.each<[string, (g: ReturnType<typeof createGraph>) => unknown]>([
    ['a matrix that is not square', (g) => triangularInverse(g.input('l', [2, 3]))],
    ['a batch', (g) => triangularInverse(g.input('l', [2, 3, 3]))],
    ['a symbolic size', (g) => triangularInverse(g.input('l', ['N', 'N']))],
    ['no rows', (g) => triangularInverse(g.input('l', [0, 0]))],
    ['ints', (g) => triangularInverse(g.input('l', [2, 2], 'int'))],
  ])('refuses %s', (_what, use) => {
    expect(() => use(createGraph())).toThrow(/^triangularInverse\(/)
  })
})

it('identity and strictLowerMask are constants', () => {
  const g = createGraph()
  g.output('identity', identity(g, 3))
  g.output('mask', strictLowerMask(g, 3))
  expect(g.nodes.map(({ op }) => op)).toEqual(['constant', 'constant'])
  expect(evaluate(g, {})).toEqual({
    identity: nd([3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]), mask: nd([3, 3], [0, 0, 0, 1, 0, 0, 1, 1, 0]),
  })
})
