/** y = x forward; nothing flows back. */
import { defineUnary } from '../define.ts'

export const stopGradient = defineUnary({ name: 'stopGradient', onnx: 'Identity', evaluate: (x) => x })
