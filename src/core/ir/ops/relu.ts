/** y = max(x, 0); the derivative at 0 is taken as 0. */
import { defineUnary } from '../define.ts'
import { greater, where } from '../tensor.ts'

export const relu = defineUnary({
  name: 'relu',
  onnx: 'Relu',
  evaluate: (x) => Math.max(x, 0),
  vjp: ({ x, cotangent }) => where(greater(x, 0), cotangent, 0),
})
