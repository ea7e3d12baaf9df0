/** Lowerings of products, reductions and running sums. */
import type { Tensor } from '@tensorflow/tfjs'
import type { MatmulAttributes } from '../../../core/ir/ops/matmul.ts'
import { sizeOf } from '../../../core/ir/nd.ts'
import type { TensorFlow } from './backend.ts'
import { type LoweringTable, at } from './lowering.ts'
import { blocks } from './shape.ts'

type LinearAlgebra = Pick<LoweringTable, 'matmul' | 'reduceSum' | 'reduceMax' | 'cumulativeSum'>

export function linearAlgebra(tf: TensorFlow): LinearAlgebra {
  return {
    matmul: (inputs, { attributes, node, bind }) => {
      const product = matmul(tf, at(inputs, 0), at(inputs, 1), attributes)
      return [tf.reshape(product, bind(node.outputs[0]?.shape ?? []))]
    },
    reduceSum: (inputs, { attributes: { axes, keepDims } }) => [tf.sum(at(inputs, 0), [...axes], keepDims)],
    reduceMax: (inputs, { attributes: { axes, keepDims } }) => [tf.max(at(inputs, 0), [...axes], keepDims)],
    cumulativeSum: (inputs, { attributes: { axis, exclusive, reverse } }) => {
      const x = at(inputs, 0)
      return [tf.reshape(tf.cumsum(blocks(tf, x, axis), 1, exclusive, reverse), x.shape)]
    },
  }
}

/** The product with its batch axes merged; its elements are in the order of the full result. */
function matmul(tf: TensorFlow, a: Tensor, b: Tensor, { transposeA, transposeB }: MatmulAttributes): Tensor {
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
  const matrixOf = (x: Tensor): [number, number] => [x.shape.at(-2) as number, x.shape.at(-1) as number]
  const [[rowsA, columnsA], matrixB] = [matrixOf(a), matrixOf(b)]
  // One matrix for the whole batch (weights): the rows of the batch are the rows of one large matrix.
  if (sizeOf(batchB) === 1 && !transposeA) {
    return tf.matMul(tf.reshape(a, [sizeOf(batchA) * rowsA, columnsA]), tf.reshape(b, matrixB), false, transposeB)
  }
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB)
  return tf.matMul(expand(tf, a, batch), expand(tf, b, batch), transposeA, transposeB)
}

/**
 * [.., R, C] as [batch, R, C], or [1, R, C] when it is the same for the whole batch. Other broadcasts are written out:
 * the JavaScript kernel takes the operands in turn (batch index modulo length), which is wrong for [2, 1] by [1, 3].
 */
function expand(tf: TensorFlow, x: Tensor, batch: readonly number[]): Tensor {
  const matrix = x.shape.slice(-2) as [number, number]
  const own = sizeOf(x.shape.slice(0, -2))
  const size = sizeOf(batch)
  if (own === size || own === 1) return tf.reshape(x, [own, ...matrix])
  return tf.reshape(tf.broadcastTo(x, [...batch, ...matrix]), [size, ...matrix])
}
