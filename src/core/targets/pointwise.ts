/** A density's graph as a plain function of points, by the reference evaluation in float64. */
import { evaluate } from '../ir/evaluate.ts'
import type { Tensor } from '../ir/graph.ts'
import { createGraph } from '../ir/index.ts'
import { optimise } from '../ir/passes/optimise.ts'

/** f of points [N, D], row-major, as N numbers. */
export function pointwise(f: (x: Tensor) => Tensor, dimension: number): (points: Float64Array) => Float64Array {
  const graph = createGraph()
  graph.output('value', f(graph.input('x', ['N', dimension])))
  const program = optimise(graph)
  return (points) => {
    const out = evaluate(program, { x: { shape: [points.length / dimension, dimension], data: points } })['value']
    if (out === undefined) throw new Error('pointwise: the graph gave no value')
    return out.data
  }
}
