/**
 * Reverse-mode differentiation: appends to a graph the nodes that compute vector-Jacobian products. The rules are made
 * of ops, so what it appends can be differentiated again.
 */
import { full } from './compositions.ts'
import type { Node, Tensor } from './graph.ts'
import { add } from './tensor.ts'

/**
 * Cotangents of `inputs`, given those of `outputs`: Σ cotangentᵀ ∂output/∂input, each with the shape of its input.
 * All tensors belong to one graph.
 */
export function vjp(outputs: readonly Tensor[], cotangents: readonly Tensor[], inputs: readonly Tensor[]): Tensor[] {
  const sums = new Map<Node, (Tensor | undefined)[]>()
  const receive = (tensor: Tensor, cotangent: Tensor): void => {
    const slots = sums.get(tensor.node) ?? new Array<Tensor | undefined>(tensor.node.outputs.length).fill(undefined)
    const sum = slots[tensor.output]
    slots[tensor.output] = sum === undefined ? cotangent : add(sum, cotangent)
    sums.set(tensor.node, slots)
  }
  outputs.forEach((output, i) => receive(output, cotangents[i] as Tensor))

  const graph = (outputs[0] as Tensor).graph
  const relevant = dependents(graph.nodes, inputs)
  const last = Math.max(...outputs.map((output) => output.node.id))
  for (let id = last; id >= 0; id--) {
    const node = graph.nodes[id] as Node
    const slots = sums.get(node)
    if (slots === undefined || !relevant.has(node) || node.inputs.length === 0) continue
    const back = graph.rule(node.op).vjp({
      inputs: node.inputs, outputs: node.outputs, attributes: node.attributes, cotangents: slots,
    })
    node.inputs.forEach((input, i) => {
      const cotangent = back[i]
      if (cotangent !== undefined && relevant.has(input.node)) receive(input, cotangent)
    })
  }
  return inputs.map((input) => sums.get(input.node)?.[input.output] ?? full(graph, 0, input.shape))
}

/** Gradient of a scalar. */
export function gradient(scalar: Tensor, inputs: readonly Tensor[]): Tensor[] {
  if (scalar.shape.length !== 0) throw new Error(`gradient: takes a scalar, got [${scalar.shape.join(', ')}]`)
  return vjp([scalar], [scalar.graph.constant(1)], inputs)
}

/** Nodes that depend on one of the tensors, and those tensors' own. */
function dependents(nodes: readonly Node[], inputs: readonly Tensor[]): ReadonlySet<Node> {
  const found = new Set<Node>(inputs.map((input) => input.node))
  for (const node of nodes) {
    if (node.inputs.some((input) => found.has(input.node))) found.add(node)
  }
  return found
}
