/** A target whose values are not finite where a flow begins is found before anything is trained. */
import { expect, it } from 'vitest'
import { key } from '../../../src/core/random.ts'
import { checkFirstValues } from '../../../src/core/targets/first-values.ts'
import { makeTarget } from '../../../src/core/targets/index.ts'
import type { Issue } from '../../../src/core/issues.ts'
import { valueOf } from '../data/results.ts'

const issueOf = (source: string, dimension: number, box?: readonly [number, number]): Issue | undefined =>
  checkFirstValues(valueOf(makeTarget({ source, dimension, box })), key(1))

it('finds values that are no numbers, infinite, or infinite in float32', () => {
  const issue = issueOf('expression:log(x1) - x2^2', 2)
  expect(issue).toMatchObject({ code: 'target-not-finite', at: 'target expression:log(x1) - x2^2' })
  expect(issue?.message).toMatch(/^log p̃\(x\) is NaN at x1 = -\d[\d.]*, x2 = -?\d[\d.]*, and not finite at \d+ of 512 points where a flow begins$/)
  expect(issueOf('expression:-exp(exp(9*x1^2))', 1)?.message).toContain('is -Infinity at')
  expect(issueOf('expression:-1e30*(1e10 + x1^2)', 1)?.code).toBe('target-not-finite')
  expect(issueOf(`expression:sqrt(${Array.from({ length: 8 }, (_, i) => `x${i + 1}`).join('*')})`, 8)?.message).toContain('…')
})

it('looks inside of the box only', () => {
  expect(issueOf('expression:log(x1)', 1, [0, 3])).toBeUndefined()
  expect(issueOf('expression:log(x1)', 1, [-1, 3])?.code).toBe('target-not-finite')
})

it('passes every target that comes with the program', () => {
  for (const source of ['u1', 'u2', 'u3', 'u4', 'mixture', 'funnel']) expect(issueOf(source, 2)).toBeUndefined()
})
