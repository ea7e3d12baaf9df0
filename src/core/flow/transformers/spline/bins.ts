/**
 * The bins of monotone splines: from unconstrained numbers to the knots, the search of the bin that holds a point, and
 * the quantities of that bin; with their adjoints, written out, because the chain rule takes many more nodes.
 *
 * Everything is laid out with the batch last: M = N·d points are the columns, bins are rows. Sums over bins, running
 * sums and selections are then products with small constant matrices, the fastest thing that an engine does.
 *
 * raw [3K−1, M]: K widths, K heights, K−1 slopes of the inner knots. Sizes of bins are
 * 2B · (m + (1 − K m) softmax(raw)), with B the bound and m the smallest fraction; edges are counted from −B.
 * Source: Durkan et al. 2019, Neural Spline Flows, §3.1.
 */
import { softmax } from '../../../ir/compositions.ts'
import type { Graph, Tensor } from '../../../ir/graph.ts'
import type { Dim } from '../../../ir/shape.ts'
import { cast, concat, lessOrEqual, matmul, mul, reduceSum, reshape, slice, sub } from '../../../ir/tensor.ts'

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

const pointsOf = (x: Tensor): Dim => x.shape.at(-1) as Dim

type Entry = (row: number, column: number) => number

function matrix(graph: Graph, rows: number, columns: number, entry: Entry): Tensor {
  const values = Float64Array.from({ length: rows * columns }, (_, i) => entry(Math.floor(i / columns), i % columns))
  return graph.constant(values, [rows, columns])
}

/**
 * [2, 2K, K]: for widths and for heights, fractions to K left edges and K sizes. The fractions sum to 1, so that a
 * constant is the same number in every column; the first edge is exactly 0.
 */
function edgeMatrix(graph: Graph, options: BinOptions, transposed: boolean): Tensor {
  const { bins, bound, minimumWidth, minimumHeight } = options
  const blocks = [minimumWidth, minimumHeight].map((minimum): Entry => (row, column) => {
    const free = 1 - bins * minimum
    const bin = row % bins
    const covered = row < bins ? column < bin : column === bin
    return 2 * bound * ((row < bins ? bin : 1) * minimum + (covered ? free : 0))
  })
  const values = blocks.flatMap((entry) => Array.from({ length: 2 * bins * bins }, (_, i) =>
    transposed ? entry(i % (2 * bins), Math.floor(i / (2 * bins))) : entry(Math.floor(i / bins), i % bins)))
  return graph.constant(values, transposed ? [2, bins, 2 * bins] : [2, 2 * bins, bins])
}

/** [2K, K−1]: raw slopes of the inner knots to those at the left and at the right end of each bin; 0 at ±B. */
function slopeMatrix(graph: Graph, bins: number, transposed: boolean): Tensor {
  const isEnd = (row: number, knot: number): number => (knot === (row < bins ? row - 1 : row - bins) ? 1 : 0)
  return transposed
    ? matrix(graph, bins - 1, 2 * bins, (knot, row) => isEnd(row, knot))
    : matrix(graph, 2 * bins, bins - 1, isEnd)
}

export function makeBins(raw: Tensor, options: BinOptions): Bins {
  const { bins } = options
  const points = pointsOf(raw)
  const fractions = softmax(reshape(slice(raw, 0, 0, 2 * bins), [2, bins, points]), 1)
  const edges = matmul(edgeMatrix(raw.graph, options, false), fractions)
  const slopes = matmul(slopeMatrix(raw.graph, bins, false), slice(raw, 0, 2 * bins, 3 * bins - 1))
  return { fractions, table: concat([reshape(edges, [EDGES * bins, points]), slopes], 0) }
}

/**
 * One-hot [K, M]: the bin that holds `position` [1, M], counted from −B, on the axis of x or of y. The position must
 * have been clipped: then one bin holds it. Nothing flows back.
 */
export function findBin({ table }: Bins, bins: number, axis: 'x' | 'y', position: Tensor): Tensor {
  const first = axis === 'x' ? 0 : 2 * bins
  const reached = cast(lessOrEqual(slice(table, 0, first, first + bins), position), 'float')
  const step: Entry = (row, column) => (row === column ? 1 : column === row + 1 ? -1 : 0)
  return matmul(matrix(table.graph, bins, bins, step), reached)
}

/** The quantities of the chosen bins, [6, M]. */
export function select({ table }: Bins, bins: number, oneHot: Tensor): Tensor {
  const points = pointsOf(table)
  const products = reshape(mul(reshape(table, [QUANTITIES, bins, points]), oneHot), [QUANTITIES * bins, points])
  const isOf: Entry = (row, column) => (Math.floor(column / bins) === row ? 1 : 0)
  return matmul(matrix(table.graph, QUANTITIES, QUANTITIES * bins, isOf), products)
}

/**
 * Adjoint of makeBins and select: the cotangent of raw, from those of the chosen edges and sizes [4, M] and raw slopes
 * [2, M]. Of a softmax p, the cotangent is p ∘ (g − Σ p g), and Σ p g is what the chosen quantities say already.
 */
export function scatter(args: {
  readonly options: BinOptions
  readonly fractions: Tensor
  readonly oneHot: Tensor
  /** What `select` gave. */
  readonly selected: Tensor
  readonly edges: Tensor
  readonly slopes: Tensor
}): Tensor {
  const { options, fractions, oneHot, selected, edges, slopes } = args
  const { bins } = options
  const points = pointsOf(oneHot)
  const spread = (cotangent: Tensor, rows: number): Tensor => mul(reshape(cotangent, [rows, 1, points]), oneHot)
  const edgesOfBins = reshape(spread(edges, EDGES), [2, 2 * bins, points])
  const ofFractions = matmul(edgeMatrix(oneHot.graph, options, true), edgesOfBins)
  const centre = reduceSum(reshape(mul(edges, slice(selected, 0, 0, EDGES)), [2, 2, points]), [1], true)
  const ofSizes = reshape(mul(fractions, sub(ofFractions, centre)), [2 * bins, points])
  const slopesOfBins = reshape(spread(slopes, QUANTITIES - EDGES), [2 * bins, points])
  return concat([ofSizes, matmul(slopeMatrix(oneHot.graph, bins, true), slopesOfBins)], 0)
}
