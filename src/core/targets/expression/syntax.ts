/** An expression as a tree. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  /** x_d, d counted from 1. */
  | { readonly kind: 'variable'; readonly d: number }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Expression[] }

export type Operator = '+' | '-' | '*' | '/' | '^'

const arithmetic: Readonly<Record<Operator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
}

/** Two numbers become one at once, so that the exponent of x^(1/2) is a number. */
export function binary(operator: Operator, left: Expression, right: Expression): Expression {
  if (left.kind !== 'number' || right.kind !== 'number') return { kind: 'binary', operator, left, right }
  return { kind: 'number', value: arithmetic[operator](left.value, right.value) }
}

export function negate(operand: Expression): Expression {
  return operand.kind === 'number' ? { kind: 'number', value: -operand.value } : { kind: 'negate', operand }
}

/** The variables that appear, by d. */
export function variablesOf(expression: Expression, found = new Set<number>()): Set<number> {
  switch (expression.kind) {
    case 'number':
      return found
    case 'variable':
      return found.add(expression.d)
    case 'negate':
      return variablesOf(expression.operand, found)
    case 'binary':
      variablesOf(expression.left, found)
      return variablesOf(expression.right, found)
    case 'call':
      for (const operand of expression.operands) variablesOf(operand, found)
      return found
  }
}
