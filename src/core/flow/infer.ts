/** What a design is made of: shapes, parameters and cost of every layer, and what is wrong or odd about it. */
import { createGraph } from '../ir/index.ts'
import { optimise } from '../ir/passes/optimise.ts'
import type { Issue } from '../issues.ts'
import { type FlowInputs, layerContext } from './apply.ts'
import type { FlowDesign } from './design.ts'
import { countFlops } from './flops.ts'
import { type Layout, type PlacedLayer, layOut } from './flow.ts'
import { type DirectionCost, type EventShape, costOf, eventSize } from './layer.ts'
import { lintRanges } from './lint-ranges.ts'
import { lint } from './lint.ts'
import type { ParameterSpec } from './parameters.ts'

export interface Directions<T> {
  readonly normalize: T
  readonly generate: T
}

export interface LayerReport {
  readonly id: string
  /** Unique in the unrolled flow: `block.2.coupling`. */
  readonly path: string
  /** Where its node stands in the document: `layers[1].layers[0]`. */
  readonly at: string
  readonly kind: string
  readonly eventIn: EventShape
  readonly eventOut: EventShape
  /** Event that leaves for the base here. */
  readonly latent?: EventShape
  /** Trained numbers. */
  readonly parameters: number
  /** Numbers that are fitted or carried, not trained. */
  readonly buffers: number
  readonly cost: Directions<DirectionCost>
  /** Floating-point operations for one example. */
  readonly flops: Directions<number>
}

export interface Inspection {
  readonly layers: readonly LayerReport[]
  /** Sums over the layers; parameters with those of the base. */
  readonly parameters: number
  readonly buffers: number
  readonly flops: Directions<number>
  readonly issues: readonly Issue[]
}

const sizeOf = (specs: readonly ParameterSpec[]): number => specs.reduce((sum, { shape }) => sum + eventSize(shape), 0)

/** Reads parameters and noises as inputs of the graph, each by its path, when a layer asks for them. */
function openInputs(layer: PlacedLayer, specs: readonly ParameterSpec[], graph: FlowInputs['graph']): FlowInputs {
  const { definition, site } = layer
  const own = (path: string): string => path.slice(site.path.length + 1)
  const parameters = new Map(specs.map(({ name, shape }) => [name, graph.input(`parameter.${name}`, shape)]))
  const noises = new Map((definition.noise?.(site) ?? []).map(({ name, shape }) =>
    [name, graph.input(`noise.${name}`, ['N', ...shape])]))
  const get = <T>(map: ReadonlyMap<string, T>, path: string): T => {
    const tensor = map.get(own(path))
    if (tensor !== undefined) return tensor
    throw new Error(`${definition.kind}: it asks for '${own(path)}', which it does not declare`)
  }
  return {
    graph,
    batch: 'N',
    parameter: (path) => get(parameters, path),
    noise: (path) => get(noises, path),
    context: site.contextSize > 0 ? graph.input('context', ['N', site.contextSize]) : undefined,
  }
}

function flopsOf(layer: PlacedLayer, specs: readonly ParameterSpec[], direction: keyof Directions<number>): number {
  const { definition, site, types } = layer
  const graph = createGraph()
  const ctx = layerContext(openInputs(layer, specs, graph), layer)
  const latent = types.latent === undefined ? undefined : ['N', ...types.latent] as const
  const { out, logDet } = direction === 'normalize'
    ? definition.normalize(ctx, graph.input('x', ['N', ...site.event]))
    : definition.generate(ctx, graph.input('z', ['N', ...types.event]), latent && graph.input('latent', latent))
  graph.output('out', out)
  graph.output('log_det', logDet)
  return countFlops(optimise(graph))
}

function report(layer: PlacedLayer, known: Map<string, Directions<number>>): LayerReport {
  const { definition, site, types, id, at } = layer
  const specs = definition.parameters(site)
  // Repeated layers are alike: their graphs are counted once.
  const key = JSON.stringify([definition.kind, site.event, site.options, site.contextSize])
  const flops = known.get(key) ??
    { normalize: flopsOf(layer, specs, 'normalize'), generate: flopsOf(layer, specs, 'generate') }
  known.set(key, flops)
  return {
    id, at, path: site.path, kind: definition.kind, eventIn: site.event, eventOut: types.event,
    ...(types.latent === undefined ? {} : { latent: types.latent }),
    parameters: sizeOf(specs.filter(({ role }) => role !== 'buffer')),
    buffers: sizeOf(specs.filter(({ role }) => role === 'buffer')),
    cost: costOf(definition, site), flops,
  }
}

function baseParameters(base: Layout['base']): number {
  return base === undefined ? 0 : sizeOf(base.definition.parameters(base.site).filter(({ role }) => role !== 'buffer'))
}

/** Works on wrong designs too: the layers that can be placed, and all issues. A design without errors is linted. */
export function inspect(design: FlowDesign, options: { readonly contextSize?: number } = {}): Inspection {
  const { layers: placed, base, issues } = layOut(design, options)
  const known = new Map<string, Directions<number>>()
  const layers = placed.map((layer) => report(layer, known))
  const valid = !issues.some(({ severity }) => severity === 'error')
  const sum = (value: (layer: LayerReport) => number): number =>
    layers.reduce((total, layer) => total + value(layer), 0)
  return {
    layers,
    parameters: sum((layer) => layer.parameters) + baseParameters(base),
    buffers: sum((layer) => layer.buffers),
    flops: { normalize: sum(({ flops }) => flops.normalize), generate: sum(({ flops }) => flops.generate) },
    issues: valid ? [...issues, ...lint(placed, eventSize(design.event)), ...lintRanges(placed, String(design.base['kind']))] : issues,
  }
}
