/** Targets as they are written, and read back. */
import { describe, expect, test } from 'vitest'
import { formatTarget } from '../../../src/core/targets/format.ts'
import { parseTarget } from '../../../src/core/targets/parse.ts'

function choiceOf(source: string) {
  const choice = parseTarget(source)
  if (!choice.ok) throw new Error(JSON.stringify(choice.issues))
  return choice.value
}

describe('formatTarget', () => {
  test.each([
    'u1', 'mixture', 'mixture?modes=5', 'mixture?modes=5&radius=2.5', 'logistic-regression:data/heart.csv',
    'logistic-regression:odd?name.csv?prior=2', 'expression:-x1^2/2 - x2^2/2',
  ])('%s comes back', (source) => {
    expect(formatTarget(choiceOf(source))).toBe(source)
  })
  test('options that have their default are left out', () => {
    expect(formatTarget(choiceOf('mixture?modes=8&scale=0.25'))).toBe('mixture?scale=0.25')
  })
  test('a changed option stands in the source, and is read as it was set', () => {
    const choice = choiceOf('logistic-regression:heart.csv')
    const source = formatTarget({ ...choice, options: { ...choice.options, prior: 0.3 } })
    expect(choiceOf(source).options['prior']).toBe(0.3)
    expect(choiceOf(source).argument).toBe('heart.csv')
  })
})
