/** The passes in their order, repeated until the graph stops shrinking; the graph is verified after each. */
import { Graph } from '../graph.ts'
import { verify } from '../verify.ts'
import { mergeCommonSubexpressions } from './common-subexpressions.ts'
import { foldConstants } from './constant-folding.ts'
import { removeDeadCode } from './dead-code.ts'
import { rewriteGraph } from './rewrite.ts'
import { simplify } from './simplify.ts'

const passes: readonly (readonly [string, (graph: Graph) => Graph])[] = [
  ['bodies', optimiseBodies],
  ['simplify', simplify],
  ['constant folding', foldConstants],
  ['common subexpressions', mergeCommonSubexpressions],
  ['dead code', removeDeadCode],
]

const MAX_ROUNDS = 4

export function optimise(graph: Graph): Graph {
  let best = graph
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = best.nodes.length
    for (const [name, pass] of passes) {
      best = pass(best)
      verify(best, name)
    }
    if (round > 0 && best.nodes.length >= before) break
  }
  return best
}

const optimised = new WeakMap<Graph, Graph>()

function optimiseBodies(from: Graph): Graph {
  return rewriteGraph(from, ({ graph, node, inputs, keep }) => {
    const { body } = node.attributes
    if (!(body instanceof Graph)) return keep()
    const better = optimised.get(body) ?? optimise(body)
    optimised.set(body, better)
    optimised.set(better, better)
    return graph.apply(node.op, inputs, { ...node.attributes, body: better })
  })
}
