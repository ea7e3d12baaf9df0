/**
 * Edges and sizes of bins from unconstrained numbers: the sizes of K bins that fill a range of length 2B are
 * 2B · (m + (1 − K m) softmax(raw)), with m the smallest fraction; edges are counted from −B.
 * Columns are points, rows are bins. Several axes (widths and heights) are made at once, as blocks.
 * Source: Durkan et al. 2019, Neural Spline Flows, §3.1.
 */
import { softmax } from '../../../ir/compositions.ts'
import type { Graph, Tensor } from '../../../ir/graph.ts'
import { matmul, reshape } from '../../../ir/tensor.ts'
import { type Entry, pointsOf } from './search.ts'

export interface EdgeOptions {
  /** K */
  readonly bins: number
  /** B */
  readonly bound: number
  /** m of each block. */
  readonly minima: readonly number[]
}

/**
 * [A, 2K, K], or its transpose: for each block, fractions to K left edges and K sizes. The fractions sum to 1, so that
 * a constant is the same number in every column; the first edge is exactly 0.
 */
export function edgeMatrix(graph: Graph, { bins, bound, minima }: EdgeOptions, transposed: boolean): Tensor {
  const blocks = minima.map((minimum): Entry => (row, column) => {
    const free = 1 - bins * minimum
    const bin = row % bins
    const covered = row < bins ? column < bin : column === bin
    return 2 * bound * ((row < bins ? bin : 1) * minimum + (covered ? free : 0))
  })
  const values = blocks.flatMap((entry) => Array.from({ length: 2 * bins * bins }, (_, i) =>
    transposed ? entry(i % (2 * bins), Math.floor(i / (2 * bins))) : entry(Math.floor(i / bins), i % bins)))
  return graph.constant(values, transposed ? [blocks.length, bins, 2 * bins] : [blocks.length, 2 * bins, bins])
}

export interface Edges {
  /** softmax of raw, [A, K, M]. */
  readonly fractions: Tensor
  /** K left edges and K sizes of each block, [A·2K, M]. */
  readonly edges: Tensor
}

/** raw [A·K, M]: K numbers for each block. */
export function makeEdges(raw: Tensor, options: EdgeOptions): Edges {
  const { bins, minima } = options
  const points = pointsOf(raw)
  const fractions = softmax(reshape(raw, [minima.length, bins, points]), 1)
  const edges = matmul(edgeMatrix(raw.graph, options, false), fractions)
  return { fractions, edges: reshape(edges, [minima.length * 2 * bins, points]) }
}
