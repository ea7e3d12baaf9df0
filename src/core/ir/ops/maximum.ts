/** y = max(a, b); where they are equal, the cotangent goes to a. */
import { defineBinary } from '../define.ts'
import { greaterOrEqual, less, where } from '../tensor.ts'

export const maximum = defineBinary({
  name: 'maximum',
  onnx: 'Max',
  evaluate: (a, b) => Math.max(a, b),
  vjp: ({ a, b, cotangent }) => [() => where(greaterOrEqual(a, b), cotangent, 0), () => where(less(a, b), cotangent, 0)],
})
