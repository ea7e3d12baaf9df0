/** Leaves out every node that no output depends on. */
import type { Graph } from '../graph.ts'
import { rewriteGraph } from './rewrite.ts'

export function removeDeadCode(graph: Graph): Graph {
  return rewriteGraph(graph, ({ keep }) => keep())
}
