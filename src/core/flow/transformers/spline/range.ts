/**
 * What the monotone splines share outside of their pieces: they cover [−B, B], and are the identity outside of it.
 * Points are clipped into the range before their bin is sought, so that every unused branch is finite.
 */
import type { Tensor } from '../../../ir/graph.ts'
import { clamp } from '../../../ir/compositions.ts'
import { add, equal, sub, where, withGradient } from '../../../ir/tensor.ts'
import type { TransformerOutput } from '../../transformer.ts'
import { fromColumns, toColumns } from '../columns.ts'

export type Direction = 'normalize' | 'generate'

/** Everything in columns, [1, M], positions counted from −B. */
export interface Moved {
  readonly position: Tensor
  /** log of the derivative of the position, in the direction asked for. */
  readonly logDerivative: Tensor
  /** How far the position is from solved, where it was sought by iteration. */
  readonly residual?: Tensor
}

/** x [N, d] and raw [N, P, d] through `move`, which takes positions 0 … 2B [1, M] and raw [P, M]. */
export function withinRange(
  x: Tensor, raw: Tensor, bound: number, move: (position: Tensor, raw: Tensor) => Moved,
): TransformerOutput {
  const columns = toColumns(x)
  // Outside, where the clipped point does not move, nothing is taken of what is made from it.
  const clipped = withGradient(clamp(columns, -bound, bound), [columns], ({ cotangent }) => [cotangent])
  const { position, logDerivative, residual } = move(add(clipped, bound), toColumns(raw))
  const inside = equal(columns, clipped)
  const back = (column: Tensor): Tensor => fromColumns(column, x.shape)
  return {
    out: back(where(inside, sub(position, bound), columns)),
    logDerivative: back(where(inside, logDerivative, 0)),
    ...(residual === undefined ? {} : { residual: back(where(inside, residual, 0)) }),
  }
}
