/** The IR with its catalogue of ops. */
import { Graph } from './graph.ts'
import { ops } from './ops/index.ts'

export function createGraph(): Graph {
  return new Graph(ops)
}
