/**
 * The search of the bin that holds a point, and the quantities of that bin: columns are points, rows are bins. Both are
 * products with small constant matrices.
 */
import type { Graph, Tensor } from '../../../ir/graph.ts'
import type { Dim } from '../../../ir/shape.ts'
import { cast, lessOrEqual, matmul, mul, reshape } from '../../../ir/tensor.ts'

export const pointsOf = (x: Tensor): Dim => x.shape.at(-1) as Dim

export type Entry = (row: number, column: number) => number

export function matrix(graph: Graph, rows: number, columns: number, entry: Entry): Tensor {
  const values = Float64Array.from({ length: rows * columns }, (_, i) => entry(Math.floor(i / columns), i % columns))
  return graph.constant(values, [rows, columns])
}

/**
 * One-hot [K, M]: the bin that holds `position` [1, M], from the left edges of the bins, [K, M] or [K, 1]. The position
 * must have been clipped: then one bin holds it. Nothing flows back.
 */
export function findBin(edges: Tensor, position: Tensor): Tensor {
  const bins = edges.shape[0] as number
  const reached = cast(lessOrEqual(edges, position), 'float')
  const step: Entry = (row, column) => (row === column ? 1 : column === row + 1 ? -1 : 0)
  return matmul(matrix(edges.graph, bins, bins, step), reached)
}

/** The quantities of the chosen bins, [Q, M], from those of all bins, [Q·K, M], K rows for each quantity. */
export function select(table: Tensor, oneHot: Tensor): Tensor {
  const [bins, points] = [oneHot.shape[0] as number, pointsOf(table)]
  const quantities = (table.shape[0] as number) / bins
  const products = reshape(mul(reshape(table, [quantities, bins, points]), oneHot), [quantities * bins, points])
  const isOf: Entry = (row, column) => (Math.floor(column / bins) === row ? 1 : 0)
  return matmul(matrix(table.graph, quantities, quantities * bins, isOf), products)
}
