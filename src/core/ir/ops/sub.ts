/** y = a − b. */
import { defineBinary } from '../define.ts'
import { neg } from '../tensor.ts'

export const sub = defineBinary({
  name: 'sub',
  onnx: 'Sub',
  evaluate: (a, b) => a - b,
  vjp: ({ cotangent }) => [() => cotangent, () => neg(cotangent)],
})
