/** Sum over the given axes. */
import { defineOp } from '../define.ts'
import type { OnnxEmitter, Tensor } from '../graph.ts'
import { type NdArray, sizeOf } from '../nd.ts'
import { type ReduceAttributes, inferReduction, keptShape, reduce } from '../reduction.ts'
import { isStatic } from '../shape.ts'
import { broadcastTo, reshape } from '../tensor.ts'

/** Rows of one or two elements are summed as fast by ReduceSum. */
const NARROW = 2

/**
 * A sum over leading axes is a product with a row of ones, which ONNX Runtime computes two to eight times faster than
 * its ReduceSum: the gradient of every bias is such a sum. [R, M], the matrix of rows to add, or undefined.
 */
function leadingRows(x: Tensor, axes: readonly number[]): readonly [number, number] | undefined {
  if (!isStatic(x.shape) || axes.some((axis) => axis >= axes.length)) return undefined
  const [rows, columns] = [sizeOf(x.shape.slice(0, axes.length)), sizeOf(x.shape.slice(axes.length))]
  return rows > 1 && columns > NARROW ? [rows, columns] : undefined
}

function emitRowSum(
  emitter: OnnxEmitter, name: string, x: Tensor, y: Tensor, matrixShape: readonly [number, number],
): readonly string[] {
  const ones = emitter.float(new Float64Array(matrixShape[0]).fill(1), [1, matrixShape[0]])
  const matrix = x.shape.length === 2 ? name : (emitter.node('Reshape', [name, emitter.int64(matrixShape)])[0] as string)
  return emitter.node('Reshape', [emitter.node('MatMul', [ones, matrix])[0] as string, emitter.shape(y.shape)])
}

export const reduceSum = defineOp<ReduceAttributes>({
  name: 'reduceSum',
  infer: (inputs, attributes) => inferReduction('reduceSum', inputs, attributes),
  evaluate: (inputs, { axes }, { shapes }) =>
    [{ shape: shapes[0] as number[], data: reduce(inputs[0] as NdArray, axes, 0, (sum, value) => sum + value) }],
  vjp({ inputs: [x], attributes: { axes }, cotangents: [cotangent] }) {
    return [x && cotangent && broadcastTo(reshape(cotangent, keptShape(x.shape, axes)), x.shape)]
  },
  onnx(emitter, node, inputs) {
    const { axes, keepDims } = node.attributes as ReduceAttributes
    const [x, y, name] = [node.inputs[0] as Tensor, node.outputs[0] as Tensor, inputs[0] as string]
    const rows = leadingRows(x, axes)
    if (rows !== undefined) return emitRowSum(emitter, name, x, y, rows)
    return emitter.node('ReduceSum', [name, emitter.int64(axes)], { keepdims: keepDims ? 1 : 0 })
  },
})
