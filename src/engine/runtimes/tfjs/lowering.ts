/** The form of a lowering: how one op of the graph is run by TensorFlow.js. */
import type { Tensor } from '@tensorflow/tfjs'
import type { Attributes, Graph, Node, OpDefinition } from '../../../core/ir/graph.ts'
import type { OpName, ops } from '../../../core/ir/ops/index.ts'
import type { Shape } from '../../../core/ir/shape.ts'

/** Ops that compute: inputs and constants are values, which the interpreter holds. */
export type ComputedOp = Exclude<OpName, 'input' | 'constant'>

/** One lowering per op: an op without one does not compile. */
export type LoweringTable = { readonly [P in ComputedOp]: Lowering<AttributesOf<P>> }
type AttributesOf<P extends OpName> = (typeof ops)[P] extends OpDefinition<infer A> ? A : never

/**
 * Returns the op's outputs as tensors of their own: never an input itself, but its clone (which shares the data), since
 * whoever gets a tensor disposes it. Runs inside a tidy scope, so intermediate tensors need no care.
 */
export type Lowering<A extends Attributes = Attributes> = (
  inputs: readonly Tensor[], call: LoweringCall<A>,
) => readonly Tensor[]

export interface LoweringCall<A extends Attributes> {
  readonly attributes: A
  readonly node: Node
  /** The shape with its symbolic axes replaced by their lengths in this run. */
  bind(shape: Shape): number[]
  /** Runs a nested graph (a loop's body); the caller disposes the results. */
  run(body: Graph, inputs: readonly Tensor[]): Tensor[]
}

/** Input i; the shape rules have checked that it is there. */
export function at(inputs: readonly Tensor[], i: number): Tensor {
  const tensor = inputs[i]
  if (tensor === undefined) throw new Error(`input ${i} of ${inputs.length} is missing`)
  return tensor
}
