/** Lengths of symbolic axes, read from the shapes of the values that a graph is given (and that fit its inputs). */
import type { Graph } from '../../../core/ir/graph.ts'
import { type AxisSymbol, type Bindings, parseDim } from '../../../core/ir/shape.ts'

/** A nested graph knows the symbols of the outer one as well. */
export function bindSymbols(graph: Graph, shapes: readonly (readonly number[])[], outer: Bindings): Bindings {
  const bindings: Partial<Record<AxisSymbol, number>> = { ...outer }
  graph.inputs.forEach(({ tensor }, i) => tensor.shape.forEach((dim, axis) => {
    const { factor, symbol } = parseDim(dim)
    const length = shapes[i]?.[axis]
    if (symbol !== undefined && length !== undefined) bindings[symbol] ??= length / factor
  }))
  return bindings
}
