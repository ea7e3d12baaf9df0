/** y = tanh x. */
import { defineUnary } from '../define.ts'
import { mul, square, sub } from '../tensor.ts'

export const tanh = defineUnary({
  name: 'tanh',
  onnx: 'Tanh',
  evaluate: Math.tanh,
  vjp: ({ y, cotangent }) => mul(cotangent, sub(1, square(y))),
})
