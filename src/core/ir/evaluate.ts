/** The reference evaluation: runs a graph op by op in float64. The meaning of a program, and what engines are held to. */
import type { EvaluateContext, Graph, Node, Tensor } from './graph.ts'
import { type NdArray, sizeOf } from './nd.ts'
import { type AxisSymbol, type Bindings, bindShape, parseDim, showShape } from './shape.ts'

/** Values of the outputs by name, given those of the inputs by name. */
export function evaluate(graph: Graph, inputs: Readonly<Record<string, NdArray>>): Record<string, NdArray> {
  const values = graph.inputs.map(({ name }) => {
    const value = inputs[name]
    if (value === undefined) throw new Error(`evaluate: the input '${name}' was given no value`)
    return value
  })
  const results = run(graph, values, {})
  return Object.fromEntries(graph.outputs.map(({ name }, i) => [name, results[i] as NdArray]))
}

function bindInputs(graph: Graph, values: readonly NdArray[], outer: Bindings): Bindings {
  const bindings: Partial<Record<AxisSymbol, number>> = { ...outer }
  graph.inputs.forEach(({ name, tensor }, i) => {
    const value = values[i] as NdArray
    if (value.shape.length !== tensor.shape.length || value.data.length !== sizeOf(value.shape)) {
      throw new Error(`evaluate: '${name}' needs the shape ${showShape(tensor.shape)}, got ${showShape(value.shape)}`)
    }
    tensor.shape.forEach((dim, axis) => {
      const { factor, symbol } = parseDim(dim)
      if (symbol !== undefined && bindings[symbol] === undefined) bindings[symbol] = Math.floor((value.shape[axis] as number) / factor)
    })
    if (bindShape(tensor.shape, bindings).some((dim, axis) => dim !== value.shape[axis])) {
      throw new Error(`evaluate: '${name}' needs the shape ${showShape(tensor.shape)}, got ${showShape(value.shape)}`)
    }
  })
  return bindings
}

function run(graph: Graph, inputs: readonly NdArray[], outer: Bindings): readonly NdArray[] {
  const bindings = bindInputs(graph, inputs, outer)
  const values = new Map<Node, readonly NdArray[]>()
  graph.inputs.forEach(({ tensor }, i) => values.set(tensor.node, [inputs[i] as NdArray]))
  const valueOf = (tensor: Tensor): NdArray => (values.get(tensor.node) as readonly NdArray[])[tensor.output] as NdArray
  for (const node of graph.nodes) {
    if (values.has(node)) continue
    values.set(node, evaluateNode(graph, node, node.inputs.map(valueOf), bindings))
  }
  return graph.outputs.map(({ tensor }) => valueOf(tensor))
}

/** Runs one node on the given values. */
export function evaluateNode(graph: Graph, node: Node, inputs: readonly NdArray[], bindings: Bindings): readonly NdArray[] {
  const context: EvaluateContext = {
    shapes: node.outputs.map((output) => bindShape(output.shape, bindings)),
    bindings,
    run: (body, values) => run(body, values, bindings),
  }
  return graph.rule(node.op).evaluate(inputs, node.attributes, context)
}
