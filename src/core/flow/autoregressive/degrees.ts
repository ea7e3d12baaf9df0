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

/**
 * Degrees of the units of every hidden layer, ascending and evenly spread. A unit of degree 0 sees the context alone,
 * so there is none without one, unless there is no other dimension to see.
 */
export function degreesOf(width: number, size: number, hasContext: boolean): readonly number[] {
  const lowest = hasContext || size === 1 ? 0 : 1
  const count = size - lowest
  return Array.from({ length: width }, (_, k) => lowest + Math.ceil((k + 1) * count / width) - 1)
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
