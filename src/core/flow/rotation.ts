/** Random rotations, and the PLU factors in which an invertible matrix starts out. Plain numbers, row-major. */
import { type Key, fold, normals } from '../random.ts'

/**
 * A rotation of n dimensions, every one of them as likely (Haar measure on SO(n)), [n, n].
 * Source: Stewart 1980, The efficient generation of random orthogonal matrices: a Householder reflection for each
 * dimension, whose first column is a random direction.
 */
export function randomRotation(key: Key, n: number): Float64Array {
  const q = new Float64Array(n * n)
  q[n * n - 1] = 1
  let determinant = 1
  for (let k = n - 2; k >= 0; k--) {
    const u = normals(fold(key, k), n - k)
    const sign = (u[0] as number) < 0 ? -1 : 1
    u[0]! += sign * Math.sqrt(u.reduce((sum, value) => sum + value * value, 0))
    q[k * n + k] = -sign
    determinant *= sign
    reflect(q, n, k, u)
  }
  // The direction of the last column is the one that no reflection has drawn.
  if (determinant < 0) for (let i = 0; i < n; i++) q[i * n + n - 1]! *= -1
  return q
}

/** Q ← (I − 2uuᵀ/uᵀu)·Q on rows and columns k … n−1. */
function reflect(q: Float64Array, n: number, k: number, u: Float64Array): void {
  const factor = 2 / u.reduce((sum, value) => sum + value * value, 0)
  const products = new Float64Array(n - k)
  u.forEach((weight, i) => {
    for (let j = k; j < n; j++) products[j - k]! += weight * (q[(k + i) * n + j] as number)
  })
  u.forEach((weight, i) => {
    for (let j = k; j < n; j++) q[(k + i) * n + j]! -= factor * weight * (products[j - k] as number)
  })
}

export interface Factors {
  /** Row r of the matrix is row position[r] of L·U. */
  readonly position: readonly number[]
  /** L below the diagonal (1 on it, unwritten), U above it, 0 on it, [n, n]. */
  readonly triangles: Float64Array
  /** Diagonal of U, [n]. */
  readonly diagonal: Float64Array
}

/** A = P·L·U by elimination with the largest pivot; A is [n, n] and regular. */
export function factorise(matrix: Float64Array, n: number): Factors {
  const a = Float64Array.from(matrix)
  const order = Array.from({ length: n }, (_, i) => i)
  for (let k = 0; k < n; k++) {
    let best = k
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[best * n + k]!)) best = i
    swapRows(a, order, n, k, best)
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / a[k * n + k]!
      a[i * n + k] = factor
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!
    }
  }
  const position = new Array<number>(n)
  order.forEach((row, i) => { position[row] = i })
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i]!)
  for (let i = 0; i < n; i++) a[i * n + i] = 0
  return { position, triangles: a, diagonal }
}

function swapRows(a: Float64Array, order: number[], n: number, i: number, j: number): void {
  if (i === j) return
  const row = a.slice(i * n, (i + 1) * n)
  a.copyWithin(i * n, j * n, (j + 1) * n)
  a.set(row, j * n)
  const [first, second] = [order[i] as number, order[j] as number]
  order[i] = second
  order[j] = first
}
