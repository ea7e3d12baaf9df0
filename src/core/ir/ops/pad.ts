/** Zeros before and after, along one axis: the adjoint of slice. */
import { defineOp } from '../define.ts'
import { fail } from '../graph.ts'
import { type NdArray, around, sizeOf } from '../nd.ts'
import { slice } from '../tensor.ts'

export interface PadAttributes {
  readonly [name: string]: number
  readonly axis: number
  readonly before: number
  readonly after: number
}

export const pad = defineOp<PadAttributes>({
  name: 'pad',
  infer(inputs, { axis, before, after }) {
    const [x] = inputs
    const length = x?.shape[axis]
    const counts = [before, after].every((count) => Number.isInteger(count) && count >= 0)
    if (x?.dtype !== 'float' || typeof length !== 'number' || !counts) {
      fail('pad', inputs, `cannot get ${before} + ${after} zeros on axis ${axis}`)
    }
    return [{ dtype: x.dtype, shape: x.shape.map((dim, i) => (i === axis ? length + before + after : dim)) }]
  },
  evaluate(inputs, { axis, before, after }, { shapes }) {
    const x = inputs[0] as NdArray
    const shape = shapes[0] as readonly number[]
    const { outer, length, inner } = around(x.shape, axis)
    const data = new Float64Array(sizeOf(shape))
    for (let o = 0; o < outer; o++) {
      data.set(x.data.subarray(o * length * inner, (o + 1) * length * inner), (o * (before + length + after) + before) * inner)
    }
    return [{ shape, data }]
  },
  vjp({ inputs: [x], attributes: { axis, before }, cotangents: [cotangent] }) {
    return [x && cotangent && slice(cotangent, axis, before, before + (x.shape[axis] as number))]
  },
  onnx(emitter, node, inputs) {
    const { axis, before, after } = node.attributes as PadAttributes
    const rank = node.inputs[0]?.shape.length ?? 0
    const pads = new Array<number>(2 * rank).fill(0)
    pads[axis] = before
    pads[rank + axis] = after
    return emitter.node('Pad', [inputs[0] as string, emitter.int64(pads)])
  },
})
