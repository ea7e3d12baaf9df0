/**
 * Evaluates, in float64, every node whose inputs are all constants. With parameters bound to constants this folds all
 * weight-only algebra (inverses, log-determinants, masks times weights) at full precision.
 */
import { evaluateNode } from '../evaluate.ts'
import { type Graph, type Node, constantValues, staticShape } from '../graph.ts'
import { type NdArray, sizeOf } from '../nd.ts'
import { isStatic } from '../shape.ts'
import { rewriteGraph } from './rewrite.ts'

/** A result that is larger than this and than everything it is made from stays computed: files stay small. */
const SMALL = 1024
/** Padding to a power of two, as inverses do, makes a matrix up to four times as large. */
const GROWTH = 4

function worthFolding(node: Node): boolean {
  if (node.inputs.length === 0 || node.op === 'loop') return false
  if (node.outputs.some((output) => !isStatic(output.shape))) return false
  const made = Math.max(...node.outputs.map((output) => sizeOf(staticShape(output, node.op))))
  const taken = node.inputs.reduce((sum, input) => sum + sizeOf(staticShape(input, node.op)), 0)
  return made <= Math.max(SMALL, GROWTH * taken)
}

export function foldConstants(from: Graph): Graph {
  return rewriteGraph(from, ({ graph, node, inputs, keep }) => {
    const values = inputs.map(constantValues)
    if (values.some((value) => value === undefined) || !worthFolding(node)) return keep()
    const arrays = inputs.map((input, i): NdArray => ({ shape: staticShape(input, node.op), data: values[i] as Float64Array }))
    return evaluateNode(from, node, arrays, {}).map((result, i) =>
      graph.constant(result.data, result.shape, node.outputs[i]?.dtype ?? 'float'))
  })
}
