/** Examples on their way into programs. */
import { eventSize } from '../../core/flow/layer.ts'
import type { Graph } from '../../core/ir/graph.ts'
import type { Issue } from '../../core/issues.ts'
import { type Model, modelNoises } from '../../core/objectives/model.ts'
import { noiseInput } from '../../core/programs/program.ts'
import type { Key } from '../../core/random.ts'
import type { Executable, TensorData } from '../runtimes/runtime.ts'
import { passNoise } from './batches.ts'
import type { Vectors } from './checkpoint.ts'
import { Residuals } from './convergence.ts'

export interface Rows {
  readonly rows: number
  /** [rows, ...event], row-major. */
  readonly values: Float32Array
  /** [rows, contextSize]. */
  readonly context?: Float32Array | undefined
}

/** Examples in one call: large enough to keep both cores busy, small enough to stay in the cache and to be stopped. */
const CHUNK = 4096
/** Numbers of noise, decoded or within a target, in one call, at most: evaluations of many an example take smaller chunks. */
const CHUNK_NUMBERS = 2 ** 22
const FIGURE = 'figure.'

/** Samples of each example that the evaluation of a bound draws. */
function samplesOf({ objective, site }: Model): number {
  return (objective.noise?.(site, 'evaluation') ?? []).reduce((most, { shape }) => Math.max(most, shape[0] ?? 1), 1)
}

/** Examples in one call. */
export function chunkOf(model: Model): number {
  const decoded = model.objective.likelihood === 'exact' ? 1 : samplesOf(model) * eventSize(model.dataEvent)
  const own = model.site.target?.width ?? decoded
  const each = modelNoises(model, 'evaluation').reduce((sum, { shape }) => sum + eventSize(shape), own)
  return Math.max(1, Math.min(CHUNK, Math.floor(CHUNK_NUMBERS / each)))
}

export const vector = (data: Float32Array): TensorData => ({ dtype: 'float', shape: [data.length], data })

/** Parameter inputs of a program, as many as it declares. */
export function parameterInputs(graph: Graph, vectors: { readonly theta: Float32Array; readonly buffers: Float32Array }): Record<string, TensorData> {
  const names = new Set(graph.inputs.map(({ name }) => name))
  return {
    ...(names.has('theta') ? { theta: vector(vectors.theta) } : {}),
    ...(names.has('buffers') ? { buffers: vector(vectors.buffers) } : {}),
  }
}

/** The weights that are evaluated: the average, which follows the weights themselves when its decay is 0. */
export function evaluated(vectors: Vectors): { theta: Float32Array; buffers: Float32Array } {
  return { theta: vectors['average'] as Float32Array, buffers: vectors['buffers'] ?? new Float32Array(0) }
}

/** Samples that a validation of a bound draws over all its examples, about, and examples that it takes at least. */
const BOUND_SAMPLES = 2 ** 17
const BOUND_ROWS = 500

/** The examples of a validation: of a bound that takes many samples of each, fewer of them say as much. */
export function heldRows(model: Model, validation: Rows): Rows {
  if (model.objective.likelihood === 'exact') return validation
  return firstRows(validation, Math.max(BOUND_ROWS, Math.floor(BOUND_SAMPLES / samplesOf(model))))
}

/** The first examples, at most `count`: parts of a data set are in random order. */
function firstRows({ rows, values, context }: Rows, count: number): Rows {
  const taken = Math.min(rows, count)
  const first = (all: Float32Array): Float32Array => all.subarray(0, rows === 0 ? 0 : (taken * all.length) / rows)
  return { rows: taken, values: first(values), ...(context === undefined ? {} : { context: first(context) }) }
}

/** Length of the context that comes with examples. */
export const contextSizeOf = ({ rows, context }: Rows): number => (context === undefined || rows === 0 ? 0 : context.length / rows)

/** `count` examples from `start`, as the inputs that a program of the model declares: x, context and noise. */
export function exampleInputs(
  graph: Graph, model: Model, rows: Rows, start: number, count: number, key: Key,
): Record<string, TensorData> {
  const { contextSize, dataEvent } = model
  const size = eventSize(dataEvent)
  const inputs: Record<string, TensorData> = {
    x: { dtype: 'float', shape: [count, ...dataEvent], data: rows.values.subarray(start * size, (start + count) * size) },
  }
  if (contextSize > 0) {
    if (rows.context === undefined) throw new Error('exampleInputs: the flow takes a context, the rows have none')
    const data = rows.context.subarray(start * contextSize, (start + count) * contextSize)
    inputs['context'] = { dtype: 'float', shape: [count, contextSize], data }
  }
  const declared = new Set(graph.inputs.map(({ name }) => name))
  for (const noise of modelNoises(model, 'evaluation')) {
    const name = noiseInput(noise)
    if (declared.has(name)) inputs[name] = passNoise(key, noise, start, count)
  }
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => declared.has(name)))
}

export interface DensityRun {
  /** [rows], nats. */
  readonly logProb: Float32Array
  /** [rows, D], when asked for. */
  readonly z: Float32Array | undefined
  /** Means of the objective's other figures over the rows, by name, in nats. */
  readonly figures: Readonly<Record<string, number>>
  /** Layers whose iteration has not converged, where the program tells of residuals. */
  readonly unconverged: readonly Issue[]
}

/** Adds a chunk's figures to the sums over all rows. */
function addFigures(sums: Map<string, number>, out: Readonly<Record<string, TensorData>>): void {
  for (const [name, { data }] of Object.entries(out)) {
    if (!name.startsWith(FIGURE)) continue
    let sum = sums.get(name) ?? 0
    for (const value of data as Float32Array) sum += value
    sums.set(name, sum)
  }
}

/** Runs an evaluation program over all rows. */
export async function runDensity(options: {
  readonly model: Model
  readonly program: { readonly graph: Graph; readonly executable: Executable }
  readonly vectors: { readonly theta: Float32Array; readonly buffers: Float32Array }
  readonly rows: Rows
  readonly key: Key
  readonly withLatents?: boolean
  readonly onChunk?: (done: number) => void | Promise<void>
}): Promise<DensityRun> {
  const { model, program, rows, key } = options
  const { flow } = model
  const parameters = parameterInputs(program.graph, options.vectors)
  const logProb = new Float32Array(rows.rows)
  const z = options.withLatents === true ? new Float32Array(rows.rows * flow.size) : undefined
  const sums = new Map<string, number>()
  const residuals = new Residuals()
  const chunk = chunkOf(model)
  for (let start = 0; start < rows.rows; start += chunk) {
    const count = Math.min(chunk, rows.rows - start)
    const out = await program.executable.run({ ...parameters, ...exampleInputs(program.graph, model, rows, start, count, key) })
    logProb.set(out['log_prob']?.data as Float32Array, start)
    z?.set(out['z']?.data as Float32Array, start * flow.size)
    addFigures(sums, out)
    residuals.add(out)
    await options.onChunk?.(start + count)
  }
  const figures = Object.fromEntries([...sums].map(([name, sum]) => [name.slice(FIGURE.length), sum / rows.rows]))
  return { logProb, z, figures, unconverged: residuals.issues(flow) }
}

/** Mean −log p, in nats, summed in float64. */
export function meanNll(logProb: Float32Array): number {
  let sum = 0
  for (const value of logProb) sum -= value
  return sum / logProb.length
}
