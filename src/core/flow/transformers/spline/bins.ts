/**
 * The bins of the monotone rational-quadratic spline: from unconstrained numbers to the knots and the quantities of the
 * bin that holds a point, with their adjoints, written out, because the chain rule takes many more nodes.
 * raw [3K−1, M]: K widths, K heights, K−1 slopes of the inner knots.
 * Source: Durkan et al. 2019, Neural Spline Flows, §3.1.
 */
import { softmax } from '../../../ir/compositions.ts'
import type { Graph, Tensor } from '../../../ir/graph.ts'
import { concat, matmul, mul, reduceSum, reshape, slice, sub } from '../../../ir/tensor.ts'
import { type EdgeOptions, edgeMatrix, edgesOf } from './edges.ts'
import { findBin, matrix, pointsOf, select } from './search.ts'

export interface BinOptions {
  /** K */
  readonly bins: number
  /** B: the spline covers [−B, B]. */
  readonly bound: number
  /** Smallest width and height of a bin, as fractions of 2B. */
  readonly minimumWidth: number
  readonly minimumHeight: number
}

/** Of one bin, in the order of the rows: left edge and width, lower edge and height, raw slopes at both ends. */
const QUANTITIES = 6
/** How many of them are edges and sizes. */
const EDGES = 4

export interface Bins {
  /** softmax of the raw widths and heights, [2, K, M]. */
  readonly fractions: Tensor
  /** The quantities of all bins, [6·K, M]; those of x in the first K rows each, then those of y. */
  readonly table: Tensor
}

const edgeOptions = ({ bins, bound, minimumWidth, minimumHeight }: BinOptions): EdgeOptions =>
  ({ bins, bound, minima: [minimumWidth, minimumHeight] })

/** [2K, K−1]: raw slopes of the inner knots to those at the left and at the right end of each bin; 0 at ±B. */
function slopeMatrix(graph: Graph, bins: number, transposed: boolean): Tensor {
  const isEnd = (row: number, knot: number): number => (knot === (row < bins ? row - 1 : row - bins) ? 1 : 0)
  return transposed
    ? matrix(graph, bins - 1, 2 * bins, (knot, row) => isEnd(row, knot))
    : matrix(graph, 2 * bins, bins - 1, isEnd)
}

export function makeBins(raw: Tensor, options: BinOptions): Bins {
  const { bins } = options
  const fractions = softmax(reshape(slice(raw, 0, 0, 2 * bins), [2, bins, pointsOf(raw)]), 1)
  const edges = edgesOf(fractions, edgeOptions(options))
  const slopes = matmul(slopeMatrix(raw.graph, bins, false), slice(raw, 0, 2 * bins, 3 * bins - 1))
  return { fractions, table: concat([edges, slopes], 0) }
}

/** One-hot [K, M]: the bin that holds `position`, from −B, on the axis of x or of y; and its quantities, [6, M]. */
export function chooseBin(
  { table }: Bins, bins: number, axis: 'x' | 'y', position: Tensor,
): { readonly oneHot: Tensor; readonly selected: Tensor } {
  const first = axis === 'x' ? 0 : 2 * bins
  const oneHot = findBin(slice(table, 0, first, first + bins), position)
  return { oneHot, selected: select(table, oneHot) }
}

/**
 * Adjoint of makeBins and chooseBin: the cotangent of raw, from those of the chosen edges and sizes [4, M] and raw
 * slopes [2, M]. Of a softmax p, the cotangent is p ∘ (g − Σ p g), and Σ p g is what the chosen quantities say already.
 */
export function scatter(args: {
  readonly options: BinOptions
  readonly fractions: Tensor
  readonly oneHot: Tensor
  /** What `chooseBin` gave. */
  readonly selected: Tensor
  readonly edges: Tensor
  readonly slopes: Tensor
}): Tensor {
  const { options, fractions, oneHot, selected, edges, slopes } = args
  const { bins } = options
  const points = pointsOf(oneHot)
  const spread = (cotangent: Tensor, rows: number): Tensor => mul(reshape(cotangent, [rows, 1, points]), oneHot)
  const edgesOfBins = reshape(spread(edges, EDGES), [2, 2 * bins, points])
  const ofFractions = matmul(edgeMatrix(oneHot.graph, edgeOptions(options), true), edgesOfBins)
  const centre = reduceSum(reshape(mul(edges, slice(selected, 0, 0, EDGES)), [2, 2, points]), [1], true)
  const ofSizes = reshape(mul(fractions, sub(ofFractions, centre)), [2 * bins, points])
  const slopesOfBins = reshape(spread(slopes, QUANTITIES - EDGES), [2 * bins, points])
  return concat([ofSizes, matmul(slopeMatrix(oneHot.graph, bins, true), slopesOfBins)], 0)
}
