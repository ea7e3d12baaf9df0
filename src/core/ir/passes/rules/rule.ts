/** What the rules of the simplifier share. */
import { type Graph, type Node, type Tensor, sameType, uniformValue } from '../../graph.ts'

export interface RuleArguments {
  readonly graph: Graph
  /** The node as it was. */
  readonly node: Node
  /** Its inputs in the new graph. */
  readonly inputs: readonly Tensor[]
  /** Whether nothing else takes this input of the node: what it replaces then disappears. */
  only(input: number): boolean
  /** How often a tensor of the old graph is taken. */
  uses(tensor: Tensor): number
  /** What stands in the new graph for a tensor of the old one that the node depends on. */
  made(tensor: Tensor): Tensor
}

/** A simpler tensor of the same type, or undefined. */
export type Rule = (args: RuleArguments) => Tensor | undefined
export type Rules = Readonly<Record<string, Rule>>

/** The node that makes the tensor, if it is of this op. */
export function madeBy(tensor: Tensor | undefined, op: string): Node | undefined {
  return tensor?.node.op === op ? tensor.node : undefined
}

/** x, when the other operand changes neither its values nor its shape. */
export function neutral(node: Node, x: Tensor | undefined, other: Tensor | undefined, value: number): Tensor | undefined {
  const keeps = x !== undefined && other !== undefined && uniformValue(other) === value && sameType(x, node.outputs[0] as Tensor)
  return keeps ? x : undefined
}

/** The value of a scalar constant. */
export function scalarValue(tensor: Tensor | undefined): number | undefined {
  return tensor !== undefined && tensor.shape.length === 0 && tensor.dtype === 'float' ? uniformValue(tensor) : undefined
}
