/** y = |x|; the derivative at 0 is taken as 0. */
import { defineUnary } from '../define.ts'
import { mul, sign } from '../tensor.ts'

export const abs = defineUnary({
  name: 'abs',
  onnx: 'Abs',
  evaluate: Math.abs,
  vjp: ({ x, cotangent }) => mul(cotangent, sign(x)),
})
