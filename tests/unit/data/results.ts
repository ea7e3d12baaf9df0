/** Taking results apart in tests. */
import { formatIssue } from '../../../src/core/issues.ts'
import type { Issue, Result } from '../../../src/core/issues.ts'

/** The value of a result; fails the test with the issues where there is none. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`expected a value, got issues:\n${result.issues.map(formatIssue).join('\n')}`)
  return result.value
}

/** The issues of a refused result; fails the test where it was accepted. */
export function issuesOf(result: Result<unknown>): readonly Issue[] {
  if (result.ok) throw new Error('expected issues, got a value')
  return result.issues
}

/** The only issue of a refused result. */
export function onlyIssue(result: Result<unknown>): Issue {
  const issues = issuesOf(result)
  if (issues.length !== 1) throw new Error(`expected one issue, got:\n${issues.map(formatIssue).join('\n')}`)
  return issues[0]!
}

export const codesOf = (issues: readonly Issue[]): readonly string[] => issues.map(({ code }) => code)
