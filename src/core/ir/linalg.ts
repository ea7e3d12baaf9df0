/**
 * Linear algebra made of ops.
 *
 * The inverse of a triangular matrix, by halves: [[A, 0], [C, B]]⁻¹ = [[A⁻¹, 0], [−B⁻¹ C A⁻¹, B⁻¹]]. All diagonal
 * blocks of one size are inverted together, as a batch, so that a matrix [D, D] takes O(log D) ops and D³ flops. A size
 * that is no power of two is filled up with the identity.
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., §3.1 (block substitution).
 */
import { full } from './compositions.ts'
import { type Graph, type Tensor, fail, staticShape } from './graph.ts'
import { add, concat, matmul, mul, neg, pad, reciprocal, reshape, slice, transpose } from './tensor.ts'

export interface TriangularOptions {
  /** Of the upper triangle; of the lower one where left out. */
  readonly upper?: boolean
  /** Takes the diagonal to be ones, whatever is on it. */
  readonly unitDiagonal?: boolean
}

/**
 * Inverse [D, D] of the lower (or upper) triangle of `l` [D, D]. The other triangle is not read, and zero in the
 * result. Not finite where the diagonal has a zero.
 */
export function triangularInverse(l: Tensor, options: TriangularOptions = {}): Tensor {
  const [size, columns] = l.shape
  if (l.dtype !== 'float' || l.shape.length !== 2 || typeof size !== 'number' || size === 0 || size !== columns) {
    fail('triangularInverse', [l], 'takes a square float matrix of static size')
  }
  const unit = options.unitDiagonal ?? false
  if (options.upper) return transpose(triangularInverse(transpose(l, [1, 0]), { unitDiagonal: unit }), [1, 0])
  const whole = 2 ** Math.ceil(Math.log2(size))
  const filled = pad(pad(l, 0, 0, whole - size), 1, 0, whole - size)
  const inverse = reshape(invertBlocks(reshape(filled, [1, whole, whole]), size, unit), [whole, whole])
  return slice(slice(inverse, 0, 0, size), 1, 0, size)
}

/** Inverses of the lower triangles of blocks [m, n, n], n a power of two; m·n is the filled-up size of the matrix. */
function invertBlocks(blocks: Tensor, size: number, unit: boolean): Tensor {
  const [m, n] = staticShape(blocks, 'triangularInverse') as readonly [number, number]
  if (n === 1) return invertDiagonal(blocks, size, unit)
  const half = n / 2
  const [top, bottom] = [slice(blocks, 1, 0, half), slice(blocks, 1, half, n)]
  const below = slice(bottom, 2, 0, half)
  // The halves go down as one batch: first all upper left ones, then all lower right ones.
  const halves = invertBlocks(concat([slice(top, 2, 0, half), slice(bottom, 2, half, n)], 0), size, unit)
  const [upperLeft, lowerRight] = [slice(halves, 0, 0, m), slice(halves, 0, m, 2 * m)]
  const product = half === 1 ? mul : matmul
  const lowerLeft = neg(product(product(lowerRight, below), upperLeft))
  return concat([pad(upperLeft, 2, 0, half), concat([lowerLeft, lowerRight], 2)], 1)
}

/** Reciprocals of the diagonal [P, 1, 1] in the order that halving leaves it in; ones where it was filled up. */
function invertDiagonal(diagonal: Tensor, size: number, unit: boolean): Tensor {
  const whole = diagonal.shape[0] as number
  if (unit) return full(diagonal.graph, 1, diagonal.shape)
  let rows = [0]
  for (let half = whole / 2; half >= 1; half /= 2) rows = [...rows, ...rows.map((row) => row + half)]
  const ones = diagonal.graph.constant(rows.map((row) => (row < size ? 0 : 1)), [whole, 1, 1])
  return reciprocal(size === whole ? diagonal : add(diagonal, ones))
}

/** The identity matrix [D, D]. */
export function identity(graph: Graph, size: number): Tensor {
  return square(graph, size, (row, column) => row === column)
}

/** Ones [D, D] below the diagonal, zeros on it and above. */
export function strictLowerMask(graph: Graph, size: number): Tensor {
  return square(graph, size, (row, column) => column < row)
}

function square(graph: Graph, size: number, holds: (row: number, column: number) => boolean): Tensor {
  const values = Float64Array.from({ length: size * size }, (_, i) => (holds(Math.floor(i / size), i % size) ? 1 : 0))
  return graph.constant(values, [size, size])
}
