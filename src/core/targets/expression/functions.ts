/** The functions and constants of expressions. */
import type { Tensor } from '../../ir/graph.ts'
import { logSumExp } from '../../ir/compositions.ts'
import {
  abs, concat, cos, erf, exp, log, maximum, minimum, relu, reshape, sigmoid, sin, softplus, sqrt, tanh,
} from '../../ir/tensor.ts'

export interface ExpressionFunction {
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number]
  /** Arguments and result are [N]. */
  build(operands: readonly Tensor[]): Tensor
}

const MANY = 64

const unary = (f: (x: Tensor) => Tensor): ExpressionFunction =>
  ({ arity: [1, 1], build: ([x]) => f(x as Tensor) })

const fold = (f: (a: Tensor, b: Tensor) => Tensor): ExpressionFunction =>
  ({ arity: [2, MANY], build: (operands) => operands.reduce((a, b) => f(a, b)) })

export const functions: Readonly<Record<string, ExpressionFunction>> = {
  exp: unary(exp),
  log: unary(log),
  ln: unary(log),
  sqrt: unary(sqrt),
  abs: unary(abs),
  sin: unary(sin),
  cos: unary(cos),
  tanh: unary(tanh),
  sigmoid: unary(sigmoid),
  softplus: unary(softplus),
  relu: unary(relu),
  erf: unary(erf),
  min: fold(minimum),
  max: fold(maximum),
  logsumexp: {
    arity: [1, MANY],
    build: (operands) => logSumExp(concat(operands.map((x) => reshape(x, [...x.shape, 1])), 1), 1),
  },
}

export const constants: Readonly<Record<string, number>> = { pi: Math.PI, π: Math.PI, e: Math.E }
