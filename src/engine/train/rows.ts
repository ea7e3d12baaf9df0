/** Examples on their way into programs. */
import type { Graph } from '../../core/ir/graph.ts'
import type { Flow } from '../../core/flow/flow.ts'
import { flowNoises, noiseInput } from '../../core/programs/program.ts'
import type { Key } from '../../core/random.ts'
import type { Executable, TensorData } from '../runtimes/runtime.ts'
import { passNoise } from './batches.ts'
import type { Vectors } from './checkpoint.ts'

export interface Rows {
  readonly rows: number
  /** [rows, ...event], row-major. */
  readonly values: Float32Array
  /** [rows, contextSize]. */
  readonly context?: Float32Array | undefined
}

/** Examples in one call: large enough to keep both cores busy, small enough to stay in the cache and to be stopped. */
const CHUNK = 4096

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

/** `count` examples from `start`, as the inputs of a density program. */
export function rowInputs(flow: Flow, rows: Rows, start: number, count: number, key: Key): Record<string, TensorData> {
  const { size, contextSize } = flow
  const inputs: Record<string, TensorData> = {
    x: { dtype: 'float', shape: [count, ...flow.event], data: rows.values.subarray(start * size, (start + count) * size) },
  }
  if (contextSize > 0) {
    if (rows.context === undefined) throw new Error('rowInputs: the flow takes a context, the rows have none')
    const data = rows.context.subarray(start * contextSize, (start + count) * contextSize)
    inputs['context'] = { dtype: 'float', shape: [count, contextSize], data }
  }
  for (const noise of flowNoises(flow)) inputs[noiseInput(noise)] = passNoise(key, noise, start, count)
  return inputs
}

/** Runs a density program over all rows: log p [rows] in nats, and z [rows, D] when asked for. */
export async function runDensity(options: {
  readonly flow: Flow
  readonly program: { readonly graph: Graph; readonly executable: Executable }
  readonly vectors: { readonly theta: Float32Array; readonly buffers: Float32Array }
  readonly rows: Rows
  readonly key: Key
  readonly withLatents?: boolean
  readonly onChunk?: (done: number) => void | Promise<void>
}): Promise<{ logProb: Float32Array; z: Float32Array | undefined }> {
  const { flow, program, rows, key } = options
  const parameters = parameterInputs(program.graph, options.vectors)
  const logProb = new Float32Array(rows.rows)
  const z = options.withLatents === true ? new Float32Array(rows.rows * flow.size) : undefined
  for (let start = 0; start < rows.rows; start += CHUNK) {
    const count = Math.min(CHUNK, rows.rows - start)
    const out = await program.executable.run({ ...parameters, ...rowInputs(flow, rows, start, count, key) })
    logProb.set(out['log_prob']?.data as Float32Array, start)
    z?.set(out['z']?.data as Float32Array, start * flow.size)
    await options.onChunk?.(start + count)
  }
  return { logProb, z }
}

/** Mean −log p, in nats, summed in float64. */
export function meanNll(logProb: Float32Array): number {
  let sum = 0
  for (const value of logProb) sum -= value
  return sum / logProb.length
}
