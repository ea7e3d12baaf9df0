/** x repeated to a larger shape, as numpy broadcasts. */
import { sumTo } from '../compositions.ts'
import { defineOp } from '../define.ts'
import { fail } from '../graph.ts'
import { type NdArray, broadcastOffsets } from '../nd.ts'
import { type Shape, broadcastShapes, sameShape, showShape } from '../shape.ts'

export const broadcastTo = defineOp<{ readonly shape: Shape }>({
  name: 'broadcastTo',
  infer(inputs, { shape }) {
    const [x] = inputs
    const joined = x && broadcastShapes(x.shape, shape)
    if (x === undefined || joined === undefined || !sameShape(joined, shape)) {
      fail('broadcastTo', inputs, `does not broadcast to ${showShape(shape)}`)
    }
    return [{ dtype: x.dtype, shape }]
  },
  evaluate(inputs, _attributes, { shapes }) {
    const x = inputs[0] as NdArray
    const shape = shapes[0] as readonly number[]
    return [{ shape, data: Float64Array.from(broadcastOffsets(x.shape, shape), (at) => x.data[at] as number) }]
  },
  vjp({ inputs: [x], cotangents: [cotangent] }) {
    return [x && cotangent && sumTo(cotangent, x.shape)]
  },
  onnx: (emitter, node, inputs) =>
    emitter.node('Expand', [inputs[0] as string, emitter.shape(node.attributes['shape'] as Shape)]),
})
