/** What reductions over axes share. */
import { type TensorType, fail } from './graph.ts'
import { type NdArray, sizeOf } from './nd.ts'
import type { Shape } from './shape.ts'

export interface ReduceAttributes {
  readonly [name: string]: readonly number[] | boolean
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

/** The shape with every reduced axis of length one. */
export function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
}

export function inferReduction(op: string, inputs: readonly TensorType[], attributes: ReduceAttributes): readonly TensorType[] {
  const { axes, keepDims } = attributes
  const [x] = inputs
  if (x?.dtype !== 'float' || axes.length === 0 || new Set(axes).size !== axes.length || axes.some((axis) => x.shape[axis] === undefined)) {
    fail(op, inputs, `takes one float tensor with the axes [${axes.join(', ')}]`)
  }
  const shape = keepDims ? keptShape(x.shape, axes) : x.shape.filter((_, axis) => !axes.includes(axis))
  return [{ dtype: x.dtype, shape }]
}

/** Folds the elements over the axes, in row-major order. */
export function reduce(
  x: NdArray, axes: readonly number[], start: number, fold: (sum: number, value: number) => number,
): Float64Array {
  const kept = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
  const out = new Float64Array(sizeOf(kept)).fill(start)
  const steps = new Array<number>(kept.length)
  for (let axis = kept.length - 1, stride = 1; axis >= 0; axis--) {
    steps[axis] = axes.includes(axis) ? 0 : stride
    stride *= kept[axis] as number
  }
  const index = new Array<number>(kept.length).fill(0)
  for (let i = 0, at = 0; i < x.data.length; i++) {
    out[at] = fold(out[at] as number, x.data[i] as number)
    for (let axis = kept.length - 1; axis >= 0; axis--) {
      at += steps[axis] as number
      index[axis] = (index[axis] as number) + 1
      if ((index[axis] as number) < (x.shape[axis] as number)) break
      at -= (steps[axis] as number) * (x.shape[axis] as number)
      index[axis] = 0
    }
  }
  return out
}
