/** y = not x, of truth values; no gradient. */
import { defineUnary } from '../define.ts'

export const not = defineUnary({ name: 'not', onnx: 'Not', dtype: 'bool', evaluate: (x) => (x === 0 ? 1 : 0) })
