/**
 * A user's mistake is a value, never an exception: it says what is wrong, where, what was expected, and how to mend it.
 * Exceptions are kept for our own bugs.
 */
export interface Issue {
  /** Stable kebab-case name of the kind of mistake, for machines and for documentation: `csv-not-a-number`. */
  readonly code: string
  readonly severity: 'error' | 'warning'
  /** What was expected and what was got, in one sentence for a person. */
  readonly message: string
  /** Where: a file with row and column, a JSON path such as `layers[2].options.bins`, or a layer's id. */
  readonly at?: string
  /** How to mend it, in one sentence; commands and options are written as the user would type them. */
  readonly fix?: string
}

/** A value, or the issues that kept it from being made. Warnings may accompany a value. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly issues: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] }

export function accept<T>(value: T, issues: readonly Issue[] = []): Result<T> {
  return { ok: true, value, issues }
}

export function reject(...issues: readonly Issue[]): Result<never> {
  return { ok: false, issues }
}

export function error(code: string, message: string, details: { at?: string; fix?: string } = {}): Issue {
  return { code, severity: 'error', message, ...details }
}

export function warning(code: string, message: string, details: { at?: string; fix?: string } = {}): Issue {
  return { code, severity: 'warning', message, ...details }
}

/** One issue as plain text lines: `error csv-not-a-number at data.csv row 3, column "age": … / fix: …`. */
export function formatIssue(issue: Issue): string {
  const where = issue.at === undefined ? '' : ` at ${issue.at}`
  const fix = issue.fix === undefined ? '' : `\n  fix: ${issue.fix}`
  return `${issue.severity} ${issue.code}${where}: ${issue.message}${fix}`
}

/** Carries issues across code that cannot return a Result (a stream, an event handler); caught where issues are shown. */
export class IssueError extends Error {
  readonly issues: readonly Issue[]
  constructor(issues: readonly Issue[]) {
    super(issues.map(formatIssue).join('\n'))
    this.name = 'IssueError'
    this.issues = issues
  }
}
