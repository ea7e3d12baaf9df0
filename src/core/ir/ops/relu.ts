/** y = max(x, 0); the derivative at 0 is taken as 0. A product by 0 and 1 is faster than a choice on every engine. */
import { defineUnary } from '../define.ts'
import { heaviside, mul } from '../tensor.ts'

export const relu = defineUnary({
  name: 'relu',
  onnx: 'Relu',
  evaluate: (x) => Math.max(x, 0),
  vjp: ({ y, cotangent }) => mul(cotangent, heaviside(y)),
})
