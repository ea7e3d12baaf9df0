/** Leaves the spreading of operands to the op that takes them: less is written, and constants stay scalars. */
import { type Graph, type Node, type Tensor, uniformValue } from '../../graph.ts'
import { type Shape, broadcastShapes, sameShape } from '../../shape.ts'

/** Ops that broadcast their operands by themselves. */
const broadcasting: ReadonlySet<string> = new Set(
  ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'less', 'lessOrEqual', 'equal', 'where'],
)

/** What a broadcast operand was before it was spread out: a smaller tensor, or a scalar for a uniform constant. */
function compact(graph: Graph, operand: Tensor): Tensor {
  if (operand.node.op === 'broadcastTo') return operand.node.inputs[0] as Tensor
  const value = operand.shape.length > 0 && operand.dtype !== 'bool' ? uniformValue(operand) : undefined
  return value === undefined ? operand : graph.constant(value, [], operand.dtype)
}

/** The operands to take instead, as long as the result keeps its shape; undefined where there is nothing to gain. */
export function spreadLate(graph: Graph, node: Node, inputs: readonly Tensor[]): readonly Tensor[] | undefined {
  if (!broadcasting.has(node.op)) return undefined
  const shape = (node.outputs[0] as Tensor).shape
  let operands = inputs
  for (let i = 0; i < inputs.length; i++) {
    const smaller = compact(graph, inputs[i] as Tensor)
    if (smaller === inputs[i]) continue
    const candidate = operands.map((operand, k) => (k === i ? smaller : operand))
    const joined = candidate.reduce<Shape | undefined>((sum, { shape: next }) => sum && broadcastShapes(sum, next), [])
    if (joined !== undefined && sameShape(joined, shape)) operands = candidate
  }
  return operands === inputs ? undefined : operands
}
