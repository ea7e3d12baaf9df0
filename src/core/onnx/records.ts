/** What the emitter gathers before it becomes protobuf: plain records of one ONNX graph. */
import type { DType, OnnxAttributes, OnnxBody } from '../ir/graph.ts'
import type { Shape } from '../ir/shape.ts'

export interface OnnxNode {
  readonly opType: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: OnnxAttributes
}

/** An input or an output of a graph. */
export interface OnnxValue {
  readonly name: string
  readonly dtype: DType
  readonly shape: Shape
  readonly doc?: string
}

export interface OnnxInitialiser {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}

export interface OnnxGraphContent {
  readonly name: string
  readonly nodes: readonly OnnxNode[]
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
  readonly initialisers: readonly OnnxInitialiser[]
}

/** A class, so that a body handed through an op's lowering can be told from anything else when it comes back. */
export class OnnxGraph implements OnnxBody {
  readonly onnxGraph: OnnxGraphContent

  constructor(content: OnnxGraphContent) {
    this.onnxGraph = content
  }
}
