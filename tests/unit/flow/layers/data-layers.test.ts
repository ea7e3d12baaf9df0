/** What the laws cannot say of standardize, logit, sigmoid and dequantize: fitted values, edges and refusals. */
import { describe, expect, it } from 'vitest'
import { assemble } from '../../../../src/core/flow/flow.ts'
import dequantize from '../../../../src/core/flow/layers/dequantize.ts'
import diagonalScaling from '../../../../src/core/flow/layers/diagonal-scaling.ts'
import elementwiseAffine from '../../../../src/core/flow/layers/elementwise-affine.ts'
import logit from '../../../../src/core/flow/layers/logit.ts'
import sigmoid from '../../../../src/core/flow/layers/sigmoid.ts'
import standardize from '../../../../src/core/flow/layers/standardize.ts'
import { initialValues, initialise, pass, prepare } from '../../../support/flow-harness.ts'

const issuesOf = (kind: string, event: readonly number[], options: object): readonly object[] =>
  assemble({ event, layers: [{ id: 'a', kind, options: { ...options } }], base: { kind: 'gaussian' } }).issues

describe('standardize', () => {
  const data = Float64Array.of(1, 10, 5, 2, 30, 5, 6, 20, 5, 3, 40, 5)

  it('fits the mean and the deviation of each dimension; one that does not vary keeps its scale', () => {
    const subject = prepare(standardize, { name: 'columns', event: [3] })
    const fitted = initialise(subject, initialValues(subject, 0), data)
    expect([...fitted['layer.mean']!.data]).toEqual([3, 25, 5])
    expect(fitted['layer.deviation']!.data[0]).toBeCloseTo(Math.sqrt(3.5), 12)
    expect(fitted['layer.deviation']!.data[1]).toBeCloseTo(Math.sqrt(125), 12)
    expect(fitted['layer.deviation']!.data[2]).toBe(1)
    const { out, logDet } = pass(subject, 'normalize', { values: fitted }, data)
    expect(out[0]).toBeCloseTo(-2 / Math.sqrt(3.5), 12)
    expect([...out].filter((_, i) => i % 3 === 2)).toEqual([0, 0, 0, 0])
    expect(logDet[0]).toBeCloseTo(-0.5 * Math.log(3.5 * 125), 12)
  })

  it('shares the statistics of a channel between its positions', () => {
    const subject = prepare(standardize, { name: 'channels', event: [2, 1, 3], options: { per: 'channel' } })
    const fitted = initialise(subject, initialValues(subject, 0), data)
    expect([...fitted['layer.mean']!.data]).toEqual([3, 25, 5])
  })

  it('takes a large constant for constant, though its mean is rounded', () => {
    const subject = prepare(standardize, { name: 'constant', event: [1] })
    // Neighbouring float32 numbers around a million differ by 1/16.
    const fitted = initialise(subject, initialValues(subject, 0), Float64Array.of(1e6, 1e6 + 0.0625, 1e6))
    expect(fitted['layer.deviation']!.data[0]).toBe(1)
  })

  it('has nothing to train', () => {
    expect(prepare(standardize, { name: 'columns', event: [3] }).flow.table.parameterCount).toBe(0)
  })
})

describe('bounded log-scales', () => {
  it.each([elementwiseAffine, diagonalScaling])('$kind never scales by more than e⁵', (definition) => {
    const subject = prepare(definition, { name: 'far', event: [1] })
    const values = { ...initialValues(subject, 0), 'layer.logScale': { shape: [1], data: Float64Array.of(1000) } }
    expect(pass(subject, 'normalize', { values }, Float64Array.of(2)).out[0]).toBeCloseTo(2 * Math.exp(5), 9)
    expect(pass(subject, 'generate', { values }, Float64Array.of(2)).out[0]).toBeCloseTo(2 * Math.exp(-5), 12)
  })
})

describe('logit', () => {
  it('takes the bounds to logit(α) and logit(1 − α), and the middle to 0', () => {
    const subject = prepare(logit, { name: 'grey', event: [3], options: { low: 0, high: 256, alpha: 0.05 } })
    const { out } = pass(subject, 'normalize', { values: {} }, Float64Array.of(0, 128, 256))
    expect(out[0]).toBeCloseTo(Math.log(0.05 / 0.95), 12)
    expect(out[1]).toBeCloseTo(0, 12)
    expect(out[2]).toBeCloseTo(Math.log(0.95 / 0.05), 12)
  })

  it('clips data far outside of the bounds', () => {
    const subject = prepare(logit, { name: 'unit', event: [4] })
    const { out } = pass(subject, 'normalize', { values: {} }, Float64Array.of(-0.06, -1e6, 1.06, 1e6))
    const furthest = Math.log(1e7)
    expect([...out].every((value, i) => Math.abs(value - (i < 2 ? -furthest : furthest)) < 1e-6)).toBe(true)
  })

  it('refuses bounds in the wrong order', () => {
    const issues = issuesOf('logit', [2], { low: 1, high: 1 })
    expect(issues).toMatchObject([{ code: 'logit-bounds', at: 'layers[0].options.high' }])
  })
})

it('sigmoid maps into the unit interval, with a log-det that does not saturate', () => {
  const subject = prepare(sigmoid, { name: 'one', event: [1] })
  const { out, logDet } = pass(subject, 'normalize', { values: {} }, Float64Array.of(0, 800, -800))
  expect([...out]).toEqual([0.5, 1, 0])
  expect([...logDet]).toEqual([-2 * Math.log(2), -800, -800])
})

describe('dequantize', () => {
  it('leaves the columns alone that are not listed', () => {
    const subject = prepare(dequantize, { name: 'second', event: [2], options: { columns: [1] } })
    const x = Float64Array.of(0.37, 4, -2.21, 0)
    const { out } = pass(subject, 'normalize', { values: {}, noise: 1 }, x)
    expect([out[0], out[2]]).toEqual([0.37, -2.21])
    expect(out[1]).not.toBe(4)
    expect([...pass(subject, 'generate', { values: {} }, out).out]).toEqual([...x])
  })

  it('refuses columns that there are not, and columns of images', () => {
    const refusal = [{ code: 'dequantize-columns', at: 'layers[0].options.columns' }]
    expect(issuesOf('dequantize', [2], { columns: [0, 2] })).toMatchObject(refusal)
    expect(issuesOf('dequantize', [2, 2, 1], { columns: [0] })).toMatchObject(refusal)
  })
})
