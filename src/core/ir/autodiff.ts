/**
 * Reverse-mode differentiation: appends to a graph the nodes that compute vector-Jacobian products. The rules are made
 * of ops, so what it appends can be differentiated again.
 */
import { full } from './compositions.ts'
import { type Node, type Tensor, sameType } from './graph.ts'
import { showShape } from './shape.ts'
import { add } from './tensor.ts'

/**
 * Cotangents of `inputs`, given those of `outputs`: Σ cotangentᵀ ∂output/∂input, each with the shape of its input.
 * All tensors are floats of one graph. The inputs are independent variables: where one was made from another, what
 * flows into the first does not flow on, so that both get their partial derivatives (of z and x in r(z, x) = 0).
 */
export function vjp(outputs: readonly Tensor[], cotangents: readonly Tensor[], inputs: readonly Tensor[]): Tensor[] {
  check(outputs, cotangents, inputs)
  const graph = inputs[0]?.graph
  if (graph === undefined) return []
  const sums = new Map<Node, (Tensor | undefined)[]>()
  const receive = (tensor: Tensor, cotangent: Tensor): void => {
    if (!sameType(tensor, cotangent)) {
      throw new Error(`vjp: ${show(tensor)} was given the cotangent ${show(cotangent)}`)
    }
    const slots = sums.get(tensor.node) ?? new Array<Tensor | undefined>(tensor.node.outputs.length).fill(undefined)
    const sum = slots[tensor.output]
    slots[tensor.output] = sum === undefined ? cotangent : add(sum, cotangent)
    sums.set(tensor.node, slots)
  }
  outputs.forEach((output, i) => receive(output, cotangents[i] as Tensor))

  const relevant = dependents(graph.nodes, inputs)
  const last = Math.max(-1, ...outputs.map((output) => output.node.id))
  for (let id = last; id >= 0; id--) {
    const node = graph.nodes[id] as Node
    const isInput = (output: number): boolean => inputs.includes(node.outputs[output] as Tensor)
    const slots = sums.get(node)?.map((cotangent, i) => (isInput(i) ? undefined : cotangent))
    if (!slots?.some((cotangent) => cotangent) || !node.inputs.some((input) => relevant.has(input.node))) continue
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

const show = ({ node, dtype, shape }: Tensor): string => `${node.op} (%${node.id}), ${dtype}${showShape(shape)}`

function check(outputs: readonly Tensor[], cotangents: readonly Tensor[], inputs: readonly Tensor[]): void {
  if (outputs.length !== cotangents.length) {
    throw new Error(`vjp: takes one cotangent per output, got ${cotangents.length} for ${outputs.length}`)
  }
  for (const tensor of [...outputs, ...inputs]) {
    if (tensor.dtype !== 'float') throw new Error(`vjp: ${show(tensor)} cannot be differentiated`)
  }
  // The rules of ops leave constants out, so what would come back is not their derivative.
  const constant = inputs.find((input) => input.node.op === 'constant')
  if (constant !== undefined) throw new Error(`vjp: ${show(constant)} is no variable`)
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
