/**
 * Edges and sizes of bins from unconstrained numbers: the sizes of K bins that fill a range of length 2B are
 * 2B · (m + (1 − K m) softmax(raw)), with m the smallest fraction; edges are counted from −B.
 * Columns are points, rows are bins. Several axes (widths and heights) are made at once, as blocks.
 * Source: Durkan et al. 2019, Neural Spline Flows, §3.1.
 */
import { softmax } from '../../../ir/compositions.ts'
import type { Graph, Tensor } from '../../../ir/graph.ts'
import { matmul, mul, reduceSum, reshape, sub, withGradient } from '../../../ir/tensor.ts'
import { type Entry, pointsOf } from './search.ts'

export interface EdgeOptions {
  /** K */
  readonly bins: number
  /** B */
  readonly bound: number
  /** m of each block. */
  readonly minima: readonly number[]
  /** Whether the sizes of the bins before and after are given too; of the first and the last bin its own. */
  readonly neighbours?: boolean
}

/** Quantities of a bin: its left edge, its size, and the sizes of its neighbours. */
type Quantity = 'edge' | 'size' | 'before' | 'after'
const quantitiesOf = ({ neighbours }: EdgeOptions): readonly Quantity[] =>
  (neighbours === true ? ['edge', 'size', 'before', 'after'] : ['edge', 'size'])

/**
 * [A, Q·K, K], or its transpose: for each block, fractions to Q quantities of K bins, K rows each. The fractions sum to
 * 1, so that a constant is the same number in every column; the first edge is exactly 0.
 */
export function edgeMatrix(graph: Graph, options: EdgeOptions, transposed: boolean): Tensor {
  const { bins, bound, minima } = options
  const quantities = quantitiesOf(options)
  const rows = quantities.length * bins
  const covers = (quantity: Quantity, bin: number, column: number): boolean => {
    if (quantity === 'edge') return column < bin
    const step = { size: 0, before: -1, after: 1 }[quantity]
    return column === Math.min(Math.max(bin + step, 0), bins - 1)
  }
  const blocks = minima.map((minimum): Entry => (row, column) => {
    const [quantity, bin] = [quantities[Math.floor(row / bins)] as Quantity, row % bins]
    const free = covers(quantity, bin, column) ? 1 - bins * minimum : 0
    return 2 * bound * ((quantity === 'edge' ? bin : 1) * minimum + free)
  })
  const values = blocks.flatMap((entry) => Array.from({ length: rows * bins }, (_, i) =>
    transposed ? entry(i % rows, Math.floor(i / rows)) : entry(Math.floor(i / bins), i % bins)))
  return graph.constant(values, transposed ? [blocks.length, bins, rows] : [blocks.length, rows, bins])
}

/** Quantities of the bins, K rows each, one block after the other, [A·Q·K, M], from fractions [A, K, M]. */
export function edgesOf(fractions: Tensor, options: EdgeOptions): Tensor {
  const edges = matmul(edgeMatrix(fractions.graph, options, false), fractions)
  return reshape(edges, [(edges.shape[0] as number) * (edges.shape[1] as number), pointsOf(fractions)])
}

/** The same from raw [A·K, M]: K numbers for each block. The gradient of the softmax p is p ∘ (g − Σ p g). */
export function makeEdges(raw: Tensor, options: EdgeOptions): Tensor {
  const blocks = reshape(raw, [options.minima.length, options.bins, pointsOf(raw)])
  const fractions = withGradient(softmax(blocks, 1), [blocks], ({ value, cotangent }) =>
    [mul(value, sub(cotangent, reduceSum(mul(value, cotangent), [1], true)))])
  return edgesOf(fractions, options)
}
