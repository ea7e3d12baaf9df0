/** What is wrong in an expression, and where: the message shows the text with a caret under the place. */
import { type Issue, IssueError, error } from '../../issues.ts'

/** Where something stands in the text, in characters from 0. */
export interface Span {
  readonly at: number
  readonly length: number
}

/** Characters of the text that are shown on either side of the place. */
const MARGIN = 36

/** Longest run of carets. */
const MAX_CARETS = 40

function pointer(characters: readonly string[], { at, length }: Span): string {
  const from = Math.max(0, at - MARGIN)
  const to = Math.min(characters.length, at + Math.min(length, MAX_CARETS) + MARGIN)
  const shown = characters.slice(from, to).map((character) => (/[\s\p{C}]/u.test(character) ? ' ' : character)).join('')
  const [before, after] = [from > 0 ? '…' : '', to < characters.length ? '…' : '']
  const carets = '^'.repeat(Math.max(1, Math.min(length, MAX_CARETS)))
  return `  ${before}${shown}${after}\n  ${' '.repeat(before.length + at - from)}${carets}`
}

/** An issue about one place of an expression; columns are counted from 1. `hint` follows the place in the message. */
function expressionIssue(
  code: string, characters: readonly string[], span: Span, message: string, details: { readonly hint?: string; readonly fix: string },
): Issue {
  const column = span.at + 1
  const hint = details.hint === undefined ? '' : `: ${details.hint}`
  return error(`expression-${code}`, `${message} at column ${column}${hint}\n${pointer(characters, span)}`, {
    at: `expression, column ${column}`, fix: details.fix,
  })
}

/** Leaves the parser with an issue; `parseExpression` catches it. */
export function fault(...args: Parameters<typeof expressionIssue>): never {
  throw new IssueError([expressionIssue(...args)])
}
