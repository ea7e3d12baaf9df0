/** Scales that are what they are learned as, within bounds; first values from data; the context. */
import { expect, it } from 'vitest'
import actnorm from '../../../../src/core/flow/layers/actnorm.ts'
import { normals, key } from '../../../../src/core/random.ts'
import { initialValues, initialise, pass, prepare, settingWith } from '../../../support/flow-harness.ts'

const subject = prepare(actnorm, { name: 'one', event: [1] })

function scaleOf(raw: number): number {
  const values = { 'layer.shift': { shape: [1], data: Float64Array.of(0) }, 'layer.logScale': { shape: [1], data: Float64Array.of(raw) } }
  return pass(subject, 'normalize', { values }, Float64Array.of(1)).logDet[0]!
}

it('usual log-scales are learned as they are, to the last bit: what was trained before keeps its meaning', () => {
  for (const raw of [0, 0.1, -9.21, 13.7, 25, -25]) expect(scaleOf(raw)).toBe(raw)
})

it('far ones saturate', () => {
  expect(scaleOf(26)).toBeCloseTo(25 + 5 * Math.tanh(1 / 5), 12)
  expect(scaleOf(1e6)).toBe(30)
  expect(scaleOf(-1e6)).toBe(-30)
})

it.each([1e-3, 1, 1e4, Math.exp(27)])('the first batch is standardised, for deviations of %d', (deviation) => {
  const data = normals(key(1), 512).map((value) => deviation * (value + 3))
  const values = { ...initialValues(subject, 0), ...initialise(subject, initialValues(subject, 0), data) }
  const { out } = pass(subject, 'normalize', { values }, data)
  const mean = out.reduce((sum, value) => sum + value, 0) / 512
  expect(mean).toBeCloseTo(0, 10)
  expect(out.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 512).toBeCloseTo(1, 9)
})

it('a context does nothing at first, and then moves and scales its examples alone', () => {
  const conditional = prepare(actnorm, { name: 'context', event: [2], contextSize: 2 })
  const first = settingWith(conditional, initialValues(conditional, 0), 1)
  expect([...pass(conditional, 'normalize', first, Float64Array.of(1, 2)).out]).toEqual([1, 2])
  const values = {
    ...first.values,
    'layer.shiftFromContext': { shape: [2, 2], data: Float64Array.of(1, 0, 0, 1) },
    'layer.logScaleFromContext': { shape: [2, 2], data: Float64Array.of(0, 0, 0, Math.LN2) },
  }
  const there = pass(conditional, 'normalize', { values, context: Float64Array.of(0.5, 1) }, Float64Array.of(1, 2))
  expect([...there.out]).toEqual([1.5, 6])
  expect(there.logDet[0]).toBeCloseTo(Math.LN2, 14)
})
