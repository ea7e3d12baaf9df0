/** y = ln(1 + eˣ), as max(x, 0) + ln(1 + e^−|x|). */
import { defineUnary } from '../define.ts'
import { mul, sigmoid } from '../tensor.ts'

export const softplus = defineUnary({
  name: 'softplus',
  // ReLU(x) − ln σ(|x|), the same function: ONNX Runtime's own Softplus takes five times as long.
  onnx(emitter, _node, inputs) {
    const size = emitter.node('Abs', inputs)[0] as string
    const rest = emitter.node('Log', emitter.node('Sigmoid', [size]))[0] as string
    return emitter.node('Sub', [emitter.node('Relu', inputs)[0] as string, rest])
  },
  evaluate: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  vjp: ({ x, cotangent }) => mul(cotangent, sigmoid(x)),
})
