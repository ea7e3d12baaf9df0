/**
 * Lowerings of ops that move elements. Those along one axis run on [outer, axis, inner], whatever the rank, so the
 * library's rank limits never matter and its kernels walk three axes at most.
 */
import type { Tensor } from '@tensorflow/tfjs'
import { around } from '../../../core/ir/nd.ts'
import type { TensorFlow } from './backend.ts'
import { type LoweringTable, at } from './lowering.ts'

type Shaping = Pick<LoweringTable,
  'reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'concat' | 'pad' | 'gather' | 'scatterAdd'>

/** x as [outer, axis, inner]. */
export function blocks(tf: TensorFlow, x: Tensor, axis: number): Tensor {
  const { outer, length, inner } = around(x.shape, axis)
  return tf.reshape(x, [outer, length, inner])
}

export function shaping(tf: TensorFlow): Shaping {
  /** Runs f on the blocks of x; the axis may change its length. */
  const alongAxis = (x: Tensor, axis: number, f: (x: Tensor) => Tensor): Tensor => {
    const result = f(blocks(tf, x, axis))
    return tf.reshape(result, x.shape.with(axis, result.shape[1] as number))
  }
  return {
    reshape: (inputs, { attributes, bind }) => [tf.reshape(at(inputs, 0), bind(attributes.shape))],
    transpose: (inputs, { attributes }) => [transpose(tf, at(inputs, 0), attributes.permutation)],
    broadcastTo: (inputs, { attributes, bind }) => [tf.broadcastTo(at(inputs, 0), bind(attributes.shape))],
    slice: (inputs, { attributes: { axis, start, end } }) =>
      [alongAxis(at(inputs, 0), axis, (x) => tf.slice(x, [0, start, 0], [-1, end - start, -1]))],
    concat: (inputs, { attributes: { axis }, node, bind }) => {
      const parts = inputs.map((input) => blocks(tf, input, axis))
      return [tf.reshape(tf.concat(parts, 1), bind(node.outputs[0]?.shape ?? []))]
    },
    pad: (inputs, { attributes: { axis, before, after } }) =>
      [alongAxis(at(inputs, 0), axis, (x) => tf.pad(x, [[0, 0], [before, after], [0, 0]]))],
    gather: (inputs, { attributes: { axis } }) =>
      [alongAxis(at(inputs, 0), axis, (x) => tf.gather(x, at(inputs, 1), 1))],
    scatterAdd: (inputs, { attributes: { axis, size }, bind }) =>
      [alongAxis(at(inputs, 0), axis, (x) => scatterAdd(tf, x, at(inputs, 1), bind([size])[0] as number))],
  }
}

/** [outer, I, inner] → [outer, size, inner]. scatterND adds up whole rows, so the axis is brought to the front. */
function scatterAdd(tf: TensorFlow, x: Tensor, indices: Tensor, size: number): Tensor {
  const [outer, count, inner] = x.shape as [number, number, number]
  const rows = tf.reshape(tf.transpose(x, [1, 0, 2]), [count, outer * inner])
  const index = tf.reshape(indices, [count, 1])
  const sums = tf.scatterND(index, rows, [size, outer * inner])
  return tf.transpose(tf.reshape(sums, [size, outer, inner]), [1, 0, 2])
}

/** Axes that stay neighbours are moved as one: fewer axes for the kernel to walk. */
function transpose(tf: TensorFlow, x: Tensor, permutation: readonly number[]): Tensor {
  const groups: number[][] = []
  for (const axis of permutation) {
    const last = groups.at(-1)
    if (last !== undefined && last.at(-1) === axis - 1) last.push(axis)
    else groups.push([axis])
  }
  const inOrder = groups.toSorted((a, b) => (a[0] as number) - (b[0] as number))
  const merged = tf.reshape(x, inOrder.map((axes) => axes.reduce((size, axis) => size * (x.shape[axis] as number), 1)))
  const moved = tf.transpose(merged, groups.map((axes) => inOrder.indexOf(axes)))
  return tf.reshape(moved, permutation.map((axis) => x.shape[axis] as number))
}
