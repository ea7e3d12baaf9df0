/**
 * A density typed by the user: log p̃(x) as an expression in x₁ … x_D (see `expression/parse.ts`). It is parsed into a
 * tree and built as a graph like any other target.
 */
import { type Issue, error } from '../issues.ts'
import { defineTarget } from './definition.ts'
import { buildExpression } from './expression/build.ts'
import { parseExpression } from './expression/parse.ts'
import { variablesOf } from './expression/syntax.ts'

/** Variables that do not appear have no density of their own: only a box makes them proper. */
function missing(found: ReadonlySet<number>, dimension: number): readonly Issue[] {
  const left = Array.from({ length: dimension }, (_, i) => i + 1).filter((d) => !found.has(d))
  if (left.length === 0) return []
  const names = left.slice(0, 4).map((d) => `x${d}`).join(', ') + (left.length > 4 ? ', …' : '')
  return [error('expression-unused', `${names} ${left.length === 1 ? 'does' : 'do'} not appear in the expression: the density has no integral over ${left.length === 1 ? 'it' : 'them'}`, {
    at: 'expression', fix: 'use it, add --box LO,HI, or make a design of fewer dimensions',
  })]
}

export const expression = defineTarget({
  kind: 'expression',
  title: 'Expression',
  options: {},
  argument: 'expression',
  check({ argument, dimension, box }) {
    const parsed = parseExpression(argument, dimension)
    if (!parsed.ok) return parsed.issues
    return box === undefined ? missing(variablesOf(parsed.value), dimension) : []
  },
  logDensity({ argument, dimension }, x) {
    const parsed = parseExpression(argument, dimension)
    if (!parsed.ok) throw new Error('expression: was not checked before it was built')
    return buildExpression(parsed.value, x)
  },
  docs: {
    summary: 'A log-density typed as an expression in x₁ … x_D.',
    latex: '\\log \\tilde p(x) = f(x_1, \\ldots, x_D)',
    source: 'typed by the user',
  },
})
