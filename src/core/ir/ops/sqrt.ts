/** y = √x. */
import { defineUnary } from '../define.ts'
import { div, mul } from '../tensor.ts'

export const sqrt = defineUnary({
  name: 'sqrt',
  onnx: 'Sqrt',
  evaluate: Math.sqrt,
  vjp: ({ y, cotangent }) => div(mul(cotangent, 0.5), y),
})
