/** y = yes where the condition holds, else no; broadcasts. Both branches must be finite for a finite gradient. */
import { sumTo } from '../compositions.ts'
import { defineOp } from '../define.ts'
import { fail } from '../graph.ts'
import { type NdArray, broadcastOffsets, sizeOf } from '../nd.ts'
import { broadcastShapes } from '../shape.ts'
import { where as choose } from '../tensor.ts'

export const where = defineOp({
  name: 'where',
  // ONNX Runtime has no Where of bools: (c ∧ yes) ∨ (¬c ∧ no).
  onnx(emitter, node, inputs) {
    if (node.outputs[0]?.dtype !== 'bool') return emitter.node('Where', inputs)
    const [condition, yes, no] = inputs as readonly [string, string, string]
    const inverse = emitter.node('Not', [condition])[0] as string
    const parts = [[condition, yes], [inverse, no]].map((pair) => emitter.node('And', pair)[0] as string)
    return emitter.node('Or', parts)
  },
  infer(inputs) {
    const [condition, yes, no] = inputs
    if (condition?.dtype !== 'bool' || yes === undefined || no === undefined || yes.dtype !== no.dtype) {
      fail('where', inputs, 'takes a bool tensor and two tensors of one type')
    }
    const branches = broadcastShapes(yes.shape, no.shape)
    const shape = branches && broadcastShapes(condition.shape, branches)
    if (shape === undefined) fail('where', inputs, 'the shapes do not broadcast')
    return [{ dtype: yes.dtype, shape }]
  },
  evaluate(inputs, _attributes, { shapes }) {
    const shape = shapes[0] as readonly number[]
    const [condition, yes, no] = inputs as readonly [NdArray, NdArray, NdArray]
    const [c, y, n] = [condition, yes, no].map((part) => broadcastOffsets(part.shape, shape)) as [Int32Array, Int32Array, Int32Array]
    const data = new Float64Array(sizeOf(shape))
    for (let i = 0; i < data.length; i++) {
      data[i] = condition.data[c[i] as number] !== 0 ? (yes.data[y[i] as number] as number) : (no.data[n[i] as number] as number)
    }
    return [{ shape, data }]
  },
  vjp({ inputs: [condition, yes, no], cotangents: [cotangent] }) {
    if (condition === undefined || yes === undefined || no === undefined || cotangent === undefined) return []
    const branch = (operand: typeof yes, keep: boolean): typeof yes | undefined =>
      operand.node.op === 'constant' || operand.dtype !== 'float'
        ? undefined
        : sumTo(keep ? choose(condition, cotangent, 0) : choose(condition, 0, cotangent), operand.shape)
    return [undefined, branch(yes, true), branch(no, false)]
  },
})
