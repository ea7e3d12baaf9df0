/** y = −x. */
import { defineUnary } from '../define.ts'
import { neg as minus } from '../tensor.ts'

export const neg = defineUnary({
  name: 'neg',
  onnx: 'Neg',
  evaluate: (x) => -x,
  vjp: ({ cotangent }) => minus(cotangent),
})
