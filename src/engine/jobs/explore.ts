/** Looking into a trained flow: intermediate states, and points made from chosen latents. */
import { densityProgram } from '../../core/programs/density.ts'
import { generateProgram } from '../../core/programs/generate.ts'
import { traceProgram } from '../../core/programs/trace.ts'
import { key, named } from '../../core/random.ts'
import type {
  GenerateRequest, GenerateResult, TraceRequest, TraceReply,
} from '../../shared/compute-protocol.ts'
import type { Runtime, TensorData, TensorMap } from '../runtimes/runtime.ts'
import { parameterInputs, rowInputs, runDensity } from '../train/rows.ts'
import { type Emit, type Model, loadModel } from './model.ts'
import { cachedProgram } from './program-cache.ts'

const identity = (request: { readonly document: { readonly design: unknown } }): string => JSON.stringify(request.document.design)

function latentInputs({ flow }: Model, z: Float32Array): Record<string, TensorData> {
  return { z: { dtype: 'float', shape: [z.length / flow.size, flow.size], data: z } }
}

/** z → x for chosen latents, [count, D] both. */
export async function generateJob(request: GenerateRequest, runtime: Runtime, emit: Emit): Promise<GenerateResult> {
  const model = await loadModel(request, emit)
  const program = await cachedProgram(`generate|${identity(request)}`, () => generateProgram(model.flow), runtime, request.threads)
  const out = await program.executable.run({ ...parameterInputs(program.graph, model), ...latentInputs(model, request.z) })
  return { x: out['x']?.data as Float32Array, step: model.step }
}

/** Every layer's state and log|det| for given points, in either direction. Splits keep their latents in the state. */
export async function traceJob(request: TraceRequest, runtime: Runtime, emit: Emit): Promise<TraceReply> {
  const model = await loadModel(request, emit)
  const { flow } = model
  const { direction, points } = request
  const count = points.length / flow.size
  const program = await cachedProgram(`trace|${direction}|${identity(request)}`, () => traceProgram(flow, direction), runtime, request.threads)
  const seed = named(key(request.seed), 'trace')
  const rows = { rows: count, values: points }
  const inputs: TensorMap = direction === 'normalize' ? rowInputs(flow, rows, 0, count, seed) : latentInputs(model, points)
  const out = await program.executable.run({ ...parameterInputs(program.graph, model), ...inputs })
  const order = direction === 'normalize' ? flow.layers : [...flow.layers].reverse()
  const states = order.map(({ site }) => out[`state.${site.path}`]?.data as Float32Array)
  const logDets = order.map(({ site }) => out[`log_det.${site.path}`]?.data as Float32Array)
  const x = direction === 'normalize' ? points : (out['out']?.data as Float32Array)
  const density = await cachedProgram(`density|${identity(request)}`, () => densityProgram(flow), runtime, request.threads)
  const { logProb } = await runDensity({ flow, program: density, vectors: model, rows: { rows: count, values: x }, key: seed })
  return {
    layers: order.map(({ site, id, definition }) => ({ path: site.path, id, kind: definition.kind })),
    states, logDets, logProb, out: out['out']?.data as Float32Array, step: model.step,
  }
}
