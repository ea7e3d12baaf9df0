/**
 * Floating-point operations of a graph for one example: 2·m·n·k for a product of [m, k] and [k, n], and 1 for each
 * element of an element-wise operation or of what a reduction adds up; moving data is free. What does not depend on the
 * batch (weight-only algebra) is done once a call and left out. A loop that may end early counts with all its rounds.
 */
import { type Graph, type Node, type Tensor, constantValues } from '../ir/graph.ts'
import type { OpName } from '../ir/ops/index.ts'
import { type Shape, parseDim } from '../ir/shape.ts'

/** What an op costs: nothing, 1 for each element of its result or of its first input, or by a rule of its own. */
type Cost = 'free' | 'result' | 'input' | ((node: Node) => number)

/** Elements for one example; 0 for what has no batch axis. */
function elements(shape: Shape): number {
  const dims = shape.map(parseDim)
  return dims.some(({ symbol }) => symbol === 'N') ? dims.reduce((product, { factor }) => product * factor, 1) : 0
}

function matmul({ inputs, outputs, attributes }: Node): number {
  const [a, out] = [inputs[0] as Tensor, outputs[0] as Tensor]
  const inner = a.shape.at(attributes['transposeA'] === true ? -2 : -1) ?? 1
  return 2 * elements(out.shape) * parseDim(inner).factor
}

function loop({ inputs, attributes }: Node): number {
  const { length } = attributes
  const rounds = constantValues(inputs[0] as Tensor)?.[0] ?? (typeof length === 'number' ? length : 1)
  return rounds * countFlops(attributes['body'] as Graph)
}

/** Every op has its line: one that is missing does not compile. */
const costs = {
  input: 'free', constant: 'free', reshape: 'free', transpose: 'free', broadcastTo: 'free', slice: 'free',
  concat: 'free', pad: 'free', gather: 'free', cast: 'free', stopGradient: 'free', withGradient: 'free',
  abs: 'result', add: 'result', and: 'result', cos: 'result', div: 'result', equal: 'result', erf: 'result',
  exp: 'result', floor: 'result', heaviside: 'result', less: 'result', lessOrEqual: 'result', log: 'result',
  maximum: 'result', minimum: 'result', mul: 'result', neg: 'result', not: 'result', or: 'result', reciprocal: 'result',
  relu: 'result', sigmoid: 'result', sign: 'result', sin: 'result', softplus: 'result', sqrt: 'result',
  sub: 'result', tanh: 'result', where: 'result',
  cumulativeSum: 'input', reduceMax: 'input', reduceSum: 'input', scatterAdd: 'input',
  matmul, loop,
} as const satisfies Readonly<Record<OpName, Cost>>

function nodeFlops(node: Node): number {
  const cost: Cost = costs[node.op as OpName]
  if (typeof cost === 'function') return cost(node)
  if (cost === 'free') return 0
  const tensors = cost === 'result' ? node.outputs : node.inputs.slice(0, 1)
  return tensors.reduce((sum, { shape }) => sum + elements(shape), 0)
}

/** For one example of the batch N. */
export function countFlops(graph: Graph): number {
  return graph.nodes.reduce((sum, node) => sum + nodeFlops(node), 0)
}
