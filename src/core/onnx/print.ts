/** A stable, readable text of an ONNX model: what golden tests compare and what a person reads when a file is wrong. */
import { fromBinary } from '@bufbuild/protobuf'
import {
  type AttributeProto, AttributeProto_AttributeType as AttributeType, type GraphProto, type ModelProto,
  ModelProtoSchema, type NodeProto, type TensorProto, TensorProto_DataType as DataType, type ValueInfoProto,
} from './generated/onnx_pb.ts'

const MAX_VALUES = 8

const typeNames: Readonly<Record<number, string>> = {
  [DataType.FLOAT]: 'float', [DataType.INT64]: 'int', [DataType.BOOL]: 'bool',
}
const nameOfType = (type: number): string => typeNames[type] ?? `type ${type}`

/** Line by line: header, metadata, inputs, constants, nodes in their order, outputs; bodies are indented. */
export function printOnnx(bytes: Uint8Array): string {
  const model = fromBinary(ModelProtoSchema, bytes)
  return [
    printHeader(model),
    ...model.metadataProps.map(({ key, value }) => `metadata ${key} = ${JSON.stringify(value)}`),
    ...(model.graph === undefined ? [] : printGraph(model.graph, '')),
  ].join('\n')
}

function printHeader({ graph, irVersion, opsetImport, producerName, producerVersion }: ModelProto): string {
  const opsets = opsetImport.map(({ domain, version }) => `${domain || 'opset'} ${version}`).join(', ')
  const name = graph?.name ?? '(without a graph)'
  return `model ${name}: IR ${irVersion}, ${opsets}, by ${producerName} ${producerVersion}`
}

function printGraph(graph: GraphProto, indent: string): string[] {
  return [
    ...graph.input.map((value) => `${indent}input ${printValue(value)}`),
    ...graph.initializer.map((tensor) => `${indent}constant ${printTensor(tensor)}`),
    ...graph.node.flatMap((node) => printNode(node, indent)),
    ...graph.output.map((value) => `${indent}output ${printValue(value)}`),
  ]
}

function printValue({ name, type, docString }: ValueInfoProto): string {
  const doc = docString === '' ? '' : ` "${docString}"`
  if (type?.value.case !== 'tensorType') return `${name}: no tensor${doc}`
  const { elemType, shape } = type.value.value
  const dims = shape?.dim.map(({ value }) => (value.case === undefined ? '?' : String(value.value))).join(', ')
  return `${name}: ${nameOfType(elemType)}[${dims ?? '…'}]${doc}`
}

function printTensor(tensor: TensorProto): string {
  const values = readValues(tensor)
  const shown = values.slice(0, MAX_VALUES).map((value) => String(Number(value.toPrecision(7)))).join(', ')
  const rest = values.length > MAX_VALUES ? `, … (${values.length} values)` : ''
  return `${tensor.name}: ${nameOfType(tensor.dataType)}[${tensor.dims.join(', ')}] = ${shown}${rest}`
}

function readValues({ dataType, rawData }: TensorProto): number[] {
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength)
  const read = (size: number, at: (offset: number) => number): number[] =>
    Array.from({ length: rawData.length / size }, (_, i) => at(size * i))
  switch (dataType) {
    case DataType.FLOAT: return read(4, (offset) => view.getFloat32(offset, true))
    case DataType.INT64: return read(8, (offset) => Number(view.getBigInt64(offset, true)))
    case DataType.BOOL: return Array.from(rawData)
    default: return []
  }
}

function printNode(node: NodeProto, indent: string): string[] {
  const bodies = node.attribute.flatMap(({ g }) => (g === undefined ? [] : printGraph(g, `${indent}    `)))
  const attributes = node.attribute.filter(({ g }) => g === undefined).map(printAttribute)
  const line = `${indent}${node.output.join(', ')} = ${node.opType}(${node.input.join(', ')})`
  return [[line, ...attributes].join(' '), ...bodies]
}

function printAttribute({ name, ints, i, s, f, type }: AttributeProto): string {
  if (type === AttributeType.FLOAT) return `${name}=${Number(f.toPrecision(7))}`
  if (type === AttributeType.INTS) return `${name}=[${ints.join(', ')}]`
  return `${name}=${type === AttributeType.STRING ? String.fromCharCode(...s) : i}`
}
