/** Tensors one after the other along one axis. */
import { defineOp } from '../define.ts'
import { type Tensor, fail } from '../graph.ts'
import { around, sizeOf } from '../nd.ts'
import { type Dim, addDims, sameShape } from '../shape.ts'
import { slice } from '../tensor.ts'

export const concat = defineOp<{ readonly axis: number }>({
  name: 'concat',
  infer(inputs, { axis }) {
    const [first] = inputs
    if (first === undefined || first.shape[axis] === undefined) fail('concat', inputs, `needs inputs with an axis ${axis}`)
    let length: Dim = 0
    for (const input of inputs) {
      const rest = input.shape.map((dim, i) => (i === axis ? 0 : dim))
      const sum: Dim | undefined = length === 0 ? input.shape[axis] : addDims(length, input.shape[axis] as Dim)
      if (sum === undefined || input.dtype !== first.dtype || !sameShape(rest, first.shape.map((dim, i) => (i === axis ? 0 : dim)))) {
        fail('concat', inputs, `the shapes differ beside axis ${axis}`)
      }
      length = sum
    }
    return [{ dtype: first.dtype, shape: first.shape.map((dim, i) => (i === axis ? length : dim)) }]
  },
  evaluate(inputs, { axis }, { shapes }) {
    const shape = shapes[0] as readonly number[]
    const { outer, length, inner } = around(shape, axis)
    const data = new Float64Array(sizeOf(shape))
    let at = 0
    for (const input of inputs) {
      const block = (input.shape[axis] as number) * inner
      for (let o = 0; o < outer; o++) data.set(input.data.subarray(o * block, (o + 1) * block), o * length * inner + at)
      at += block
    }
    return [{ shape, data }]
  },
  vjp({ inputs, attributes: { axis }, cotangents: [cotangent] }) {
    let at = 0
    return inputs.map((input): Tensor | undefined => {
      const [start, length] = [at, input.shape[axis]]
      if (typeof length !== 'number') fail('concat', inputs, `has no gradient along the symbolic axis ${axis}`)
      at += length
      const flows = cotangent !== undefined && input.dtype === 'float' && input.node.op !== 'constant'
      return flows ? slice(cotangent, axis, start, at) : undefined
    })
  },
  onnx: (emitter, node, inputs) => emitter.node('Concat', inputs, { axis: node.attributes['axis'] as number }),
})
