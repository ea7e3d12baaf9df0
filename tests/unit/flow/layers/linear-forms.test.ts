/** Triangular matrices and products of reflections, and the linear layers made of them. */
import { describe, expect, it } from 'vitest'
import { normalizeFlow } from '../../../../src/core/flow/apply.ts'
import { assemble } from '../../../../src/core/flow/flow.ts'
import { reflectEach, reflections, rotate } from '../../../../src/core/flow/householder.ts'
import qrLinear from '../../../../src/core/flow/layers/qr-linear.ts'
import triangular from '../../../../src/core/flow/layers/triangular.ts'
import { triangle } from '../../../../src/core/flow/triangle.ts'
import { evaluate } from '../../../../src/core/ir/evaluate.ts'
import { createGraph } from '../../../../src/core/ir/index.ts'
import { identity } from '../../../../src/core/ir/linalg.ts'
import { optimise } from '../../../../src/core/ir/passes/optimise.ts'
import { reshape, broadcastTo } from '../../../../src/core/ir/tensor.ts'
import { key, normals } from '../../../../src/core/random.ts'
import { initialValues, pass, prepare, randomSetting } from '../../../support/flow-harness.ts'

/** H₁ ⋯ H_r by the definition, row-major. */
function product(rows: Float64Array, count: number, n: number): Float64Array {
  let q = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0))
  for (let k = 0; k < count; k++) {
    const v = rows.subarray(k * n, (k + 1) * n)
    const length = v.reduce((sum, value) => sum + value * value, 0)
    const before = q
    q = before.map((value, i) => {
      const row = before.subarray(i - (i % n), i - (i % n) + n)
      return value - 2 * row.reduce((sum, element, j) => sum + element * v[j]!, 0) * v[i % n]! / length
    })
  }
  return q
}

describe('reflections', () => {
  it.each([[1, 1], [2, 3], [4, 4], [5, 3], [8, 5]])('%i of them in %i dimensions, together and one by one', (count, n) => {
    const rows = normals(key(count), count * n)
    const graph = createGraph()
    const v = graph.constant(rows, [count, n])
    graph.output('together', rotate(reflections(v), identity(graph, n)))
    graph.output('transposed', rotate(reflections(v), identity(graph, n), true))
    // Row i of the identity becomes column i of the product.
    const each = broadcastTo(reshape(v, [1, count, n]), [n, count, n])
    graph.output('each', reflectEach(identity(graph, n), each, 'product'))
    graph.output('back', reflectEach(identity(graph, n), each, 'transposed'))
    const made = evaluate(graph, {})
    product(rows, count, n).forEach((value, i) => {
      const turned = (i % n) * n + Math.floor(i / n)
      expect(made['together']!.data[i]).toBeCloseTo(value, 12)
      expect(made['transposed']!.data[turned]).toBeCloseTo(value, 12)
      expect(made['each']!.data[turned]).toBeCloseTo(value, 12)
      expect(made['back']!.data[i]).toBeCloseTo(value, 12)
    })
  })

  it('of a vector of length 0 is the identity', () => {
    const graph = createGraph()
    graph.output('q', rotate(reflections(graph.constant([0, 0, 0, 0], [2, 2])), identity(graph, 2)))
    expect([...evaluate(graph, {})['q']!.data]).toEqual([1, 0, 0, 1])
  })
})

it('a triangle holds its numbers row by row, one matrix for each example', () => {
  const graph = createGraph()
  const [diagonal, packed] = [graph.constant([1, 2, 3, -1, -2, -3], [2, 3]), graph.constant([4, 5, 6, -4, -5, -6], [2, 3])]
  graph.output('lower', triangle(diagonal, packed, 'lower'))
  graph.output('upper', triangle(diagonal, packed, 'upper'))
  const { lower, upper } = evaluate(graph, {})
  expect([...lower!.data]).toEqual([1, 0, 0, 4, 2, 0, 5, 6, 3, -1, 0, 0, -4, -2, 0, -5, -6, -3])
  expect([...upper!.data]).toEqual([1, 4, 5, 0, 2, 6, 0, 0, 3, -1, -4, -5, 0, -2, -6, 0, 0, -3])
})

describe.each([[triangular, 10], [qrLinear, 26]] as const)('$kind', (definition, parameters) => {
  it('has no parameter that it does not use', () => {
    const subject = prepare(definition, { name: 'four', event: [4] })
    expect(subject.flow.table.parameterCount).toBe(parameters)
  })

  it('folds into one product with one matrix, given constant parameters', () => {
    const subject = prepare(definition, { name: 'folded', event: [20] })
    const graph = createGraph()
    const { values } = randomSetting(subject, 1)
    const constants = new Map(Object.entries(values).map(([path, { shape, data }]) => [path, graph.constant(data, shape)]))
    const result = normalizeFlow(subject.flow, {
      graph, batch: 'N', context: undefined, parameter: (path) => constants.get(path)!,
      noise: (path) => { throw new Error(`no noise is declared, asked for ${path}`) },
    }, graph.input('x', ['N', 20]))
    graph.output('z', result.out)
    graph.output('logDet', result.logDet)
    expect(optimise(graph).nodes.map(({ op }) => op).sort()).toEqual(['broadcastTo', 'constant', 'constant', 'input', 'matmul'])
  })

  it('bounds its scales', () => {
    const subject = prepare(definition, { name: 'far', event: [2] })
    const values = { ...initialValues(subject, 0), 'layer.logScale': { shape: [2], data: Float64Array.of(1e4, 1e4) } }
    expect(pass(subject, 'normalize', { values }, Float64Array.of(1, 1)).logDet[0]).toBe(10)
  })

  it('refuses images', () => {
    const { issues } = assemble({ event: [2, 2, 3], layers: [{ id: 'a', kind: definition.kind }], base: { kind: 'gaussian' } })
    expect(issues).toMatchObject([{ code: `${definition.kind}-vector` }])
  })
})

it('an odd number of reflections cannot start as the identity', () => {
  const layers = [{ id: 'a', kind: 'qr-linear', options: { reflections: 3, start: 'identity' } }]
  const { issues } = assemble({ event: [4], layers, base: { kind: 'gaussian' } })
  expect(issues).toMatchObject([{ code: 'qr-linear-odd', at: 'layers[0].options.reflections', fix: 'set it to 4, or start as a rotation' }])
})
