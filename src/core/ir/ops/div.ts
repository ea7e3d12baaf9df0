/** y = a / b, of floats: engines disagree on how ints are rounded. */
import { defineBinary } from '../define.ts'
import { div as over, mul as times, neg as minus } from '../tensor.ts'

export const div = defineBinary({
  name: 'div',
  onnx: 'Div',
  dtype: 'float',
  evaluate: (a, b) => a / b,
  vjp: ({ b, y, cotangent }) => [() => over(cotangent, b), () => minus(over(times(cotangent, y), b))],
})
