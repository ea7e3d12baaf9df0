/**
 * The layout in which transformers compute: the batch last, M = N·d points as columns. What belongs to a point, its
 * numbers, bins or units, are rows: sums over them are products with small matrices or reductions of a leading axis,
 * the fastest things that an engine does, and no tensor has a trailing axis of 1, the slowest.
 */
import type { Tensor } from '../../ir/graph.ts'
import { type Dim, shapeSize } from '../../ir/shape.ts'
import { reshape, transpose } from '../../ir/tensor.ts'

/**
 * [N, R, d] or [N, d] → [R, d·N] or [1, d·N]. A single row is reshaped, because ONNX Runtime moves a transposition of
 * [N, 1] down to the ops behind it, which are slow in that shape.
 */
export function toColumns(x: Tensor): Tensor {
  const [batch, ...rest] = x.shape as readonly [Dim, ...number[]]
  const dims = rest.at(-1) as number
  const rows = rest.length === 1 ? 1 : (rest[0] as number)
  const turned = rows * dims === 1 ? x : transpose(x, rest.length === 1 ? [1, 0] : [1, 2, 0])
  return reshape(turned, [rows, shapeSize([batch, dims]) as Dim])
}

/** The way back, from [1, d·N] to `shape`, [N, d]. */
export function fromColumns(x: Tensor, shape: Tensor['shape']): Tensor {
  const [batch, dims] = shape as readonly [Dim, number]
  return dims === 1 ? reshape(x, shape) : transpose(reshape(x, [dims, batch]), [1, 0])
}
