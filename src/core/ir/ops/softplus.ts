/** y = ln(1 + eˣ), as max(x, 0) + ln(1 + e^−|x|). */
import { defineUnary } from '../define.ts'
import { mul, sigmoid } from '../tensor.ts'

export const softplus = defineUnary({
  name: 'softplus',
  onnx: 'Softplus',
  evaluate: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  vjp: ({ x, cotangent }) => mul(cotangent, sigmoid(x)),
})
