/** Maximum over the given axes; elements that share the maximum share the cotangent. */
import { defineOp } from '../define.ts'
import type { NdArray } from '../nd.ts'
import { cast, div, equal, mul, reduceSum, reshape } from '../tensor.ts'
import { type ReduceAttributes, inferReduction, keptShape, reduce } from '../reduction.ts'

export const reduceMax = defineOp<ReduceAttributes>({
  name: 'reduceMax',
  infer: (inputs, attributes) => inferReduction('reduceMax', inputs, attributes),
  evaluate: (inputs, { axes }, { shapes }) =>
    [{ shape: shapes[0] as number[], data: reduce(inputs[0] as NdArray, axes, -Infinity, Math.max) }],
  vjp({ inputs: [x], outputs: [y], attributes: { axes }, cotangents: [cotangent] }) {
    if (x === undefined || y === undefined || cotangent === undefined) return [undefined]
    const kept = keptShape(x.shape, axes)
    const winners = cast(equal(x, reshape(y, kept)), 'float')
    return [mul(div(winners, reduceSum(winners, axes, true)), reshape(cotangent, kept))]
  },
  // Axes are an attribute of ReduceMax before opset 18.
  onnx(emitter, node, inputs) {
    const { axes, keepDims } = node.attributes as ReduceAttributes
    return emitter.node('ReduceMax', inputs, { axes, keepdims: keepDims ? 1 : 0 })
  },
})
