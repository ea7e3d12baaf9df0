/**
 * The bins of the monotone rational-quadratic spline: from unconstrained numbers to the knots and the quantities of the
 * bin that holds a point, with their adjoints, written out, because the chain rule takes many more nodes.
 * raw [3K−1, M]: K widths, K heights, K−1 slopes of the inner knots.
 * Source: Durkan et al. 2019, Neural Spline Flows, §3.1.
 */
import { softmax } from '../../../ir/compositions.ts'
import type { Tensor } from '../../../ir/graph.ts'
import { add, concat, matmul, mul, reduceSum, reshape, slice, sub } from '../../../ir/tensor.ts'
import { type EdgeOptions, edgeMatrix, edgesOf } from './edges.ts'
import { findBin, pointsOf, select } from './search.ts'

export interface BinOptions {
  /** K */
  readonly bins: number
  /** B: the spline covers [−B, B]. */
  readonly bound: number
  /** Smallest width and height of a bin, as fractions of 2B. */
  readonly minimumWidth: number
  readonly minimumHeight: number
}

/** Quantities of one bin that are edges and sizes: left edge and width, lower edge and height. */
const EDGES = 4

export interface Bins {
  /** softmax of the raw widths and heights, [2, K, M]. */
  readonly fractions: Tensor
  /** Edges and sizes of all bins, [4·K, M]; those of x in the first 2K rows, then those of y. */
  readonly edges: Tensor
  /** Raw slopes of the inner knots, [K−1, M]; 0 at ±B. */
  readonly slopes: Tensor
}

const edgeOptions = ({ bins, bound, minimumWidth, minimumHeight }: BinOptions): EdgeOptions =>
  ({ bins, bound, minima: [minimumWidth, minimumHeight] })

export function makeBins(raw: Tensor, options: BinOptions): Bins {
  const { bins } = options
  const fractions = softmax(reshape(slice(raw, 0, 0, 2 * bins), [2, bins, pointsOf(raw)]), 1)
  return { fractions, edges: edgesOf(fractions, edgeOptions(options)), slopes: slice(raw, 0, 2 * bins, 3 * bins - 1) }
}

/** Where the inner knots, [K−1, M], are the left end and the right end of the bin that holds the point. */
function endsOf(oneHot: Tensor): readonly [left: Tensor, right: Tensor] {
  const bins = oneHot.shape[0] as number
  return [slice(oneHot, 0, 1, bins), slice(oneHot, 0, 0, bins - 1)]
}

/**
 * One-hot [K, M]: the bin that holds `position`, from −B, on the axis of x or of y; and its quantities, [6, M]: left
 * edge and width, lower edge and height, raw slopes at the left and at the right end.
 */
export function chooseBin(
  { edges, slopes }: Bins, bins: number, axis: 'x' | 'y', position: Tensor,
): { readonly oneHot: Tensor; readonly selected: Tensor } {
  const first = axis === 'x' ? 0 : 2 * bins
  const oneHot = findBin(slice(edges, 0, first, first + bins), position)
  const ends = endsOf(oneHot).map((isEnd) => reduceSum(mul(slopes, isEnd), [0], true))
  return { oneHot, selected: concat([select(edges, oneHot), ...ends], 0) }
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
  const spread = mul(reshape(edges, [EDGES, 1, points]), oneHot)
  const edgesOfBins = reshape(spread, [2, 2 * bins, points])
  const ofFractions = matmul(edgeMatrix(oneHot.graph, edgeOptions(options), true), edgesOfBins)
  const centre = reduceSum(reshape(mul(edges, slice(selected, 0, 0, EDGES)), [2, 2, points]), [1], true)
  const ofSizes = reshape(mul(fractions, sub(ofFractions, centre)), [2 * bins, points])
  const [left, right] = endsOf(oneHot)
  const ofSlopes = add(mul(slice(slopes, 0, 0, 1), left), mul(slice(slopes, 0, 1, 2), right))
  return concat([ofSizes, ofSlopes], 0)
}
