/** Builds a flow's graph in either direction from its layers. */
import type { Graph, Tensor } from '../ir/graph.ts'
import { type Dim, sameShape, showShape } from '../ir/shape.ts'
import { add, concat, reshape, slice } from '../ir/tensor.ts'
import type { Flow, Latent, PlacedLayer } from './flow.ts'
import { type LayerContext, type LayerOutput, type PartContext, zeroLogDet } from './layer.ts'
import type { Options } from './options.ts'
import type { PlacedParameter } from './parameters.ts'

/** What a program gives a flow to build with. Parameters and noises go by their paths in the flow. */
export interface FlowInputs {
  readonly graph: Graph
  readonly batch: Dim
  parameter(path: string): Tensor
  noise(path: string): Tensor
  readonly context: Tensor | undefined
  /** Whether this is a step of training; false where left out. */
  readonly training?: boolean
  /** Called with the residual [N] of every layer that iterates, by the layer's path. */
  report?(path: string, residual: Tensor): void
}

/** State after one layer. */
export interface FlowStep {
  readonly layer: PlacedLayer
  /** The event after the layer, [N, ...]. */
  readonly out: Tensor
  /** This layer's own log|det|, [N]. */
  readonly logDet: Tensor
}

export interface FlowOutput {
  /** normalize: z [N, D]; generate: x [N, ...event]. */
  readonly out: Tensor
  /** Sum over the layers, in their order, [N]. */
  readonly logDet: Tensor
  readonly steps: readonly FlowStep[]
  /** Next values of carried buffers, by path. */
  readonly buffers: ReadonlyMap<string, Tensor>
}

export function partContext(inputs: FlowInputs, path: string): PartContext {
  return {
    graph: inputs.graph,
    batch: inputs.batch,
    context: inputs.context,
    parameter: (name) => inputs.parameter(`${path}.${name}`),
    scope: (prefix) => partContext(inputs, `${path}.${prefix}`),
  }
}

export function layerContext(
  inputs: FlowInputs, layer: Pick<PlacedLayer, 'site'>, buffers: Map<string, Tensor> = new Map(),
): LayerContext<Options> {
  const { path } = layer.site
  return {
    ...partContext(inputs, path),
    ...layer.site,
    noise: (name) => inputs.noise(`${path}.${name}`),
    training: inputs.training ?? false,
    updateBuffer: (name, value) => { buffers.set(`${path}.${name}`, value) },
  }
}

/** A layer that gives another shape than it inferred is our bug: named here, where it happens. */
function checkOutput(layer: PlacedLayer, output: LayerOutput, event: readonly number[], batch: Dim): LayerOutput {
  const expected = [batch, ...event]
  if (!sameShape(output.out.shape, expected) || !sameShape(output.logDet.shape, [batch])) {
    throw new Error(`${layer.site.path} (${layer.definition.kind}): gave ${showShape(output.out.shape)} with a logDet ` +
      `${showShape(output.logDet.shape)}, expected ${showShape(expected)} with ${showShape([batch])}`)
  }
  return output
}

/** Runs one layer towards the base. */
export function normalizeLayer(ctx: LayerContext<Options>, layer: PlacedLayer, x: Tensor): LayerOutput {
  return checkOutput(layer, layer.definition.normalize(ctx, x), layer.types.event, ctx.batch)
}

/** x [N, ...event] → z [N, D], its parts in the order in which they leave. */
export function normalizeFlow(flow: Flow, inputs: FlowInputs, x: Tensor): FlowOutput {
  const buffers = new Map<string, Tensor>()
  const parts: Tensor[] = []
  const steps: FlowStep[] = []
  let out = x
  let logDet: Tensor | undefined
  const leave = (part: Tensor, { size }: Latent): void => { parts.push(reshape(part, [inputs.batch, size])) }
  for (const layer of flow.layers) {
    const result = normalizeLayer(layerContext(inputs, layer, buffers), layer, out)
    if (result.residual !== undefined) inputs.report?.(layer.site.path, result.residual)
    if (result.latent !== undefined) leave(result.latent, flow.latents[parts.length] as Latent)
    out = result.out
    logDet = logDet === undefined ? result.logDet : add(logDet, result.logDet)
    steps.push({ layer, out, logDet: result.logDet })
  }
  leave(out, flow.latents[parts.length] as Latent)
  return { out: concat(parts, 1), logDet: logDet ?? zeroLogDet(partContext(inputs, '')), steps, buffers }
}

/** z [N, D] → x [N, ...event]. */
export function generateFlow(flow: Flow, inputs: FlowInputs, z: Tensor): FlowOutput {
  const buffers = new Map<string, Tensor>()
  const steps: FlowStep[] = []
  const parts = flow.latents.map(({ event, offset, size }) =>
    reshape(slice(z, 1, offset, offset + size), [inputs.batch, ...event]))
  let out = parts.pop() as Tensor
  let logDet: Tensor | undefined
  for (const layer of [...flow.layers].reverse()) {
    const latent = layer.types.latent === undefined ? undefined : parts.pop()
    const ctx = layerContext(inputs, layer, buffers)
    const result = checkOutput(layer, layer.definition.generate(ctx, out, latent), layer.site.event, inputs.batch)
    if (result.residual !== undefined) inputs.report?.(layer.site.path, result.residual)
    out = result.out
    logDet = logDet === undefined ? result.logDet : add(logDet, result.logDet)
    steps.push({ layer, out, logDet: result.logDet })
  }
  return { out, logDet: logDet ?? zeroLogDet(partContext(inputs, '')), steps, buffers }
}

/** Slices of a flat vector by path: theta for parameters, buffers for buffers. */
export function sliceParameters(vector: Tensor, placed: readonly PlacedParameter[]): Map<string, Tensor> {
  return new Map(placed.map(({ path, shape, offset, size }) =>
    [path, reshape(slice(vector, 0, offset, offset + size), shape)]))
}
