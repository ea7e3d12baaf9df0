/** A stable, readable text of a graph: what golden tests compare and what a person reads when a program is wrong. */
import { type AttributeValue, type Graph, type Node, type Tensor, constantValues } from './graph.ts'
import { showShape } from './shape.ts'

const MAX_VALUES = 8

function showNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(Number(value.toPrecision(7)))
}

function showValues(values: Float64Array): string {
  if (values.length <= MAX_VALUES) return [...values].map(showNumber).join(', ')
  const sum = values.reduce((total, value) => total + value, 0)
  return `${Array.from(values.subarray(0, 3), showNumber).join(', ')}, … (${values.length} values, sum ${showNumber(sum)})`
}

function showAttribute(value: AttributeValue): string | undefined {
  if (value === undefined || value === false) return undefined
  if (typeof value === 'function') return '<rule>'
  if (value instanceof Float64Array) return `[${showValues(value)}]`
  if (typeof value === 'object' && 'nodes' in value) return '{…}'
  return typeof value === 'object' ? showShape(value) : String(value)
}

const nameOf = (tensor: Tensor): string =>
  tensor.node.outputs.length === 1 ? `%${tensor.node.id}` : `%${tensor.node.id}.${tensor.output}`

function printNode(node: Node, indent: string): string[] {
  const types = node.outputs.map((output) => `${output.dtype}${showShape(output.shape)}`).join(', ')
  const head = `${indent}%${node.id}: ${types} = `
  if (node.op === 'constant') return [`${head}constant ${showValues(constantValues(node.outputs[0] as Tensor) as Float64Array)}`]
  const attributes = Object.entries(node.attributes).flatMap(([name, value]) => {
    const shown = name === 'body' || node.op === 'input' && name !== 'name' ? undefined : showAttribute(value)
    return shown === undefined ? [] : [`${name}=${shown}`]
  })
  const line = [`${head}${node.op}(${node.inputs.map(nameOf).join(', ')})`, ...attributes].join(' ')
  const body = node.attributes['body']
  return typeof body === 'object' && 'nodes' in body ? [line, ...printLines(body, `${indent}    `)] : [line]
}

function printLines(graph: Graph, indent: string): string[] {
  return [
    ...graph.nodes.flatMap((node) => printNode(node, indent)),
    ...graph.outputs.map(({ name, tensor }) => `${indent}return ${name} = ${nameOf(tensor)}`),
  ]
}

export function print(graph: Graph): string {
  return printLines(graph, '').join('\n')
}
