/** The form of a target density, also while it is not finished. */
import { describe, expect, test } from 'vitest'
import { error } from '../../../src/core/issues.ts'
import { targets } from '../../../src/core/targets/catalogue.ts'
import { parseTarget } from '../../../src/core/targets/parse.ts'
import { firstForm, formOf, narrowed, sourceOf, targetProblems } from '../../../src/renderer/views/train/target-form.ts'
import { floorOf, isComparable, measureOf } from '../../../src/renderer/views/train/measure.ts'
import type { TargetPreview } from '../../../src/shared/api.ts'

const preview = (problems: TargetPreview['problems'], more: Partial<TargetPreview> = {}): TargetPreview =>
  ({ problems, dimension: undefined, box: undefined, columns: undefined, picture: undefined, ...more })

describe('the form', () => {
  test('every target that takes no file begins with a source that can be read', () => {
    for (const [kind, { argument }] of Object.entries(targets)) {
      const first = firstForm(kind, 3)
      if (first === undefined) throw new Error(`there is no form of ${kind}`)
      expect(parseTarget(sourceOf(first)).ok, kind).toBe(argument !== 'file')
    }
  })
  test('an expression begins with a normal of the dimensions of the design', () => {
    expect(firstForm('expression', 3)?.argument).toBe('-(x1^2 + x2^2 + x3^2) / 2')
    expect(firstForm('expression', 1)?.argument).toBe('-x1^2 / 2')
  })
  test('what cannot be read yet keeps its kind and its text', () => {
    expect(formOf('expression:x1 +')).toMatchObject({ argument: 'x1 +', definition: { kind: 'expression' } })
    expect(formOf('logistic-regression:')).toMatchObject({ argument: '', options: { prior: 1 } })
    expect(formOf('nothing')).toBeUndefined()
  })
})

describe('its problems', () => {
  test('without a table there is one, in words of the window', () => {
    const [problem] = targetProblems({ source: 'logistic-regression:' }, preview([error('target-argument', 'takes something behind a colon')]))
    expect(problem?.issue.code).toBe('target-file')
  })
  test('a design of other dimensions is mended by one press', () => {
    const [problem] = targetProblems({ source: 'u1' }, preview([error('target-dimension', 'this target has 2 dimensions, the design has 3')], { dimension: 2 }))
    expect(problem?.fix?.edit).toEqual({ type: 'set-event', event: [2] })
    expect(problem?.issue.fix).toBeUndefined()
  })
})

test('lines are narrowed around the place that the caret points at', () => {
  const text = `  ${'a'.repeat(60)}x9${'b'.repeat(60)}`
  const [line = '', caret = ''] = narrowed([text, `${' '.repeat(62)}^^`], 30)
  expect(line).toHaveLength(30)
  expect(line.slice(caret.indexOf('^'), caret.indexOf('^') + 2)).toBe('x9')
  expect(narrowed(['  x3', '  ^^'], 30)).toEqual(['  x3', '  ^^'])
})

test('what a run measures follows from its objective', () => {
  expect(measureOf('reverse-kl').title).toBe('−ELBO')
  expect(isComparable(measureOf('maximum-likelihood'))).toBe(true)
  expect(isComparable(measureOf('elbo'))).toBe(false)
  expect(floorOf({ entropy: null, logZ: 2 })).toBe(-2)
  expect(floorOf({ entropy: null, logZ: null })).toBeUndefined()
  expect(floorOf({ entropy: 1.3 })).toBe(1.3)
})
