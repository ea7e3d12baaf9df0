/** From the emitter's records to the messages of ONNX's protobuf schema. */
import { type MessageInitShape, create } from '@bufbuild/protobuf'
import type { DType } from '../ir/graph.ts'
import {
  type AttributeProto, AttributeProto_AttributeType as AttributeType, AttributeProtoSchema, type GraphProto,
  GraphProtoSchema, type NodeProto, NodeProtoSchema, type TensorProto, TensorProto_DataType as DataType,
  TensorProtoSchema, TensorShapeProto_DimensionSchema, type ValueInfoProto, ValueInfoProtoSchema,
} from './generated/onnx_pb.ts'
import type { Names } from './names.ts'
import { OnnxGraph, type OnnxGraphContent, type OnnxInitialiser, type OnnxNode, type OnnxValue } from './records.ts'

const dataTypes: Readonly<Record<DType, DataType>> = {
  float: DataType.FLOAT, int: DataType.INT64, bool: DataType.BOOL,
}

export function graphProto(graph: OnnxGraphContent, names: Names): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name,
    node: graph.nodes.map((node) => nodeProto(node, names)),
    initializer: graph.initialisers.map(tensorProto),
    input: graph.inputs.map((value) => valueProto(value, names)),
    output: graph.outputs.map((value) => valueProto(value, names)),
  })
}

function nodeProto(node: OnnxNode, names: Names): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.opType,
    input: node.inputs.map((name) => names.written(name)),
    output: node.outputs.map((name) => names.written(name)),
    attribute: Object.entries(node.attributes).map(([name, value]) => attributeProto(name, value, names)),
  })
}

function attributeProto(name: string, value: OnnxNode['attributes'][string], names: Names): AttributeProto {
  const make = (fields: MessageInitShape<typeof AttributeProtoSchema>): AttributeProto =>
    create(AttributeProtoSchema, { name, ...fields })
  if (typeof value === 'number') return make({ type: AttributeType.INT, i: BigInt(value) })
  if (typeof value === 'string') return make({ type: AttributeType.STRING, s: ascii(value) })
  if (value instanceof OnnxGraph) return make({ type: AttributeType.GRAPH, g: graphProto(value.onnxGraph, names) })
  if ('float' in value) return make({ type: AttributeType.FLOAT, f: value.float })
  if ('onnxGraph' in value) throw new Error(`emitOnnx: the attribute '${name}' holds a body of another emitter`)
  return make({ type: AttributeType.INTS, ints: value.map(BigInt) })
}

function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function valueProto({ name, dtype, shape, doc }: OnnxValue, names: Names): ValueInfoProto {
  const dim = shape.map((length) => create(TensorShapeProto_DimensionSchema, {
    value: typeof length === 'number'
      ? { case: 'dimValue', value: BigInt(length) }
      : { case: 'dimParam', value: length },
  }))
  return create(ValueInfoProtoSchema, {
    name: names.written(name),
    type: { value: { case: 'tensorType', value: { elemType: dataTypes[dtype], shape: { dim } } } },
    ...(doc === undefined ? {} : { docString: doc }),
  })
}

function tensorProto({ name, dtype, shape, values }: OnnxInitialiser): TensorProto {
  return create(TensorProtoSchema, {
    name, dataType: dataTypes[dtype], dims: shape.map(BigInt), rawData: rawData[dtype](values),
  })
}

/** Little-endian bytes of the values, as the format asks. */
const rawData: Readonly<Record<DType, (values: ArrayLike<number>) => Uint8Array<ArrayBuffer>>> = {
  float: (values) => littleEndian(new Float32Array(values)),
  int: (values) => littleEndian(BigInt64Array.from({ length: values.length }, (_, i) => BigInt(values[i] as number))),
  bool: (values) => Uint8Array.from(values, (value) => (value === 0 ? 0 : 1)),
}

const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

function littleEndian(values: Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.buffer)
  if (hostIsLittleEndian) return bytes
  const size = values.BYTES_PER_ELEMENT
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse()
  return bytes
}
