/** Checks that a graph is well formed: run after every pass, so that a broken rewrite is found where it happened. */
import { type Graph, type Node, type Tensor, type TensorType, sameType } from './graph.ts'

/** Throws, naming `after` (the pass) and the node, when a rule is broken. */
export function verify(graph: Graph, after: string): void {
  graph.nodes.forEach((node, id) => verifyNode(graph, node, id, `${after}: node %${id} (${node.op})`))
  for (const { name, tensor } of [...graph.inputs, ...graph.outputs]) {
    if (tensor.graph !== graph) throw new Error(`${after}: '${name}' belongs to another graph`)
    if (!isOutputOf(graph, tensor)) throw new Error(`${after}: '${name}' is no output of a node of the graph`)
  }
  const declared = new Set(graph.inputs.map(({ tensor }) => tensor.node))
  const used = graph.nodes.filter(({ op }) => op === 'input')
  if (declared.size !== used.length || used.some((node) => !declared.has(node))) {
    throw new Error(`${after}: the declared inputs are not the input nodes`)
  }
}

function isOutputOf(graph: Graph, tensor: Tensor): boolean {
  return graph.nodes[tensor.node.id] === tensor.node && tensor.node.outputs[tensor.output] === tensor
}

function verifyNode(graph: Graph, node: Node, id: number, name: string): void {
  if (node.id !== id) throw new Error(`${name}: its id is ${node.id}`)
  for (const input of node.inputs) {
    if (input.graph !== graph) throw new Error(`${name}: an input belongs to another graph`)
    if (!isOutputOf(graph, input)) throw new Error(`${name}: an input is no output of a node of the graph`)
    if (input.node.id >= id) throw new Error(`${name}: an input comes after it`)
  }
  node.outputs.forEach((output, i) => {
    const own = output.node === node && output.output === i && output.graph === graph
    if (!own) throw new Error(`${name}: an output is not its own`)
  })
  const types = inferTypes(graph, node, name)
  const agree = types.length === node.outputs.length
    && types.every((type, i) => sameType(type, node.outputs[i] as Tensor))
  if (!agree) throw new Error(`${name}: its output types are not what its shape rule says`)
  const body = node.attributes['body']
  if (typeof body === 'object' && 'nodes' in body) verify(body, `${name}, in its body`)
}

function inferTypes(graph: Graph, node: Node, name: string): readonly TensorType[] {
  try {
    return graph.rule(node.op).infer(node.inputs, node.attributes)
  } catch (cause) {
    throw new Error(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
