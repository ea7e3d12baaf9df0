/** y = ln x. */
import { defineUnary } from '../define.ts'
import { div } from '../tensor.ts'

export const log = defineUnary({
  name: 'log',
  onnx: 'Log',
  evaluate: Math.log,
  vjp: ({ x, cotangent }) => div(cotangent, x),
})
