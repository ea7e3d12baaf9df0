/** y = 1 / x. */
import { defineUnary } from '../define.ts'
import { mul, neg, square } from '../tensor.ts'

export const reciprocal = defineUnary({
  name: 'reciprocal',
  onnx: 'Reciprocal',
  evaluate: (x) => 1 / x,
  vjp: ({ y, cotangent }) => neg(mul(cotangent, square(y))),
})
