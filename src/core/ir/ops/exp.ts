/** y = eˣ. */
import { defineUnary } from '../define.ts'
import { mul } from '../tensor.ts'

export const exp = defineUnary({
  name: 'exp',
  onnx: 'Exp',
  evaluate: Math.exp,
  vjp: ({ y, cotangent }) => mul(cotangent, y),
})
