/** Classes told apart by Bayes' rule in the window: regions, tables of mistakes, whom it can be asked of. */
import { describe, expect, test } from 'vitest'
import type { ClassColumn, ContextColumn } from '../../../src/core/data/context.ts'
import { classColumnOf, confusionOf, priorsOf, regionsOf, rowsOfEach, strengthOf } from '../../../src/renderer/views/explore/classes.ts'

const column: ClassColumn = { name: 'kind', kind: 'class', classes: ['left', 'right'], counts: [300, 100] }
const dose: ContextColumn = { name: 'dose', kind: 'number', mean: 0, scale: 1 }

describe('Bayes classification', () => {
  test('is asked of a flow of one class column and nothing else', () => {
    expect(classColumnOf([column])).toBe(column)
    expect(classColumnOf([])).toBeUndefined()
    expect(classColumnOf([column, dose])).toBeUndefined()
    expect(classColumnOf([dose])).toBeUndefined()
    expect(classColumnOf([{ ...column, classes: ['only'], counts: [4] }])).toBeUndefined()
    expect(classColumnOf([{ ...column, classes: Array.from({ length: 13 }, String), counts: [] }])).toBeUndefined()
  })

  test('weighs densities by the shares of the classes', () => {
    expect([...priorsOf(column)].map(Math.exp)).toEqual([0.75, 0.25])
    // Equal densities: the more frequent class, at its share; three times as dense: even; ten times: the rarer one.
    const ten = Math.log(10)
    const { winner, certainty } = regionsOf([Float32Array.of(0, 0), Float32Array.of(0, ten)], column)
    expect([...winner]).toEqual([0, 1])
    expect(certainty[0]).toBeCloseTo(0.75, 6)
    expect(certainty[1]).toBeCloseTo(10 / 13, 6)
  })

  test('shows strongly what is sure, and nothing where nothing was seen', () => {
    const regions = regionsOf([Float32Array.of(0, Math.log(1 / 3), -200), Float32Array.of(-40, 0, -260)], column)
    // p(x) = ¾ p(x | left) + ¼ p(x | right).
    expect(Math.exp(regions.evidence[1] as number)).toBeCloseTo(0.5, 6)
    const [sure = 0, even = 1, empty = 1] = strengthOf(regions)
    expect(sure).toBeCloseTo(1, 6)
    expect(even).toBeCloseTo(0, 6)
    expect(empty).toBe(0)
  })

  test('counts what is told as what', () => {
    const far = -50
    const densities = [Float32Array.of(0, 0, far, 0), Float32Array.of(far, far, 0, far)]
    const { counts, told, accuracy } = confusionOf(densities, [0, 0, 1, 1], column)
    expect([...counts]).toEqual([2, 0, 1, 1])
    expect([...told]).toEqual([0, 0, 1, 0])
    expect(accuracy).toBe(0.75)
  })

  test('takes fewer rows of events of many numbers', () => {
    expect(rowsOfEach(3, 2)).toBe(500)
    expect(rowsOfEach(10, 784)).toBe(25)
    expect(rowsOfEach(12, 100_000)).toBe(10)
  })
})
