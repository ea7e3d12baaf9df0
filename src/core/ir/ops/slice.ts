/** Elements start … end−1 of one axis. */
import { defineOp } from '../define.ts'
import { fail } from '../graph.ts'
import { type NdArray, around, sizeOf } from '../nd.ts'
import { pad } from '../tensor.ts'

export interface SliceAttributes {
  readonly [name: string]: number
  readonly axis: number
  readonly start: number
  readonly end: number
}

export const slice = defineOp<SliceAttributes>({
  name: 'slice',
  infer(inputs, { axis, start, end }) {
    const [x] = inputs
    const length = x?.shape[axis]
    const fits = typeof length === 'number' && start >= 0 && start < end && end <= length
    if (x === undefined || !fits || !Number.isInteger(start) || !Number.isInteger(end)) {
      fail('slice', inputs, `has no elements ${start} … ${end - 1} on axis ${axis}`)
    }
    return [{ dtype: x.dtype, shape: x.shape.map((dim, i) => (i === axis ? end - start : dim)) }]
  },
  evaluate(inputs, { axis, start, end }, { shapes }) {
    const x = inputs[0] as NdArray
    const shape = shapes[0] as readonly number[]
    const { outer, length, inner } = around(x.shape, axis)
    const data = new Float64Array(sizeOf(shape))
    for (let o = 0; o < outer; o++) {
      data.set(x.data.subarray((o * length + start) * inner, (o * length + end) * inner), o * (end - start) * inner)
    }
    return [{ shape, data }]
  },
  vjp({ inputs: [x], attributes: { axis, start, end }, cotangents: [cotangent] }) {
    return [x && cotangent && pad(cotangent, axis, start, (x.shape[axis] as number) - end)]
  },
  onnx(emitter, node, inputs) {
    const { axis, start, end } = node.attributes as SliceAttributes
    return emitter.node('Slice', [inputs[0] as string, emitter.int64([start]), emitter.int64([end]), emitter.int64([axis])])
  },
})
