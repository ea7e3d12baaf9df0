/** Looking into a trained flow: intermediate states, and points made from chosen latents. */
import type { Flow } from '../../core/flow/flow.ts'
import { eventSize } from '../../core/flow/layer.ts'
import type { Graph } from '../../core/ir/graph.ts'
import { normalizesData } from '../../core/objectives/model.ts'
import { densityProgram } from '../../core/programs/density.ts'
import { generateProgram } from '../../core/programs/generate.ts'
import { modelGenerateProgram } from '../../core/programs/model-generate.ts'
import { flowNoises, noiseInput } from '../../core/programs/program.ts'
import { traceProgram } from '../../core/programs/trace.ts'
import type {
  GenerateRequest, GenerateResult, TraceRequest, TraceReply,
} from '../../shared/compute-protocol.ts'
import type { Runtime, TensorData, TensorMap } from '../runtimes/runtime.ts'
import { Residuals } from '../train/convergence.ts'
import { parameterInputs } from '../train/rows.ts'
import { type Emit, type TrainedModel, loadModel } from './model.ts'
import { cachedProgram, designKey } from './program-cache.ts'

/** The context of each point, [count, C], where the model takes one: that of the data, whatever an encoder makes of it. */
function contextInput({ model: { contextSize } }: TrainedModel, context: Float32Array | undefined): Record<string, TensorData> {
  if (contextSize === 0) return {}
  if (context === undefined) throw new Error('contextInput: the model takes a context, the request has none')
  return { context: { dtype: 'float', shape: [context.length / contextSize, contextSize], data: context } }
}

function latentInputs(model: TrainedModel, z: Float32Array, context: Float32Array | undefined): Record<string, TensorData> {
  const { size } = model.flow
  return { z: { dtype: 'float', shape: [z.length / size, size], data: z }, ...contextInput(model, context) }
}

/** Of a flow for data it is the flow that generates, and tells of its iterations; of codes it is their decoder. */
function generating({ model, flow }: TrainedModel): Graph {
  return normalizesData(model) ? generateProgram(flow, { residuals: true }) : modelGenerateProgram(model, { residuals: true })
}

/** z → x for chosen latents; of an autoencoder codes → the mean of x. */
export async function generateJob(request: GenerateRequest, runtime: Runtime, emit: Emit): Promise<GenerateResult> {
  const model = await loadModel(request, emit)
  const program = await cachedProgram(`generate|${designKey(request)}`, () => generating(model), runtime, request.threads)
  const out = await program.executable.run({ ...parameterInputs(program.graph, model), ...latentInputs(model, request.z, request.context) })
  const residuals = new Residuals()
  residuals.add(out)
  residuals.check(model.flow)
  return { x: out['x']?.data as Float32Array, step: model.step }
}

/**
 * A state with what has left for the base before it: [what goes on, last part that left, …, first part that left], so
 * that a point keeps its D coordinates, and those of a vector their places, through every split. z has the parts in the
 * order in which they left. `gone`: how many parts have left.
 */
function wholeState(flow: Flow, on: Float32Array, z: Float32Array, gone: number): Float32Array {
  if (gone === 0) return on
  const { size } = flow
  const count = z.length / size
  const width = on.length / count
  const state = new Float32Array(z.length)
  const left = flow.latents.slice(0, gone).reverse()
  for (let row = 0; row < count; row++) {
    let at = row * size
    state.set(on.subarray(row * width, (row + 1) * width), at)
    at += width
    for (const { offset, size: part } of left) {
      state.set(z.subarray(row * size + offset, row * size + offset + part), at)
      at += part
    }
  }
  return state
}

/** The part of z that passes through all layers, [count, its size]. */
function throughAll({ latents, size }: Flow, z: Float32Array): Float32Array {
  const last = latents.at(-1)
  if (last === undefined || last.size === size) return z
  const count = z.length / size
  const through = new Float32Array(count * last.size)
  for (let row = 0; row < count; row++) {
    through.set(z.subarray(row * size + last.offset, (row + 1) * size), row * last.size)
  }
  return through
}

/**
 * x as an input, with noise (dequantization) in the middle of its range: a trace is about the map, and neighbours are to
 * stay neighbours.
 */
function dataInputs(model: TrainedModel, x: Float32Array, count: number, context: Float32Array | undefined): TensorMap {
  const { flow } = model
  return {
    x: { dtype: 'float', shape: [count, ...flow.event], data: x },
    ...contextInput(model, context),
    ...Object.fromEntries(flowNoises(flow).map((noise): [string, TensorData] => [noiseInput(noise), {
      dtype: 'float', shape: [count, ...noise.shape],
      data: new Float32Array(count * eventSize(noise.shape)).fill(noise.distribution === 'uniform' ? 0.5 : 0),
    }])),
  }
}

/** Every layer's state and log|det| for given points, in either direction. */
export async function traceJob(request: TraceRequest, runtime: Runtime, emit: Emit): Promise<TraceReply> {
  const model = await loadModel(request, emit)
  const { flow } = model
  const { direction, points, context } = request
  const count = points.length / flow.size
  const program = await cachedProgram(`trace|${direction}|${designKey(request)}`, () => traceProgram(flow, direction), runtime, request.threads)
  const normalize = direction === 'normalize'
  const inputs = normalize ? dataInputs(model, points, count, context) : latentInputs(model, points, context)
  const out = await program.executable.run({ ...parameterInputs(program.graph, model), ...inputs })
  const end = out['out']?.data as Float32Array
  const [x, z] = normalize ? [points, end] : [end, points]
  const order = normalize ? flow.layers : [...flow.layers].reverse()
  const splits = flow.latents.length - 1
  let gone = normalize ? 0 : splits
  const states = [wholeState(flow, normalize ? points : throughAll(flow, points), z, gone)]
  for (const { site, types } of order) {
    if (types.latent !== undefined) gone += normalize ? 1 : -1
    states.push(wholeState(flow, out[`state.${site.path}`]?.data as Float32Array, z, gone))
  }
  const density = await cachedProgram(`density|${designKey(request)}`, () => densityProgram(flow), runtime, request.threads)
  const judged = await density.executable.run({ ...parameterInputs(density.graph, model), ...dataInputs(model, x, count, context) })
  return {
    layers: order.map(({ site, id, definition }) => ({ path: site.path, id, kind: definition.kind })),
    states, logDets: order.map(({ site }) => out[`log_det.${site.path}`]?.data as Float32Array),
    logProb: judged['log_prob']?.data as Float32Array, out: end, step: model.step,
  }
}
