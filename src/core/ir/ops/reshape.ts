/** The same elements in row-major order, in another shape. */
import { defineOp } from '../define.ts'
import { fail } from '../graph.ts'
import type { NdArray } from '../nd.ts'
import { type Shape, sameSize, showShape } from '../shape.ts'
import { reshape as toShape } from '../tensor.ts'

export const reshape = defineOp<{ readonly shape: Shape }>({
  name: 'reshape',
  infer(inputs, { shape }) {
    const [x] = inputs
    if (x === undefined || !sameSize(x.shape, shape)) {
      fail('reshape', inputs, `cannot hold as many elements as ${showShape(shape)}`)
    }
    return [{ dtype: x.dtype, shape }]
  },
  evaluate: (inputs, _attributes, { shapes }) => [{ shape: shapes[0] as number[], data: (inputs[0] as NdArray).data }],
  vjp({ inputs: [x], cotangents: [cotangent] }) {
    return [x && cotangent && toShape(cotangent, x.shape)]
  },
  onnx(emitter, node, inputs) {
    const shape = node.attributes['shape'] as Shape
    const symbolic = shape.filter((dim) => typeof dim !== 'number').length
    // One axis may be left to be found; more are read from the graph's inputs.
    const target = symbolic > 1 ? emitter.shape(shape) : emitter.int64(shape.map((dim) => (typeof dim === 'number' ? dim : -1)))
    return emitter.node('Reshape', [inputs[0] as string, target])
  },
})
