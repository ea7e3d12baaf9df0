/** Copies the nodes of one graph into another, with the first graph's inputs bound to given tensors. */
import type { Graph, Node, Tensor } from './graph.ts'

/** Returns the copies of `from`'s outputs, in their order. Nodes that no output needs are left behind. */
export function copyInto(to: Graph, from: Graph, inputs: readonly Tensor[]): readonly Tensor[] {
  if (inputs.length !== from.inputs.length) {
    throw new Error(`copyInto: the graph takes ${from.inputs.length} inputs, got ${inputs.length}`)
  }
  const needed = reachable(from)
  const copies = new Map<Node, readonly Tensor[]>()
  from.inputs.forEach(({ tensor }, i) => copies.set(tensor.node, [inputs[i] as Tensor]))
  const copyOf = (tensor: Tensor): Tensor => {
    const copy = copies.get(tensor.node)?.[tensor.output]
    if (copy === undefined) throw new Error(`copyInto: ${tensor.node.op} is used before it is made`)
    return copy
  }
  for (const node of from.nodes) {
    if (needed.has(node) && !copies.has(node)) copies.set(node, to.apply(node.op, node.inputs.map(copyOf), node.attributes))
  }
  return from.outputs.map(({ tensor }) => copyOf(tensor))
}

/** The nodes that the outputs depend on. */
export function reachable(graph: Graph): ReadonlySet<Node> {
  const needed = new Set<Node>(graph.outputs.map(({ tensor }) => tensor.node))
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i] as Node
    if (needed.has(node)) for (const input of node.inputs) needed.add(input.node)
  }
  return needed
}
