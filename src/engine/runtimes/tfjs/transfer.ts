/** Tensors on their way into TensorFlow.js and out of it. */
import type { DataType, Tensor } from '@tensorflow/tfjs'
import type { DType, Node } from '../../../core/ir/graph.ts'
import type { ConstantAttributes } from '../../../core/ir/ops/constant.ts'
import type { TensorData } from '../runtime.ts'
import type { TensorFlow } from './backend.ts'
import { bigToInt32, toInt32 } from './integers.ts'

export const dtypes = { float: 'float32', int: 'int32', bool: 'bool' } as const satisfies Record<DType, DataType>

export function uploadInput(tf: TensorFlow, name: string, value: TensorData): Tensor {
  const data = value.dtype === 'int' ? bigToInt32(value.data, `input '${name}'`) : value.data
  return tf.tensor(data, [...value.shape], dtypes[value.dtype])
}

export function uploadConstant(tf: TensorFlow, node: Node): Tensor {
  const { values, shape, dtype } = node.attributes as ConstantAttributes
  const data = {
    float: () => Float32Array.from(values),
    int: () => toInt32(values, `constant %${node.id}`),
    bool: () => Uint8Array.from(values, (value) => (value === 0 ? 0 : 1)),
  }[dtype]()
  return tf.tensor(data, [...shape], dtypes[dtype])
}

/** The values are copied: those of the JavaScript backend may still belong to an input or a constant. */
export async function download(tensor: Tensor, dtype: DType): Promise<TensorData> {
  const shape = tensor.shape
  const data = await tensor.data()
  if (dtype === 'int') return { dtype, shape, data: BigInt64Array.from(data as Int32Array, BigInt) }
  if (dtype === 'bool') return { dtype, shape, data: Uint8Array.from(data) }
  return { dtype, shape, data: Float32Array.from(data) }
}
