/** y = −1, 0 or 1; no gradient. */
import { defineUnary } from '../define.ts'

export const sign = defineUnary({
  name: 'sign',
  onnx: 'Sign',
  evaluate: Math.sign,
})
