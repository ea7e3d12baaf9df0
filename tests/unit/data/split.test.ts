import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultFractions, fractionsOf, splitRows } from '../../../src/core/data/split.ts'
import { issuesOf, onlyIssue, valueOf } from './results.ts'

describe('splits', () => {
  test('what is not held out is trained on', () => {
    expect(fractionsOf(undefined)).toEqual(defaultFractions)
    const { train, validation, test: held } = valueOf(splitRows(200, 3, fractionsOf({ validation: 0.15, test: 0.25 })))
    expect([train.length, validation.length, held.length]).toEqual([120, 30, 50])
  })

  test('parts are disjoint, cover all rows, and have at least one row each', () => {
    const share = fc.integer({ min: 1, max: 1000 })
    fc.assert(fc.property(fc.integer({ min: 3, max: 500 }), fc.nat(), share, share, share, (rows, seed, a, b, c) => {
      const sum = a + b + c
      const fractions = { train: a / sum, validation: b / sum, test: c / sum }
      const { train, validation, test } = valueOf(splitRows(rows, seed, fractions))
      const all = [...train, ...validation, ...test].sort((p, q) => p - q)
      expect(all).toEqual(Array.from({ length: rows }, (_, i) => i))
      expect(Math.min(train.length, validation.length, test.length)).toBeGreaterThan(0)
      const isRoomy = rows * Math.min(a, b, c) / sum > 2
      if (isRoomy) expect(Math.abs(validation.length - rows * b / sum)).toBeLessThanOrEqual(0.5)
    }), { seed: 5 })
  })

  test('the default is 80 : 10 : 10', () => {
    const { train, validation, test } = valueOf(splitRows(1797, 0))
    expect([train.length, validation.length, test.length]).toEqual([1437, 180, 180])
  })

  test('the same seed gives the same split, another seed another', () => {
    expect(splitRows(100, 1)).toEqual(splitRows(100, 1))
    expect(splitRows(100, 1)).not.toEqual(splitRows(100, 2))
  })

  test('three rows are parted one by one', () => {
    const { train, validation, test } = valueOf(splitRows(3, 0))
    expect([train.length, validation.length, test.length]).toEqual([1, 1, 1])
    expect(onlyIssue(splitRows(2, 0))).toMatchObject({ code: 'too-few-rows', at: 'split' })
  })

  test('fractions are checked', () => {
    expect(onlyIssue(splitRows(9, 0, { train: 0.8, validation: 0.1, test: 0.2 }))).toMatchObject({
      code: 'split-sum', message: 'Expected fractions that add up to 1, got 0.8 + 0.1 + 0.2.',
    })
    const codes = issuesOf(splitRows(9, 0, { train: 1, validation: 0, test: NaN })).map(({ at }) => at)
    expect(codes).toEqual(['split.train', 'split.validation', 'split.test'])
  })
})
