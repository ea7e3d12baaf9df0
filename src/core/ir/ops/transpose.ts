/** Axes in another order: axis i of y is axis permutation[i] of x. */
import { defineOp } from '../define.ts'
import { fail } from '../graph.ts'
import { type NdArray, sizeOf, stridesOf } from '../nd.ts'
import type { Dim } from '../shape.ts'
import { transpose as permute } from '../tensor.ts'

export const transpose = defineOp<{ readonly permutation: readonly number[] }>({
  name: 'transpose',
  infer(inputs, { permutation }) {
    const [x] = inputs
    if (x === undefined || [...permutation].sort((a, b) => a - b).some((axis, i) => axis !== i) || permutation.length !== x.shape.length) {
      fail('transpose', inputs, `[${permutation.join(', ')}] is no permutation of its axes`)
    }
    return [{ dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis] as Dim) }]
  },
  evaluate(inputs, { permutation }, { shapes }) {
    const x = inputs[0] as NdArray
    const shape = shapes[0] as readonly number[]
    const strides = stridesOf(x.shape)
    const steps = permutation.map((axis) => strides[axis] as number)
    const data = new Float64Array(sizeOf(shape))
    const index = new Array<number>(shape.length).fill(0)
    for (let i = 0, at = 0; i < data.length; i++) {
      data[i] = x.data[at] as number
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        at += steps[axis] as number
        index[axis] = (index[axis] as number) + 1
        if ((index[axis] as number) < (shape[axis] as number)) break
        at -= (steps[axis] as number) * (shape[axis] as number)
        index[axis] = 0
      }
    }
    return [{ shape, data }]
  },
  vjp({ attributes: { permutation }, cotangents: [cotangent] }) {
    const inverse = permutation.map((_, axis) => permutation.indexOf(axis))
    return [cotangent && permute(cotangent, inverse)]
  },
  onnx: (emitter, node, inputs) =>
    emitter.node('Transpose', inputs, { perm: node.attributes['permutation'] as readonly number[] }),
})
