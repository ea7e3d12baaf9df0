/** y = sin x, x in radians. */
import { defineUnary } from '../define.ts'
import { cos, mul } from '../tensor.ts'

export const sin = defineUnary({
  name: 'sin',
  onnx: 'Sin',
  evaluate: Math.sin,
  vjp: ({ x, cotangent }) => mul(cotangent, cos(x)),
})
