/** y = 1 / (1 + e⁻ˣ). */
import { defineUnary } from '../define.ts'
import { mul, sub } from '../tensor.ts'

export const sigmoid = defineUnary({
  name: 'sigmoid',
  onnx: 'Sigmoid',
  evaluate: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  vjp: ({ y, cotangent }) => mul(cotangent, mul(y, sub(1, y))),
})
