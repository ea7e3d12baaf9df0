/**
 * Triangular matrices from their numbers: the diagonal [.., n] and, packed row by row, the n(n−1)/2 numbers beside it.
 * Nothing is stored that is not used. Leading axes are matrices of their own.
 */
import { full } from '../ir/compositions.ts'
import type { Tensor } from '../ir/graph.ts'
import { concat, gather, reshape } from '../ir/tensor.ts'

/** Numbers beside the diagonal of an n×n triangle. */
export const packedSize = (n: number): number => n * (n - 1) / 2

/** Where the numbers of the matrix lie in [diagonal, packed, 0], row-major. */
function places(n: number, upper: boolean): number[] {
  const zero = n + packedSize(n)
  let next = n
  return Array.from({ length: n * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n]
    if (row === column) return row
    return (upper ? column > row : column < row) ? next++ : zero
  })
}

/** The matrix [.., n, n]; `packed` is undefined for n = 1. */
export function triangle(diagonal: Tensor, packed: Tensor | undefined, side: 'lower' | 'upper'): Tensor {
  const n = diagonal.shape.at(-1) as number
  const lead = diagonal.shape.slice(0, -1)
  if (packed === undefined) return reshape(diagonal, [...lead, 1, 1])
  const numbers = concat([diagonal, packed, full(diagonal.graph, 0, [...lead, 1])], lead.length)
  return reshape(gather(numbers, places(n, side === 'upper'), lead.length), [...lead, n, n])
}
