/** Algebraic identities that the chain rule leaves behind: x·1, x+0, −(−x), reshapes of reshapes, sums of one element. */
import { type Graph, type Node, type Tensor, sameType, uniformValue } from '../graph.ts'
import { type Shape, broadcastShapes, sameShape } from '../shape.ts'
import type { PadAttributes } from '../ops/pad.ts'
import { concat, mul, neg, pad, reshape, sub } from '../tensor.ts'
import type { ReduceAttributes } from '../reduction.ts'
import { rewriteGraph } from './rewrite.ts'

type Rule = (node: Node, inputs: readonly Tensor[]) => Tensor | undefined

/** x, when the other operand changes neither its values nor its shape. */
function neutral(node: Node, x: Tensor | undefined, other: Tensor | undefined, value: number): Tensor | undefined {
  const keeps = x !== undefined && other !== undefined && uniformValue(other) === value && sameType(x, node.outputs[0] as Tensor)
  return keeps ? x : undefined
}

const only = (tensor: Tensor | undefined, op: string): Node | undefined => (tensor?.node.op === op ? tensor.node : undefined)

/**
 * Two windows of zeros-padded values, one ending where the other begins, are one window: what is left of the
 * cotangents of neighbouring slices.
 */
function joinWindows(first: Tensor, second: Tensor): Tensor | undefined {
  const [a, b] = [only(first, 'pad'), only(second, 'pad')]
  const [x, y] = [a?.inputs[0], b?.inputs[0]]
  if (a === undefined || b === undefined || x === undefined || y === undefined) return undefined
  // One that is spread by the sum cannot be laid beside the other.
  if (!sameShape(first.shape, second.shape)) return undefined
  const [left, right] = [a.attributes as PadAttributes, b.attributes as PadAttributes]
  const { axis } = left
  const neighbours = axis === right.axis && left.before + (x.shape[axis] as number) === right.before
  return neighbours ? pad(concat([x, y], axis), axis, left.before, right.after) : undefined
}

const rules: Readonly<Record<string, Rule>> = {
  add(node, [a, b]) {
    const same = neutral(node, a, b, 0) ?? neutral(node, b, a, 0)
    if (same !== undefined || a === undefined || b === undefined) return same
    const negated = only(b, 'neg')?.inputs[0]
    return negated === undefined ? (joinWindows(a, b) ?? joinWindows(b, a)) : sub(a, negated)
  },
  sub(node, [a, b]) {
    const same = neutral(node, a, b, 0)
    if (same !== undefined || a === undefined || b === undefined) return same
    return uniformValue(a) === 0 && sameType(b, node.outputs[0] as Tensor) && b.dtype === 'float' ? neg(b) : undefined
  },
  mul(node, [a, b]) {
    const same = neutral(node, a, b, 1) ?? neutral(node, b, a, 1)
    if (same !== undefined || a === undefined || b === undefined || a.dtype !== 'float') return same
    const [minusA, minusB] = [only(a, 'neg')?.inputs[0], only(b, 'neg')?.inputs[0]]
    if (minusA !== undefined && minusB !== undefined) return mul(minusA, minusB)
    for (const [x, factor] of [[a, b], [b, a]] as const) {
      if (uniformValue(factor) === -1 && sameType(x, node.outputs[0] as Tensor)) return neg(x)
    }
    return undefined
  },
  div: (node, [a, b]) => neutral(node, a, b, 1),
  neg: (_node, [x]) => only(x, 'neg')?.inputs[0],
  reshape(node, [x]) {
    if (x === undefined) return undefined
    const shape = (node.outputs[0] as Tensor).shape
    if (sameShape(x.shape, shape)) return x
    const inner = only(x, 'reshape')?.inputs[0]
    return inner === undefined ? undefined : reshape(inner, shape)
  },
  broadcastTo: (node, [x]) => (x !== undefined && sameShape(x.shape, (node.outputs[0] as Tensor).shape) ? x : undefined),
  reduceSum(node, [x]) {
    const { axes } = node.attributes as ReduceAttributes
    if (x === undefined || axes.some((axis) => x.shape[axis] !== 1)) return undefined
    return reshape(x, (node.outputs[0] as Tensor).shape)
  },
  where(node, [, yes, no]) {
    return yes !== undefined && yes === no && sameType(yes, node.outputs[0] as Tensor) ? yes : undefined
  },
}

/** Ops that broadcast their operands by themselves. */
const broadcasting: ReadonlySet<string> = new Set(
  ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'less', 'lessOrEqual', 'equal', 'where'],
)

/** What a broadcast operand was before it was spread out: a smaller tensor, or a scalar for a uniform constant. */
function compact(graph: Graph, operand: Tensor): Tensor {
  if (operand.node.op === 'broadcastTo') return operand.node.inputs[0] as Tensor
  const value = operand.shape.length > 0 && operand.dtype !== 'bool' ? uniformValue(operand) : undefined
  return value === undefined ? operand : graph.constant(value, [], operand.dtype)
}

/** Leaves the spreading of operands to the op itself, as long as the result keeps its shape. */
function spreadLate(graph: Graph, node: Node, inputs: readonly Tensor[]): readonly Tensor[] | undefined {
  if (!broadcasting.has(node.op)) return undefined
  const shape = (node.outputs[0] as Tensor).shape
  let operands = inputs
  for (let i = 0; i < inputs.length; i++) {
    const smaller = compact(graph, inputs[i] as Tensor)
    if (smaller === inputs[i]) continue
    const candidate = operands.map((operand, k) => (k === i ? smaller : operand))
    const joined = candidate.reduce<Shape | undefined>((sum, { shape: next }) => sum && broadcastShapes(sum, next), [])
    if (joined !== undefined && sameShape(joined, shape)) operands = candidate
  }
  return operands === inputs ? undefined : operands
}

export function simplify(from: Graph): Graph {
  return rewriteGraph(from, ({ graph, node, inputs, keep }) => {
    const simpler = rules[node.op]?.(node, inputs)
    if (simpler !== undefined) return [simpler]
    const smaller = spreadLate(graph, node, inputs)
    return smaller === undefined ? keep() : graph.apply(node.op, smaller, node.attributes)
  })
}
