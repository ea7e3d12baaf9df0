/** y = a b. */
import { defineBinary } from '../define.ts'
import { mul as times } from '../tensor.ts'

export const mul = defineBinary({
  name: 'mul',
  onnx: 'Mul',
  evaluate: (a, b) => a * b,
  vjp: ({ a, b, cotangent }) => [() => times(cotangent, b), () => times(cotangent, a)],
})
