/**
 * Integers on TensorFlow.js: int64 in the graph, int32 here. TensorFlow.js wraps around in silence; these functions
 * refuse. Arithmetic on integers (counters, indices) therefore runs in JavaScript numbers, which hold every sum of two
 * int32 exactly, and show by their size when a product does not fit.
 */
import type { Tensor } from '@tensorflow/tfjs'
import { mapBinary, nd } from '../../../core/ir/nd.ts'
import { broadcastShapes, isStatic } from '../../../core/ir/shape.ts'
import { IssueError, error } from '../../../core/issues.ts'
import type { TensorFlow } from './backend.ts'

const largest = 2 ** 31 - 1

/** Throws an IssueError that names `at` (an input, a constant, an op) when a value needs more than 32 bits. */
export function toInt32(values: ArrayLike<number>, at: string): Int32Array {
  const out = new Int32Array(values.length)
  for (let i = 0; i < out.length; i++) {
    const value = values[i] as number
    if (!(value >= -largest - 1 && value <= largest)) refuse(value, at)
    out[i] = value
  }
  return out
}

export function bigToInt32(values: BigInt64Array, at: string): Int32Array {
  const out = new Int32Array(values.length)
  values.forEach((value, i) => {
    if (value < -largest - 1 || value > largest) refuse(value, at)
    out[i] = Number(value)
  })
  return out
}

function refuse(value: number | bigint, at: string): never {
  throw new IssueError([error(
    'tfjs-integer-too-large',
    `TensorFlow.js holds integers in 32 bits: expected a value from ${-largest - 1} to ${largest}, got ${value}`,
    { at, fix: "run it on the engine 'onnxruntime', whose integers have 64 bits" },
  )])
}

/** f of two int32 tensors, broadcast. */
export function integerBinary(
  tf: TensorFlow, name: string, a: Tensor, b: Tensor, f: (a: number, b: number) => number,
): Tensor {
  const shape = broadcastShapes(a.shape, b.shape)
  if (shape === undefined || !isStatic(shape)) {
    throw new Error(`${name}: [${a.shape}] and [${b.shape}] do not broadcast`)
  }
  const result = mapBinary(nd(a.shape, a.dataSync()), nd(b.shape, b.dataSync()), shape, f)
  return tf.tensor(toInt32(result.data, name), [...shape], 'int32')
}

/** Truncates floats. What is not finite has no integer: it becomes 0, so that a run can count the step and go on. */
export function truncate(tf: TensorFlow, x: Tensor): Tensor {
  const whole = x.dataSync().map((value) => (Number.isFinite(value) ? Math.trunc(value) : 0))
  return tf.tensor(toInt32(whole, 'cast'), x.shape, 'int32')
}
