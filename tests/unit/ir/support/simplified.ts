/** A small program, simplified: what is left of it, with its values checked on the way. */
import { expect } from 'vitest'
import type { Graph, Tensor } from '../../../../src/core/ir/graph.ts'
import { createGraph } from '../../../../src/core/ir/index.ts'
import { removeDeadCode } from '../../../../src/core/ir/passes/dead-code.ts'
import { simplify } from '../../../../src/core/ir/passes/simplify.ts'
import { print } from '../../../../src/core/ir/print.ts'
import { verify } from '../../../../src/core/ir/verify.ts'
import { firstDifference, randomInputs } from './random-graph.ts'

export type Build = (g: Graph) => Tensor

export function programOf(build: Build): Graph {
  const g = createGraph()
  g.output('y', build(g))
  return g
}

export const simplified = (graph: Graph): Graph => removeDeadCode(simplify(graph))

/** The ops that are left, other than inputs and constants; the values are checked on the way. */
export function opsLeft(build: Build): readonly string[] {
  const before = programOf(build)
  const after = simplified(before)
  verify(after, 'simplify')
  for (const seed of [1, 2, 3]) {
    const difference = firstDifference(before, after, randomInputs(before, seed))
    if (difference !== undefined) expect.fail(`${difference}\n${print(before)}\nbecame\n${print(after)}`)
  }
  return after.nodes.map(({ op }) => op).filter((op) => op !== 'input' && op !== 'constant')
}
