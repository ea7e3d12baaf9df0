/** Algebraic identities that the chain rule leaves behind; the rules are in `rules/`, by family. */
import type { Graph, Tensor } from '../graph.ts'
import { rewriteGraph } from './rewrite.ts'
import { arithmetic } from './rules/arithmetic.ts'
import type { Rules } from './rules/rule.ts'
import { spreadLate } from './rules/spread.ts'
import { windows } from './rules/windows.ts'

const rules: Rules = { ...arithmetic, ...windows }

/** How often each tensor is taken, by nodes and by the graph's outputs. */
function countUses(graph: Graph): ReadonlyMap<Tensor, number> {
  const uses = new Map<Tensor, number>()
  const count = (tensor: Tensor): void => { uses.set(tensor, (uses.get(tensor) ?? 0) + 1) }
  for (const node of graph.nodes) node.inputs.forEach(count)
  for (const { tensor } of graph.outputs) count(tensor)
  return uses
}

export function simplify(from: Graph): Graph {
  const uses = countUses(from)
  return rewriteGraph(from, ({ graph, node, inputs, keep }) => {
    const only = (input: number): boolean => uses.get(node.inputs[input] as Tensor) === 1
    const simpler = rules[node.op]?.({ graph, node, inputs, only })
    if (simpler !== undefined) return [simpler]
    const smaller = spreadLate(graph, node, inputs)
    return smaller === undefined ? keep() : graph.apply(node.op, smaller, node.attributes)
  })
}
