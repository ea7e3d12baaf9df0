/** Rotations, their factors, and what linear and conv1x1 make of them. */
import { describe, expect, it } from 'vitest'
import { generateFlow } from '../../../../src/core/flow/apply.ts'
import { assemble } from '../../../../src/core/flow/flow.ts'
import conv1x1 from '../../../../src/core/flow/layers/conv1x1.ts'
import linear from '../../../../src/core/flow/layers/linear.ts'
import { factorise, randomRotation } from '../../../../src/core/flow/rotation.ts'
import { createGraph } from '../../../../src/core/ir/index.ts'
import { optimise } from '../../../../src/core/ir/passes/optimise.ts'
import { fold, key } from '../../../../src/core/random.ts'
import { initialValues, pass, prepare } from '../../../support/flow-harness.ts'
import { logAbsDet } from '../../../support/numerics.ts'

const identity = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0))

function distanceFromOrthogonal(q: Float64Array, n: number): number {
  let worst = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let product = i === j ? -1 : 0
      for (let k = 0; k < n; k++) product += q[i * n + k]! * q[j * n + k]!
      worst = Math.max(worst, Math.abs(product))
    }
  }
  return worst
}

/** Determinant of a 3×3 matrix. */
const determinant = ([a, b, c, d, e, f, g, h, i]: readonly number[]): number =>
  a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!)

describe('random rotations', () => {
  it.each([1, 2, 3, 17, 64])('of %i dimensions are orthogonal', (n) => {
    expect(distanceFromOrthogonal(randomRotation(key(n), n), n)).toBeLessThan(1e-13)
  })

  it('keep the orientation', () => {
    for (let seed = 0; seed < 20; seed++) expect(determinant([...randomRotation(key(seed), 3)])).toBeCloseTo(1, 12)
  })

  it('have no preferred direction: every element has mean 0 and variance 1/n', () => {
    const [n, count] = [3, 4000]
    const sums = new Float64Array(n * n)
    const squares = new Float64Array(n * n)
    for (let i = 0; i < count; i++) {
      randomRotation(fold(key(1), i), n).forEach((value, at) => {
        sums[at]! += value / count
        squares[at]! += value * value / count
      })
    }
    // Standard errors √(1/3n) and √(E q⁴ − 1/9)/√n with E q⁴ = 3/(n(n + 2)) = 1/5; 4.5 of them.
    for (const mean of sums) expect(Math.abs(mean)).toBeLessThan(4.5 * Math.sqrt(1 / 3 / count))
    const deviation = Math.sqrt((1 / 5 - 1 / 9) / count)
    for (const square of squares) expect(Math.abs(square - 1 / 3)).toBeLessThan(4.5 * deviation)
  })
})

it('factorise gives factors whose product is the matrix', () => {
  const n = 6
  const matrix = randomRotation(key(4), n)
  const { position, triangles, diagonal } = factorise(matrix, n)
  const at = (i: number, j: number): number => triangles[i * n + j]!
  const product = (r: number, c: number): number => {
    const row = position[r]!
    let sum = 0
    for (let k = 0; k <= Math.min(row, c); k++) {
      sum += (k === row ? 1 : at(row, k)) * (k === c ? diagonal[k]! : at(k, c))
    }
    return sum
  }
  matrix.forEach((value, i) => expect(product(Math.floor(i / n), i % n)).toBeCloseTo(value, 13))
})

describe('linear', () => {
  it('starts as a rotation', () => {
    const subject = prepare(linear, { name: 'rotation', event: [5] })
    const { out, logDet } = pass(subject, 'normalize', { values: initialValues(subject, 0) }, identity(5))
    // First values are float32, so the matrix is orthogonal to its precision.
    expect(distanceFromOrthogonal(out, 5)).toBeLessThan(1e-6)
    expect(Math.abs(logDet[0]!)).toBeLessThan(1e-12)
    expect(Math.abs(logAbsDet(out, 5))).toBeLessThan(1e-6)
  })

  it('starts with the same rotation for one seed and one name, and with others otherwise', () => {
    const matrix = (id: string, seed: number): number[] => {
      const layers = [{ id, kind: 'linear', options: { seed } }]
      const flow = assemble({ event: [4], layers, base: { kind: 'gaussian' } })
      return flow.ok ? [...flow.value.table.parameters[0]!.initial(key(0), [4, 4])] : []
    }
    expect(matrix('a', 1)).toEqual(matrix('a', 1))
    expect(matrix('a', 1)).not.toEqual(matrix('a', 2))
    expect(matrix('a', 1)).not.toEqual(matrix('b', 1))
  })

  it('bounds its scales', () => {
    const subject = prepare(linear, { name: 'far', event: [2], options: { start: 'identity' } })
    const values = { 'layer.factors': { shape: [2, 2], data: Float64Array.of(1000, 0, 0, -1000) } }
    const { out } = pass(subject, 'normalize', { values }, Float64Array.of(1, 1))
    expect(out[0]).toBeCloseTo(Math.exp(5), 10)
    expect(out[1]).toBeCloseTo(Math.exp(-5), 14)
  })

  it.each([4, 40, 64])('of %i dimensions folds into one product with one matrix, given constant parameters', (size) => {
    const subject = prepare(linear, { name: 'folded', event: [size] })
    const graph = createGraph()
    const constants = new Map(Object.entries(initialValues(subject, 0)).map(([path, { shape, data }]) =>
      [path, graph.constant(data, shape)]))
    const result = generateFlow(subject.flow, {
      graph, batch: 'N', context: undefined,
      parameter: (path) => constants.get(path)!,
      noise: (path) => { throw new Error(`no noise is declared, asked for ${path}`) },
    }, graph.input('z', ['N', size]))
    graph.output('x', result.out)
    graph.output('logDet', result.logDet)
    const left = optimise(graph).nodes.map(({ op }) => op).sort()
    expect(left).toEqual(['broadcastTo', 'constant', 'constant', 'input', 'matmul'])
  })

  it('refuses images, and matrices that are too large', () => {
    const issues = (kind: string, event: readonly number[]): readonly object[] =>
      assemble({ event, layers: [{ id: 'a', kind }], base: { kind: 'gaussian' } }).issues
    expect(issues('linear', [2, 2, 3])).toMatchObject([{ code: 'linear-vector' }])
    expect(issues('linear', [1025])).toMatchObject([{ code: 'linear-size' }])
    expect(issues('conv1x1', [4])).toMatchObject([{ code: 'conv1x1-image' }])
    expect(issues('conv1x1', [1, 1, 1025])).toMatchObject([{ code: 'conv1x1-size' }])
  })
})

it('conv1x1 does the same at every position', () => {
  const subject = prepare(conv1x1, { name: 'two positions', event: [1, 2, 3] })
  const x = Float64Array.of(1, -2, 0.5, 1, -2, 0.5)
  const { out } = pass(subject, 'normalize', { values: initialValues(subject, 0) }, x)
  expect([...out.subarray(0, 3)]).toEqual([...out.subarray(3)])
})
