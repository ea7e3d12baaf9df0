/** Checks that a graph is well formed: run after every pass, so that a broken rewrite is found where it happened. */
import { type Graph, type Tensor, sameType } from './graph.ts'

/** Throws, naming `after` (the pass) and the node, when a rule is broken. */
export function verify(graph: Graph, after: string): void {
  graph.nodes.forEach((node, id) => {
    const name = `${after}: node %${id} (${node.op})`
    if (node.id !== id) throw new Error(`${name}: its id is ${node.id}`)
    for (const input of node.inputs) {
      if (input.graph !== graph) throw new Error(`${name}: an input belongs to another graph`)
      if (graph.nodes[input.node.id] !== input.node || input.node.id >= id) throw new Error(`${name}: an input comes after it`)
    }
    const types = graph.rule(node.op).infer(node.inputs, node.attributes)
    const agree = types.length === node.outputs.length && types.every((type, i) => sameType(type, node.outputs[i] as Tensor))
    if (!agree) throw new Error(`${name}: its output types are not what its shape rule says`)
    const body = node.attributes['body']
    if (typeof body === 'object' && 'nodes' in body) verify(body, `${name}, in its body`)
  })
  for (const { name, tensor } of [...graph.inputs, ...graph.outputs]) {
    if (tensor.graph !== graph) throw new Error(`${after}: '${name}' belongs to another graph`)
  }
}
