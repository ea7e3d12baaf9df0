/**
 * Static shapes with symbolic axes.
 *
 * An axis is a number, or a multiple of one symbol whose value is known when the program runs: `N` is the batch, `K`
 * the number of training steps in one call. `'4N'` is four times the batch, so that [N, 2, 2, C] can become [4N, C].
 */
export type AxisSymbol = 'N' | 'K'
export type Dim = number | AxisSymbol | `${number}${AxisSymbol}`
export type Shape = readonly Dim[]
/** Values of the symbols in one evaluation. */
export type Bindings = Readonly<Partial<Record<AxisSymbol, number>>>

export function parseDim(dim: Dim): { factor: number; symbol: AxisSymbol | undefined } {
  if (typeof dim === 'number') return { factor: dim, symbol: undefined }
  const symbol = dim.slice(-1) as AxisSymbol
  return { factor: dim.length === 1 ? 1 : Number(dim.slice(0, -1)), symbol }
}

function makeDim(factor: number, symbol: AxisSymbol | undefined): Dim {
  if (symbol === undefined || factor === 0) return factor
  return factor === 1 ? symbol : `${factor}${symbol}`
}

/** Number of elements; undefined when two symbols would multiply, which no program needs. */
export function shapeSize(shape: Shape): Dim | undefined {
  let factor = 1
  let symbol: AxisSymbol | undefined
  for (const dim of shape) {
    const part = parseDim(dim)
    factor *= part.factor
    if (part.symbol === undefined) continue
    if (symbol !== undefined) return undefined
    symbol = part.symbol
  }
  return makeDim(factor, symbol)
}

/** Whether two shapes hold equally many elements, whatever the values of the symbols. */
export function sameSize(a: Shape, b: Shape): boolean {
  const [left, right] = [a, b].map((shape) => {
    const parts = shape.map(parseDim)
    const factor = parts.reduce((product, part) => product * part.factor, 1)
    return [factor, ...(factor === 0 ? [] : parts.flatMap(({ symbol }) => symbol ?? []).sort())].join()
  })
  return left === right
}

/** `a` divided by `b` when it goes without a rest. */
export function divideDim(a: Dim, b: Dim): Dim | undefined {
  const [top, bottom] = [parseDim(a), parseDim(b)]
  if (bottom.symbol !== undefined && bottom.symbol !== top.symbol) return undefined
  if (bottom.factor === 0 || top.factor % bottom.factor !== 0) return undefined
  return makeDim(top.factor / bottom.factor, bottom.symbol === undefined ? top.symbol : undefined)
}

export function addDims(a: Dim, b: Dim): Dim | undefined {
  const [left, right] = [parseDim(a), parseDim(b)]
  if (left.symbol !== right.symbol) return undefined
  return makeDim(left.factor + right.factor, left.symbol)
}

/** Shape of an element-wise operation (numpy's rule); undefined when the shapes do not fit. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length)
  const out: Dim[] = []
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1
    const right = b[axis - rank + b.length] ?? 1
    if (left !== right && left !== 1 && right !== 1) return undefined
    out.push(left === 1 ? right : left)
  }
  return out
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis])
}

export function bindDim(dim: Dim, bindings: Bindings): number {
  const { factor, symbol } = parseDim(dim)
  if (symbol === undefined) return factor
  const value = bindings[symbol]
  if (value === undefined) throw new Error(`bindDim: the symbol ${symbol} of the axis ${dim} has no value`)
  return factor * value
}

export function bindShape(shape: Shape, bindings: Bindings): number[] {
  return shape.map((dim) => bindDim(dim, bindings))
}

/** True when no axis is symbolic. */
export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((dim) => typeof dim === 'number')
}

export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}
