/**
 * Masks that make a network autoregressive (MADE). Dimension d stands at position π(d) = 0 … D − 1 of the order. A
 * hidden unit of degree m may see the positions before m; the parameters of the dimension at position p are computed
 * from units of degree ≤ p. So weights are kept where
 *   input d → unit k: π(d) < m(k),   unit j → unit k: m(j) ≤ m(k),   unit k → output of d: m(k) ≤ π(d),
 * and without hidden layers where input d → output of d′: π(d) < π(d′).
 * Source: Germain, Gregor, Murray & Larochelle 2015, MADE, §4 (eqs. 8 and 9; degrees there count from 1).
 */

/** Something that weights lead to or from, with what decides over them. */
export type Layer =
  | { readonly type: 'inputs' | 'outputs'; readonly positions: readonly number[] }
  | { readonly type: 'units'; readonly degrees: readonly number[] }

export const lengthOf = (layer: Layer): number => (layer.type === 'units' ? layer.degrees : layer.positions).length

/** Units that lie side by side, and the degrees over which they are spread. */
export interface Group {
  readonly units: readonly [start: number, end: number]
  readonly degrees: readonly [start: number, end: number]
}

// These numbers say what saved weights mean: they stay as they are.
const GROUP_WIDTH = 128
const MOST_GROUPS = 4
/** Products are quickest where groups begin at multiples of it. */
const ALIGNMENT = 16

/**
 * The units of every hidden layer, in groups of neighbouring degrees: 1 … D − 1, or from 0 on with a context, which is
 * all that units of degree 0 see; without one there is none of it, unless there is no other dimension to see.
 */
export function groupsOf(width: number, size: number, hasContext: boolean): readonly Group[] {
  const lowest = hasContext || size === 1 ? 0 : 1
  const count = Math.max(1, Math.min(size - lowest, MOST_GROUPS, Math.floor(width / GROUP_WIDTH)))
  const unit = (g: number): number => (g === count ? width : ALIGNMENT * Math.round(g * width / count / ALIGNMENT))
  const degree = (g: number): number => lowest + Math.round(g * (size - lowest) / count)
  return Array.from({ length: count }, (_, g) => ({ units: [unit(g), unit(g + 1)], degrees: [degree(g), degree(g + 1)] }))
}

/** Degrees of the units of every hidden layer, ascending and in each group evenly spread up to its last one. */
export function degreesOf(width: number, size: number, hasContext: boolean): readonly number[] {
  return groupsOf(width, size, hasContext).flatMap(({ units: [start, end], degrees: [low, high] }) =>
    Array.from({ length: end - start }, (_, k) => low + Math.ceil((k + 1) * (high - low) / (end - start)) - 1))
}

/** 1 where the weight from one to the other is kept, 0 elsewhere: [from, to], row-major. */
export function maskOf(from: Layer, to: Layer): Float64Array {
  const rank = (layer: Layer): readonly number[] => (layer.type === 'units' ? layer.degrees : layer.positions)
  const strictly = from.type === 'inputs'
  const [rows, columns] = [rank(from), rank(to)]
  const mask = new Float64Array(rows.length * columns.length)
  rows.forEach((row, i) => columns.forEach((column, j) => {
    if (row < column || (!strictly && row === column)) mask[i * columns.length + j] = 1
  }))
  return mask
}
