/** Algebraic identities that the chain rule leaves behind; the rules are in `rules/`, by family. */
import type { Graph, Tensor } from '../graph.ts'
import { rewriteGraph } from './rewrite.ts'
import { arithmetic } from './rules/arithmetic.ts'
import type { Rule, Rules } from './rules/rule.ts'
import { spreadLate } from './rules/spread.ts'
import { transpositions } from './rules/transpositions.ts'
import { windows } from './rules/windows.ts'

/** By op, in the order in which they are tried. */
const rules: Readonly<Record<string, readonly Rule[]>> = [arithmetic, transpositions, windows].reduce(
  (all: Record<string, readonly Rule[]>, family: Rules) => {
    for (const [op, rule] of Object.entries(family)) all[op] = [...(all[op] ?? []), rule]
    return all
  }, {})

/** How often each tensor is taken, by nodes and by the graph's outputs. */
function countUses(graph: Graph): ReadonlyMap<Tensor, number> {
  const uses = new Map<Tensor, number>()
  const count = (tensor: Tensor): void => { uses.set(tensor, (uses.get(tensor) ?? 0) + 1) }
  for (const node of graph.nodes) node.inputs.forEach(count)
  for (const { tensor } of graph.outputs) count(tensor)
  return uses
}

export function simplify(from: Graph): Graph {
  const counted = countUses(from)
  const uses = (tensor: Tensor): number => counted.get(tensor) ?? 0
  return rewriteGraph(from, ({ graph, node, inputs, keep, made }) => {
    const only = (input: number): boolean => uses(node.inputs[input] as Tensor) === 1
    for (const rule of rules[node.op] ?? []) {
      const simpler = rule({ graph, node, inputs, only, uses, made })
      if (simpler !== undefined) return [simpler]
    }
    const smaller = spreadLate(graph, node, inputs)
    return smaller === undefined ? keep() : graph.apply(node.op, smaller, node.attributes)
  })
}
