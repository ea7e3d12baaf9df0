/** What passes share: a new graph made from an old one, node by node. */
import { reachable } from '../copy.ts'
import { Graph, type Node, type Tensor, sameType } from '../graph.ts'

/** Replacement of one node: the tensors that stand for its outputs in the new graph. */
export type Rewrite = (args: {
  readonly graph: Graph
  readonly node: Node
  /** The node's inputs in the new graph. */
  readonly inputs: readonly Tensor[]
  /** The node as it is. */
  readonly keep: () => readonly Tensor[]
  /** What stands in the new graph for a tensor that the node depends on. */
  readonly made: (tensor: Tensor) => Tensor
}) => readonly Tensor[]

/** Dead nodes are left out on the way; the inputs stay, in their order, because they are the program's signature. */
export function rewriteGraph(from: Graph, rewrite: Rewrite): Graph {
  const graph = new Graph(from.ops)
  const needed = reachable(from)
  const made = new Map<Node, readonly Tensor[]>()
  for (const { name, tensor } of from.inputs) made.set(tensor.node, [graph.input(name, tensor.shape, tensor.dtype)])
  const madeOf = (tensor: Tensor): Tensor => (made.get(tensor.node) as readonly Tensor[])[tensor.output] as Tensor
  for (const node of from.nodes) {
    if (!needed.has(node) || made.has(node)) continue
    const inputs = node.inputs.map(madeOf)
    const replacements = rewrite({
      graph, node, inputs, keep: () => graph.apply(node.op, inputs, node.attributes), made: madeOf,
    })
    const agree = replacements.length === node.outputs.length
      && replacements.every((tensor, i) => sameType(tensor, node.outputs[i] as Tensor))
    if (!agree) throw new Error(`rewriteGraph: the replacement of %${node.id} (${node.op}) has other types than it`)
    made.set(node, replacements)
  }
  for (const { name, tensor } of from.outputs) graph.output(name, madeOf(tensor))
  return graph
}
