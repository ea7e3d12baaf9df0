/** What every program of a flow shares: where parameters, buffers, noise and context come in. */
import { createGraph } from '../ir/index.ts'
import type { Graph, Tensor } from '../ir/graph.ts'
import { optimise } from '../ir/passes/optimise.ts'
import type { Dim } from '../ir/shape.ts'
import { type FlowInputs, partContext, sliceParameters } from '../flow/apply.ts'
import type { Flow } from '../flow/flow.ts'
import type { NoiseSpec, PartContext } from '../flow/layer.ts'

/** Values of all parameters: the trained vector and the buffers. */
export interface ParameterVectors {
  readonly theta: ArrayLike<number>
  readonly buffers: ArrayLike<number>
}

/** An extra noise input of a flow: its name in programs, and what it must be drawn from. */
export interface FlowNoise extends NoiseSpec {
  /** `<layer path>.<name>`. */
  readonly path: string
}

/** Noise that normalize takes (dequantization and the like), in the order of the layers. */
export function flowNoises(flow: Flow, purpose: 'training' | 'evaluation' = 'evaluation'): readonly FlowNoise[] {
  return flow.layers.flatMap(({ definition, site }) =>
    (definition.noise?.(site) ?? [])
      .filter((spec) => spec.purpose === undefined || spec.purpose === purpose)
      .map((spec): FlowNoise => ({ ...spec, path: `${site.path}.${spec.name}` })))
}

/** Name of the graph input that carries a noise. */
export const noiseInput = (noise: FlowNoise): string => `noise.${noise.path}`

export interface BuildOptions {
  /** 'N', or a number where the batch is fixed. */
  readonly batch?: Dim
  /**
   * Fixed values: the parameters become constants, and weight-only algebra is folded in float64. Without them the
   * program takes the inputs `theta` [P] and `buffers` [Q] (each only where there are any).
   */
  readonly values?: ParameterVectors
  /** With an output `residual.<path>` (a scalar, the largest of the batch) for every layer that iterates. */
  readonly residuals?: boolean
}

export function placedTensors(flow: Flow, theta: Tensor | undefined, buffers: Tensor | undefined): Map<string, Tensor> {
  return new Map([
    ...(theta === undefined ? [] : sliceParameters(theta, flow.table.parameters)),
    ...(buffers === undefined ? [] : sliceParameters(buffers, flow.table.buffers)),
  ])
}

/** The vectors as graph inputs, or as constants. An empty vector is no tensor. */
export function vectorInputs(graph: Graph, flow: Flow, values?: ParameterVectors): { theta?: Tensor; buffers?: Tensor } {
  const one = (name: 'theta' | 'buffers', count: number): { [K in typeof name]?: Tensor } => {
    if (count === 0) return {}
    if (values === undefined) return { [name]: graph.input(name, [count]) }
    if (values[name].length !== count) throw new Error(`${name}: expected ${count} values, got ${values[name].length}`)
    return { [name]: graph.constant(values[name], [count]) }
  }
  return { ...one('theta', flow.table.parameterCount), ...one('buffers', flow.table.bufferCount) }
}

export function lookup(tensors: ReadonlyMap<string, Tensor>, what: string): (path: string) => Tensor {
  return (path) => {
    const tensor = tensors.get(path)
    if (tensor === undefined) throw new Error(`there is no ${what} '${path}': there are ${[...tensors.keys()].join(', ')}`)
    return tensor
  }
}

/** Declares context and noises as inputs and binds the parameters: a flow ready to be built. */
export function flowInputs(
  graph: Graph, flow: Flow, options: BuildOptions & { readonly noises?: boolean } = {},
): FlowInputs {
  const batch = options.batch ?? 'N'
  const { theta, buffers } = vectorInputs(graph, flow, options.values)
  const context = flow.contextSize > 0 ? graph.input('context', [batch, flow.contextSize]) : undefined
  const noises = new Map<string, Tensor>()
  if (options.noises === true) {
    for (const noise of flowNoises(flow)) noises.set(noise.path, graph.input(noiseInput(noise), [batch, ...noise.shape]))
  }
  return {
    graph, batch, context, parameter: lookup(placedTensors(flow, theta, buffers), 'parameter'), noise: lookup(noises, 'noise'),
  }
}

export function baseContext(inputs: FlowInputs): PartContext {
  return partContext(inputs, 'base')
}

/** Builds and optimises. */
export function makeProgram(build: (graph: Graph) => void): Graph {
  const graph = createGraph()
  build(graph)
  return optimise(graph)
}
