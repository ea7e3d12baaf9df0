/**
 * Lowers a program to ONNX: opset 17, IR version 8 (ONNX 1.12), which every maintained runtime reads. Floats become
 * float32, ints int64; symbolic axes become `dim_param`s of the same name (`N`, `4N`).
 */
import { create, toBinary } from '@bufbuild/protobuf'
import type { Graph } from '../ir/graph.ts'
import { ModelProtoSchema } from './generated/onnx_pb.ts'
import { GraphEmitter } from './graph-emitter.ts'
import { Names } from './names.ts'
import { producer } from './producer.ts'
import { graphProto } from './protobuf.ts'
import type { OnnxGraphContent, OnnxValue } from './records.ts'

export const OPSET = 17
export const IR_VERSION = 8

export interface EmitOptions {
  /** Name of the ONNX graph. */
  readonly name: string
  /** Becomes the model's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Text for inputs and outputs, by the graph's names. */
  readonly docs?: Readonly<Record<string, string>>
  /** Names in the file for outputs of the graph; needed where an output is called like an input. */
  readonly outputNames?: Readonly<Record<string, string>>
}

/** Bytes of an ONNX model with the graph's inputs and outputs, by name and in their order. */
export function emitOnnx(graph: Graph, options: EmitOptions): Uint8Array<ArrayBuffer> {
  const names = new Names()
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    opsetImport: [{ domain: '', version: BigInt(OPSET) }],
    producerName: producer.name,
    producerVersion: producer.version,
    graph: graphProto(emitMain(graph, options, names), names),
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
  })
  return toBinary(ModelProtoSchema, model)
}

function emitMain(graph: Graph, options: EmitOptions, names: Names): OnnxGraphContent {
  const described = (name: string, file: string, { dtype, shape }: Pick<OnnxValue, 'dtype' | 'shape'>): OnnxValue => {
    const doc = options.docs?.[name]
    return { name: file, dtype, shape, ...(doc === undefined ? {} : { doc }) }
  }
  const inputs = graph.inputs.map(({ name, tensor }) => described(name, name, tensor))
  const outputs = graph.outputs.map(({ name, tensor }) => described(name, options.outputNames?.[name] ?? name, tensor))
  for (const { name } of [...inputs, ...outputs]) names.reserve(name)

  const emitter = new GraphEmitter(graph, names)
  for (const { name, tensor } of graph.inputs) emitter.bind(tensor, name)
  emitter.run()
  const left = new Set<string>()
  graph.outputs.forEach(({ tensor }, i) => names.rename(emitter.leave(tensor, left), (outputs[i] as OnnxValue).name))
  return {
    name: options.name, nodes: [...emitter.preamble, ...emitter.nodes], inputs, outputs,
    initialisers: emitter.initialisers.list,
  }
}
