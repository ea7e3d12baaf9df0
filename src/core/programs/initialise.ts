/**
 * First values of all parameters. Those that depend on the data come from a program of their own: one pass of a batch
 * through the flow, each layer initialised on what the layers before it give.
 */
import type { Key } from '../random.ts'
import type { Graph, Tensor } from '../ir/graph.ts'
import { concat, reshape } from '../ir/tensor.ts'
import { layerContext, normalizeLayer } from '../flow/apply.ts'
import type { Flow } from '../flow/flow.ts'
import { type PlacedParameter, initialVector } from '../flow/parameters.ts'
import { flowNoises, lookup, makeProgram, noiseInput, placedTensors, vectorInputs } from './program.ts'

/** Values that need no data. */
export function initialVectors(flow: Flow, key: Key): { theta: Float32Array; buffers: Float32Array } {
  const { parameters, parameterCount, buffers, bufferCount } = flow.table
  return { theta: initialVector(parameters, parameterCount, key), buffers: initialVector(buffers, bufferCount, key) }
}

/** Whether any layer takes first values from the data. */
export function needsData(flow: Flow): boolean {
  return flow.layers.some(({ definition }) => definition.initialise !== undefined)
}

function joined(placed: readonly PlacedParameter[], tensors: ReadonlyMap<string, Tensor>): Tensor {
  const get = lookup(tensors, 'parameter')
  return concat(placed.map(({ path, size }) => reshape(get(path), [size])), 0)
}

/**
 * Inputs: x [rows, ...event], theta, buffers (the values that need no data), context, noise.*.
 * Outputs: theta, buffers, with the data-dependent values in their places (each only where there are any).
 */
export function initialiseProgram(flow: Flow, rows: number): Graph {
  return makeProgram((graph) => {
    let x = graph.input('x', [rows, ...flow.event])
    const { theta, buffers } = vectorInputs(graph, flow)
    const tensors = placedTensors(flow, theta, buffers)
    const noises = new Map(flowNoises(flow).map((noise) => [noise.path, graph.input(noiseInput(noise), [rows, ...noise.shape])]))
    const inputs = {
      graph, batch: rows, noise: lookup(noises, 'noise'), parameter: lookup(tensors, 'parameter'),
      context: flow.contextSize > 0 ? graph.input('context', [rows, flow.contextSize]) : undefined,
    }
    for (const layer of flow.layers) {
      const ctx = layerContext(inputs, layer)
      const fitted = layer.definition.initialise?.(ctx, x) ?? {}
      for (const [name, value] of Object.entries(fitted)) tensors.set(`${layer.site.path}.${name}`, value)
      x = normalizeLayer(ctx, layer, x).out
    }
    if (theta !== undefined) graph.output('theta', joined(flow.table.parameters, tensors))
    if (buffers !== undefined) graph.output('buffers', joined(flow.table.buffers, tensors))
  })
}
