/** The rules of ONNX that an emitter can break: what this returns are the offences. */
import type { GraphProto, ModelProto } from '../../../src/core/onnx/generated/onnx_pb.ts'

export function checkModel(model: ModelProto): string[] {
  if (model.graph === undefined) return ['there is no graph']
  const offences: string[] = []
  checkGraph(model.graph, new Set(), new Set(), new Set(), offences)
  return offences
}

/** `known` are the values in sight; `made` and `nodes` are all names in the model, for they are unique in all of it. */
function checkGraph(
  graph: GraphProto, outer: ReadonlySet<string>, made: Set<string>, nodes: Set<string>, offences: string[],
): void {
  const own = new Set<string>()
  const define = (name: string): void => {
    if (name === '') offences.push('a value has no name')
    if (made.has(name)) offences.push(`'${name}' is made twice`)
    made.add(name)
    own.add(name)
  }
  graph.input.forEach(({ name }) => define(name))
  graph.initializer.forEach(({ name }) => define(name))
  const computed = new Set<string>()
  for (const node of graph.node) {
    if (nodes.has(node.name)) offences.push(`two nodes are named '${node.name}'`)
    nodes.add(node.name)
    for (const name of node.input) {
      if (!own.has(name) && !outer.has(name)) offences.push(`${node.name} takes '${name}', which nothing has made yet`)
    }
    for (const { g } of node.attribute) {
      if (g !== undefined) checkGraph(g, new Set([...outer, ...own]), made, nodes, offences)
    }
    for (const name of node.output) {
      define(name)
      computed.add(name)
    }
  }
  const outputs = graph.output.map(({ name }) => name)
  if (new Set(outputs).size !== outputs.length) offences.push(`${graph.name} has an output twice`)
  for (const name of outputs) if (!computed.has(name)) offences.push(`the output '${name}' is computed by no node`)
}
