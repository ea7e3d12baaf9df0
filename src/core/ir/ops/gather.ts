/** Slices of x at the given indices [I] along one axis, in their order. */
import { defineOp } from '../define.ts'
import { type Tensor, constantValues, fail } from '../graph.ts'
import { type NdArray, around, sizeOf } from '../nd.ts'
import { type Dim, shapeSize } from '../shape.ts'
import { gather as take, pad, scatterAdd } from '../tensor.ts'

/** Elements that are copied together, up to which the transposed form is the faster one (measured: level at 8). */
const SHORT_RUN = 4

/**
 * Constant indices without a repetition (permutations, masks) are undone by gathering from the cotangent with one row
 * of zeros behind it, which every engine does faster than scattering.
 */
function spread(cotangent: Tensor, indices: Float64Array, axis: number, length: number): Tensor | undefined {
  if (new Set(indices).size !== indices.length) return undefined
  const sources = new Array<number>(length).fill(indices.length)
  indices.forEach((target, source) => { sources[target] = source })
  return take(indices.length === length ? cotangent : pad(cotangent, axis, 0, 1), sources, axis)
}

export const gather = defineOp<{ readonly axis: number }>({
  name: 'gather',
  infer(inputs, { axis }) {
    const [x, indices] = inputs
    if (x?.shape[axis] === undefined || indices?.dtype !== 'int' || indices.shape.length !== 1) {
      fail('gather', inputs, `takes a tensor with an axis ${axis} and a vector of int indices`)
    }
    return [{ dtype: x.dtype, shape: x.shape.map((dim, i) => (i === axis ? (indices.shape[0] as Dim) : dim)) }]
  },
  evaluate(inputs, { axis }, { shapes }) {
    const [x, indices] = inputs as readonly [NdArray, NdArray]
    const { outer, length, inner } = around(x.shape, axis)
    const data = new Float64Array(sizeOf(shapes[0] as number[]))
    let at = 0
    for (let o = 0; o < outer; o++) {
      for (const index of indices.data) {
        if (!(index >= 0 && index < length)) throw new Error(`gather: index ${index} is outside 0 … ${length - 1}`)
        const from = (o * length + index) * inner
        data.set(x.data.subarray(from, from + inner), at)
        at += inner
      }
    }
    return [{ shape: shapes[0] as number[], data }]
  },
  vjp({ inputs: [x, indices], attributes: { axis }, cotangents: [cotangent] }) {
    if (x?.dtype !== 'float' || indices === undefined || cotangent === undefined) return [undefined, undefined]
    const length = x.shape[axis] as Dim
    const known = constantValues(indices)
    const back = known && typeof length === 'number' ? spread(cotangent, known, axis, length) : undefined
    return [back ?? scatterAdd(cotangent, indices, axis, length), undefined]
  },
  /**
   * ONNX Runtime copies one run of elements behind the axis at a time: short runs, as of columns, cost many times more
   * than bringing the axis to the front and back again.
   */
  onnx(emitter, node, inputs) {
    const axis = node.attributes['axis'] as number
    const shape = node.inputs[0]?.shape ?? []
    const run = shapeSize(shape.slice(axis + 1))
    if (axis === 0 || typeof run !== 'number' || run > SHORT_RUN) return emitter.node('Gather', inputs, { axis })
    const order = [axis, ...shape.map((_, i) => i).filter((i) => i !== axis)]
    const front = emitter.node('Transpose', [inputs[0] as string], { perm: order })[0] as string
    const rows = emitter.node('Gather', [front, inputs[1] as string], { axis: 0 })
    return emitter.node('Transpose', rows, { perm: order.map((_, i) => order.indexOf(i)) })
  },
})
