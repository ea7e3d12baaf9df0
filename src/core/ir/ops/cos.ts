/** y = cos x, x in radians. */
import { defineUnary } from '../define.ts'
import { mul, neg, sin } from '../tensor.ts'

export const cos = defineUnary({
  name: 'cos',
  onnx: 'Cos',
  evaluate: Math.cos,
  vjp: ({ x, cotangent }) => neg(mul(cotangent, sin(x))),
})
