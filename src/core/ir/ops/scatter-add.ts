/** Adds the slices of x [.., I, ..] at the given indices [I] of an axis of zeros: the adjoint of gather. */
import { defineOp } from '../define.ts'
import { fail } from '../graph.ts'
import { type NdArray, around, sizeOf } from '../nd.ts'
import type { Dim, Shape } from '../shape.ts'
import { gather } from '../tensor.ts'

export const scatterAdd = defineOp<{ readonly axis: number; readonly size: Dim }>({
  name: 'scatterAdd',
  infer(inputs, { axis, size }) {
    const [x, indices] = inputs
    if (x?.dtype !== 'float' || indices?.dtype !== 'int' || indices.shape.length !== 1 || x.shape[axis] !== indices.shape[0]) {
      fail('scatterAdd', inputs, `takes a float tensor and as many int indices as its axis ${axis} is long`)
    }
    return [{ dtype: x.dtype, shape: x.shape.map((dim, i) => (i === axis ? size : dim)) }]
  },
  evaluate(inputs, { axis }, { shapes }) {
    const [x, indices] = inputs as readonly [NdArray, NdArray]
    const shape = shapes[0] as readonly number[]
    const { outer, length, inner } = around(shape, axis)
    const data = new Float64Array(sizeOf(shape))
    let at = 0
    for (let o = 0; o < outer; o++) {
      for (const index of indices.data) {
        if (!(index >= 0 && index < length)) throw new Error(`scatterAdd: index ${index} is outside 0 … ${length - 1}`)
        for (let i = 0; i < inner; i++) data[(o * length + index) * inner + i]! += x.data[at++] as number
      }
    }
    return [{ shape, data }]
  },
  vjp({ inputs: [, indices], attributes: { axis }, cotangents: [cotangent] }) {
    return [indices && cotangent && gather(cotangent, indices, axis), undefined]
  },
  // ScatterND adds whole slices, but only along leading axes: the axis is brought to the front and back again.
  onnx(emitter, node, inputs) {
    const axis = node.attributes['axis'] as number
    const rank = node.outputs[0]?.shape.length ?? 0
    const order = [axis, ...Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis)]
    const permute = (name: string, perm: readonly number[]): string =>
      axis === 0 ? name : (emitter.node('Transpose', [name], { perm })[0] as string)
    const shape = node.outputs[0]?.shape as Shape
    const zeros = emitter.node('Expand', [emitter.float([0], []), emitter.shape(order.map((i) => shape[i] as Dim))])[0] as string
    const indices = emitter.node('Unsqueeze', [inputs[1] as string, emitter.int64([1])])[0] as string
    const sum = emitter.node('ScatterND', [zeros, indices, permute(inputs[0] as string, order)], { reduction: 'add' })
    return [permute(sum[0] as string, order.map((_, i) => order.indexOf(i)))]
  },
})
