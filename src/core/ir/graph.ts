/**
 * The IR: a graph of tensor operations with static shapes.
 *
 * Nodes are appended in order, so every node comes after its inputs and the list of nodes is a schedule. A graph knows
 * the rules of its ops through the table it was made with; this file knows no op but `input` and `constant`.
 */
import type { NdArray } from './nd.ts'
import { type Bindings, type Shape, isStatic, sameShape, showShape } from './shape.ts'

/** `float` is float32 on the engines and float64 in the reference evaluation; `int` is int64. */
export type DType = 'float' | 'int' | 'bool'

export interface TensorType {
  readonly dtype: DType
  readonly shape: Shape
}

export interface Tensor extends TensorType {
  readonly graph: Graph
  readonly node: Node
  /** Which of the node's outputs this is. */
  readonly output: number
}

export type AttributeValue =
  | number | string | boolean | undefined | Shape | Float64Array | Graph | GradientRule
export type Attributes = { readonly [name: string]: AttributeValue }

/** Backward rule of a `withGradient` node: cotangents for its inputs after the first. */
export type GradientRule = (args: {
  readonly value: Tensor
  readonly inputs: readonly Tensor[]
  readonly cotangent: Tensor
}) => readonly (Tensor | undefined)[]

export interface Node {
  readonly id: number
  readonly op: string
  readonly inputs: readonly Tensor[]
  readonly attributes: Attributes
  readonly outputs: readonly Tensor[]
}

/** What the emitter of one ONNX graph offers to an op's own lowering. Names are value names of the ONNX graph. */
export interface OnnxEmitter {
  /** Appends a node and returns the names of its outputs. */
  node(opType: string, inputs: readonly string[], attributes?: OnnxAttributes, outputs?: number): readonly string[]
  /** Constants: row-major values, as a vector where no shape is given. Equal small ones become one. */
  int64(values: ArrayLike<number>, shape?: readonly number[]): string
  float(values: ArrayLike<number>, shape?: readonly number[]): string
  bool(values: ArrayLike<number>, shape?: readonly number[]): string
  /** An int64 vector that holds this shape, its symbolic axes read from the graph's inputs. */
  shape(shape: Shape): string
  /** Emits a body for a control-flow op; inputs that are captured, not passed, go by their outer names in it. */
  body(graph: Graph, options: OnnxBodyOptions): OnnxBody
}
/** Numbers are integers: no lowering needs a float attribute. */
/** Numbers are integers, as most attributes are; `{ float }` is one that is not. */
export type OnnxAttributes = Readonly<Record<string, number | { readonly float: number } | readonly number[] | string | OnnxBody>>
/** A finished ONNX subgraph; its content belongs to the emitter. */
export interface OnnxBody {
  readonly onnxGraph: unknown
}
export interface OnnxBodyOptions {
  /** Names of outer values for the body's inputs from this position on. */
  readonly captured: { readonly from: number; readonly names: readonly string[] }
  /**
   * The condition of ONNX's `Loop` is the second input and the first output of its body. Either the body's last output
   * is that condition (true), or the loop goes on whatever happens (false).
   */
  readonly conditional: boolean
}

export interface VjpArguments<A> {
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  readonly attributes: A
  /** One per output; undefined where nothing flows back. */
  readonly cotangents: readonly (Tensor | undefined)[]
}

/** Everything that is known about one op. An op is one file in `ops/`, which says all of this. */
export interface OpDefinition<A extends Attributes = Attributes> {
  readonly name: string
  /** Shape rule: types of the outputs. Calls `fail` on inputs that do not fit. */
  infer(inputs: readonly TensorType[], attributes: A): readonly TensorType[]
  /** Plain float64 evaluation, the meaning of the op. `shapes` are the bound shapes of the outputs. */
  evaluate(inputs: readonly NdArray[], attributes: A, context: EvaluateContext): readonly NdArray[]
  /** Vector-Jacobian product, built from ops: one cotangent per input, undefined where nothing flows. */
  vjp(args: VjpArguments<A>): readonly (Tensor | undefined)[]
  /** Name of the ONNX op with the same inputs and no attributes, or the lowering. */
  readonly onnx: string | ((emitter: OnnxEmitter, node: Node, inputs: readonly string[]) => readonly string[])
}

export interface EvaluateContext {
  readonly shapes: readonly (readonly number[])[]
  readonly bindings: Bindings
  /** Evaluates a nested graph (loop bodies). */
  run(graph: Graph, inputs: readonly NdArray[]): readonly NdArray[]
}

export type OpTable = Readonly<Record<string, OpDefinition>>

/** A shape or type that an op cannot take: a bug in the caller, named with the op and what it got. */
export function fail(op: string, inputs: readonly TensorType[], reason: string): never {
  const got = inputs.map((input) => `${input.dtype}${showShape(input.shape)}`).join(', ')
  throw new Error(`${op}(${got}): ${reason}`)
}

export class Graph {
  readonly nodes: Node[] = []
  readonly inputs: { readonly name: string; readonly tensor: Tensor }[] = []
  readonly outputs: { readonly name: string; readonly tensor: Tensor }[] = []
  readonly ops: OpTable

  constructor(ops: OpTable) {
    this.ops = ops
  }

  rule(op: string): OpDefinition {
    const rule = this.ops[op]
    if (rule === undefined) throw new Error(`there is no op named '${op}'`)
    return rule
  }

  /** Appends one node and returns its outputs. */
  apply(op: string, inputs: readonly Tensor[], attributes: Attributes = {}): readonly Tensor[] {
    for (const input of inputs) {
      if (input.graph !== this) throw new Error(`${op}: an input (${input.node.op}) belongs to another graph`)
    }
    const types = this.rule(op).infer(inputs, attributes)
    const outputs: Tensor[] = []
    const node: Node = { id: this.nodes.length, op, inputs, attributes, outputs }
    types.forEach((type, output) => outputs.push({ ...type, graph: this, node, output }))
    this.nodes.push(node)
    return outputs
  }

  input(name: string, shape: Shape, dtype: DType = 'float'): Tensor {
    if (this.inputs.some((input) => input.name === name)) throw new Error(`input '${name}' is declared twice`)
    const tensor = this.apply('input', [], { name, shape, dtype })[0] as Tensor
    this.inputs.push({ name, tensor })
    return tensor
  }

  constant(values: ArrayLike<number> | number, shape: readonly number[] = [], dtype: DType = 'float'): Tensor {
    const data = typeof values === 'number' ? Float64Array.of(values) : Float64Array.from(values)
    return this.apply('constant', [], { values: data, shape, dtype })[0] as Tensor
  }

  output(name: string, tensor: Tensor): void {
    if (tensor.graph !== this) throw new Error(`output '${name}' belongs to another graph`)
    if (this.outputs.some((output) => output.name === name)) throw new Error(`output '${name}' is declared twice`)
    this.outputs.push({ name, tensor })
  }
}

/** The values of a constant tensor, or undefined. */
export function constantValues(tensor: Tensor): Float64Array | undefined {
  const values = tensor.node.op === 'constant' ? tensor.node.attributes['values'] : undefined
  return values instanceof Float64Array ? values : undefined
}

/** The value of a constant whose elements are all one number, broadcast or not, or undefined. */
export function uniformValue(tensor: Tensor): number | undefined {
  if (tensor.node.op === 'broadcastTo') return uniformValue(tensor.node.inputs[0] as Tensor)
  const values = constantValues(tensor)
  const first = values?.[0]
  return first !== undefined && values?.every((value) => Object.is(value, first)) ? first : undefined
}

export function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape)
}

export function staticShape(tensor: TensorType, what: string): readonly number[] {
  if (!isStatic(tensor.shape)) throw new Error(`${what}: needs a static shape, got ${showShape(tensor.shape)}`)
  return tensor.shape
}
