/** An expression's tree as a tensor graph. */
import type { Tensor } from '../../ir/graph.ts'
import { full } from '../../ir/compositions.ts'
import { type Operand, add, div, exp, isTensor, log, mul, neg, reciprocal, sqrt, square, sub } from '../../ir/tensor.ts'
import { column } from '../columns.ts'
import { functions } from './functions.ts'
import type { Expression, Operator } from './syntax.ts'

/** Whole exponents up to this one are products, which take negative bases too. */
const MAX_PRODUCT = 64

const asTensor = (operand: Operand, x: Tensor): Tensor =>
  isTensor(operand) ? operand : full(x.graph, operand, [x.shape[0] ?? 'N'])

/** base^n for n ≥ 1, by squaring. */
function product(base: Tensor, n: number): Tensor {
  if (n === 1) return base
  const half = square(product(base, Math.floor(n / 2)))
  return n % 2 === 0 ? half : mul(half, base)
}

/** Whole exponents and roots as such; else exp(b log a), which needs a > 0. */
function power(a: Operand, b: Operand, x: Tensor): Tensor {
  if (isTensor(a) && !isTensor(b)) {
    const size = Math.abs(b)
    if (b === 0) return full(x.graph, 1, [x.shape[0] ?? 'N'])
    if (Number.isInteger(b) && size <= MAX_PRODUCT) return b > 0 ? product(a, size) : reciprocal(product(a, size))
    if (b === 0.5) return sqrt(a)
  }
  const logarithm = isTensor(a) ? log(a) : Math.log(a)
  return exp(asTensor(isTensor(logarithm) || isTensor(b) ? mul(logarithm, b) : logarithm * b, x))
}

function combine(operator: Operator, a: Operand, b: Operand, x: Tensor): Tensor {
  switch (operator) {
    case '+':
      return add(a, b)
    case '-':
      return sub(a, b)
    case '*':
      return mul(a, b)
    case '/':
      return div(a, b)
    case '^':
      return power(a, b, x)
  }
}

function build(expression: Expression, x: Tensor): Operand {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'variable':
      return column(x, expression.d)
    case 'negate':
      return neg(asTensor(build(expression.operand, x), x))
    case 'binary':
      return combine(expression.operator, build(expression.left, x), build(expression.right, x), x)
    case 'call': {
      const definition = functions[expression.name]
      if (definition === undefined) throw new Error(`expression: there is no function '${expression.name}'`)
      return definition.build(expression.operands.map((operand) => asTensor(build(operand, x), x)))
    }
  }
}

/** x [N, D] → the expression's values, [N]. */
export function buildExpression(expression: Expression, x: Tensor): Tensor {
  return asTensor(build(expression, x), x)
}
