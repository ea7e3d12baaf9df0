/** Sum over the given axes. */
import { defineOp } from '../define.ts'
import type { NdArray } from '../nd.ts'
import { broadcastTo, reshape } from '../tensor.ts'
import { type ReduceAttributes, inferReduction, keptShape, reduce } from '../reduction.ts'

export const reduceSum = defineOp<ReduceAttributes>({
  name: 'reduceSum',
  infer: (inputs, attributes) => inferReduction('reduceSum', inputs, attributes),
  evaluate: (inputs, { axes }, { shapes }) =>
    [{ shape: shapes[0] as number[], data: reduce(inputs[0] as NdArray, axes, 0, (sum, value) => sum + value) }],
  vjp({ inputs: [x], attributes: { axes }, cotangents: [cotangent] }) {
    return [x && cotangent && broadcastTo(reshape(cotangent, keptShape(x.shape, axes)), x.shape)]
  },
  onnx(emitter, node, inputs) {
    const { axes, keepDims } = node.attributes as ReduceAttributes
    return emitter.node('ReduceSum', [inputs[0] as string, emitter.int64(axes)], { keepdims: keepDims ? 1 : 0 })
  },
})
