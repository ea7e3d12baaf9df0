/**
 * y = 1 where x > 0, else 0; no gradient. The mask of a relu's gradient and of a spline's bins, as a float.
 * On ONNX Runtime a comparison and a cast take 150 µs for 512 × 256 numbers, and HardSigmoid, which is
 * max(0, min(1, αx)), a tenth of that. With α = 3e38 it is exact for every normal float32.
 */
import { defineUnary } from '../define.ts'

const STEEP = 3e38

export const heaviside = defineUnary({
  name: 'heaviside',
  onnx: (emitter, _node, inputs) => emitter.node('HardSigmoid', inputs, { alpha: { float: STEEP }, beta: { float: 0 } }),
  evaluate: (x) => (Number.isNaN(x) ? x : x > 0 ? 1 : 0),
})
