/** y = the largest integer not above x; no gradient. */
import { defineUnary } from '../define.ts'

export const floor = defineUnary({
  name: 'floor',
  onnx: 'Floor',
  evaluate: Math.floor,
})
