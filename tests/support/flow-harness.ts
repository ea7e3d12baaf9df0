/**
 * Runs one layer of the catalogue, alone in a flow, through the reference evaluation in float64.
 *
 * Events are flat here: x and z are both [N, D], z in the order in which its parts leave for the base, so that a layer
 * that changes the shape or splits is a map of R^D to R^D like every other.
 */
import { normalizeFlow, generateFlow, layerContext, type FlowInputs } from '../../src/core/flow/apply.ts'
import { type Flow, type PlacedLayer, assemble } from '../../src/core/flow/flow.ts'
import type { LawCase, LayerDefinition } from '../../src/core/flow/layer.ts'
import type { Options } from '../../src/core/flow/options.ts'
import { type PlacedParameter, initialVector } from '../../src/core/flow/parameters.ts'
import { gradient } from '../../src/core/ir/autodiff.ts'
import { sumEvent } from '../../src/core/ir/compositions.ts'
import { evaluate } from '../../src/core/ir/evaluate.ts'
import type { Graph, Tensor } from '../../src/core/ir/graph.ts'
import { createGraph } from '../../src/core/ir/index.ts'
import { type NdArray, nd } from '../../src/core/ir/nd.ts'
import type { Dim } from '../../src/core/ir/shape.ts'
import { add, reduceSum, reshape, square } from '../../src/core/ir/tensor.ts'
import { formatIssue } from '../../src/core/issues.ts'
import { key, named, normals, uniforms } from '../../src/core/random.ts'

export type Direction = 'normalize' | 'generate'
/** Parameters and buffers by their paths. */
export type Values = Readonly<Record<string, NdArray>>

export interface Subject {
  readonly definition: LayerDefinition
  readonly lawCase: LawCase<Options>
  readonly flow: Flow
  readonly layer: PlacedLayer
  /** D */
  readonly size: number
  readonly graphs: Map<string, Graph>
}

/** The same options as a document would write them. */
function optionsAsJson(options: Options): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [
    name, typeof value === 'object' && 'kind' in value ? { kind: value.kind, ...optionsAsJson(value.options) } : value,
  ]))
}

/** Throws when the case is not a valid design. */
export function prepare(definition: LayerDefinition, lawCase: LawCase<Options>): Subject {
  const flow = assemble({
    event: lawCase.event,
    layers: [{ id: 'layer', kind: definition.kind, options: optionsAsJson((lawCase.options ?? {}) as Options) }],
    base: { kind: 'gaussian' },
  }, { contextSize: lawCase.contextSize ?? 0 })
  if (!flow.ok) throw new Error(`${definition.kind}, '${lawCase.name}': ${flow.issues.map(formatIssue).join('\n')}`)
  const layer = flow.value.layers[0] as PlacedLayer
  return { definition, lawCase, flow: flow.value, layer, size: flow.value.size, graphs: new Map() }
}

/** Inputs of a graph that has everything a layer may ask for. */
function flowInputs(subject: Subject, graph: Graph, batch: Dim): FlowInputs & { readonly trained: readonly Tensor[] } {
  const { flow, layer } = subject
  const tensors = new Map<string, Tensor>()
  const declare = (path: string, shape: readonly Dim[]): Tensor => {
    const tensor = graph.input(path, shape)
    tensors.set(path, tensor)
    return tensor
  }
  const trained = flow.table.parameters.map(({ path, shape }) => declare(path, shape))
  for (const { path, shape } of flow.table.buffers) declare(path, shape)
  for (const { name, shape } of layer.definition.noise?.(layer.site) ?? []) {
    declare(`${layer.site.path}.${name}`, [batch, ...shape])
  }
  const find = (path: string): Tensor => {
    const tensor = tensors.get(path)
    if (tensor === undefined) throw new Error(`'${path}' is asked for, but not declared by ${layer.definition.kind}`)
    return tensor
  }
  const context = flow.contextSize > 0 ? graph.input('context', [batch, flow.contextSize]) : undefined
  return { graph, batch, parameter: find, noise: find, context, trained }
}

/** Outputs: out [N, D], logDet [N], loss [N] = Σ out² + logDet; or the gradients of Σ loss, by path and for 'in'. */
export function graphOf(subject: Subject, direction: Direction, gradients: boolean): Graph {
  const name = `${direction}${gradients ? ', gradients' : ''}`
  const known = subject.graphs.get(name)
  if (known !== undefined) return known
  const graph = createGraph()
  const { flow, size } = subject
  const start = graph.input('in', ['N', size])
  const inputs = flowInputs(subject, graph, 'N')
  const result = direction === 'normalize'
    ? normalizeFlow(flow, inputs, reshape(start, ['N', ...flow.event]))
    : generateFlow(flow, inputs, start)
  const out = reshape(result.out, ['N', size])
  const loss = add(sumEvent(square(out)), result.logDet)
  if (gradients) {
    const found = gradient(reduceSum(loss, [0]), [start, ...inputs.trained])
    found.forEach((tensor, i) => graph.output(i === 0 ? 'in' : flow.table.parameters[i - 1]!.path, tensor))
  } else {
    graph.output('out', out)
    graph.output('logDet', result.logDet)
    graph.output('loss', loss)
    result.buffers.forEach((tensor, path) => graph.output(path, tensor))
  }
  subject.graphs.set(name, graph)
  return graph
}

/** Everything but the points. */
export interface Setting {
  readonly values: Values
  /** [C] or nothing: the same context for all points. */
  readonly context?: Float64Array
  /** Key of the noise. */
  readonly noise?: number
}

export function bind(subject: Subject, setting: Setting, points: Float64Array): Record<string, NdArray> {
  const { size, flow, layer } = subject
  const rows = points.length / size
  const inputs: Record<string, NdArray> = { ...setting.values, in: nd([rows, size], points) }
  if (setting.context !== undefined) {
    const { context } = setting
    inputs['context'] = nd([rows, flow.contextSize], Float64Array.from(
      { length: rows * flow.contextSize }, (_, i) => context[i % flow.contextSize]!))
  }
  for (const { name, shape, distribution } of layer.definition.noise?.(layer.site) ?? []) {
    const path = `${layer.site.path}.${name}`
    const count = shape.reduce((product, dim) => product * dim, rows)
    const draw = distribution === 'uniform' ? uniforms : normals
    inputs[path] = nd([rows, ...shape], draw(named(key(setting.noise ?? 0), path), count))
  }
  return inputs
}

export interface Passed {
  /** [N, D] */
  readonly out: Float64Array
  /** [N] */
  readonly logDet: Float64Array
  /** [N], Σ out² + logDet */
  readonly loss: Float64Array
  /** Next values of carried buffers. */
  readonly buffers: Values
}

/** Runs points [N, D], flat, in one direction; through another graph than the layer's own, if one is given. */
export function pass(
  subject: Subject, direction: Direction, setting: Setting, points: Float64Array, graph = graphOf(subject, direction, false),
): Passed {
  const results = evaluate(graph, bind(subject, setting, points))
  const { out, logDet, loss, ...buffers } = results as Record<'out' | 'logDet' | 'loss', NdArray>
  return { out: out.data, logDet: logDet.data, loss: loss.data, buffers }
}

/** Gradients of Σ loss for each trained parameter by path, and for the points as 'in'. */
export function gradients(subject: Subject, direction: Direction, setting: Setting, points: Float64Array): Values {
  return evaluate(graphOf(subject, direction, true), bind(subject, setting, points))
}

function placedValues(placed: readonly PlacedParameter[], vector: Float32Array): [string, NdArray][] {
  return placed.map(({ path, shape, offset, size }) => [path, nd(shape, vector.subarray(offset, offset + size))])
}

export function initialValues(subject: Subject, seed: number): Values {
  const { parameters, parameterCount, buffers, bufferCount } = subject.flow.table
  return Object.fromEntries([
    ...placedValues(parameters, initialVector(parameters, parameterCount, key(seed))),
    ...placedValues(buffers, initialVector(buffers, bufferCount, key(seed))),
  ])
}

/** What `initialise` makes of a batch x [N, D], flat, by path. */
export function initialise(subject: Subject, values: Values, x: Float64Array): Values {
  const { definition, layer, size, flow } = subject
  if (definition.initialise === undefined) return {}
  const rows = x.length / size
  const graph = createGraph()
  const start = graph.input('in', [rows, size])
  const ctx = layerContext(flowInputs(subject, graph, rows), layer)
  const made = definition.initialise(ctx, reshape(start, [rows, ...flow.event]))
  for (const [name, tensor] of Object.entries(made)) graph.output(`${layer.site.path}.${name}`, tensor)
  return evaluate(graph, bind(subject, settingWith(subject, values, 1), x))
}

/**
 * Parameters drawn around their first values (standard deviation `scale`). Buffers are not drawn: they are what the
 * layer makes of data, or its own first values.
 */
function randomValues(subject: Subject, seed: number, scale: number): Values {
  const start = initialValues(subject, seed)
  const data = normals(named(key(seed), 'data'), 64 * subject.size).map((value, i) => value * (1 + (i % 3)) / 2 + 0.7)
  const fitted = initialise(subject, start, data)
  const { parameters, buffers } = subject.flow.table
  return Object.fromEntries([
    ...parameters.map(({ path, size }): [string, NdArray] => {
      const noise = normals(named(key(seed), `around ${path}`), size)
      const first = start[path] as NdArray
      return [path, nd(first.shape, first.data.map((value, i) => value + scale * noise[i]!))]
    }),
    ...buffers.map(({ path }): [string, NdArray] => [path, fitted[path] ?? (start[path] as NdArray)]),
  ])
}

export function randomSetting(subject: Subject, seed: number, scale = 0.3): Setting {
  return settingWith(subject, randomValues(subject, seed, scale), seed)
}

/** The values, with a context where the flow takes one. */
export function settingWith(subject: Subject, values: Values, seed: number): Setting {
  const { contextSize } = subject.flow
  return contextSize === 0 ? { values } : { values, context: normals(named(key(seed), 'context'), contextSize) }
}
