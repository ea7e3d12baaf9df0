/** y = a + b. */
import { defineBinary } from '../define.ts'

export const add = defineBinary({
  name: 'add',
  onnx: 'Add',
  evaluate: (a, b) => a + b,
  vjp: ({ cotangent }) => [() => cotangent, () => cotangent],
})
