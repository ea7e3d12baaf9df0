/** A named input of the program. Its value comes from outside, so it has neither an evaluation nor a lowering. */
import { defineOp } from '../define.ts'
import type { DType } from '../graph.ts'
import type { Shape } from '../shape.ts'

export const input = defineOp<{ readonly name: string; readonly shape: Shape; readonly dtype: DType }>({
  name: 'input',
  infer: (_inputs, { shape, dtype }) => [{ shape, dtype }],
  evaluate(_inputs, { name }) {
    throw new Error(`input: '${name}' was given no value`)
  },
  vjp: () => [],
  onnx() {
    throw new Error('input: graph inputs are declared, not computed')
  },
})
