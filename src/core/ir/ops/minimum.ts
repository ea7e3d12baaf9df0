/** y = min(a, b); where they are equal, the cotangent goes to a. */
import { defineBinary } from '../define.ts'
import { greater, lessOrEqual, where } from '../tensor.ts'

export const minimum = defineBinary({
  name: 'minimum',
  onnx: 'Min',
  evaluate: (a, b) => Math.min(a, b),
  vjp: ({ a, b, cotangent }) => [() => where(lessOrEqual(a, b), cotangent, 0), () => where(greater(a, b), cotangent, 0)],
})
