/**
 * The invertibility certificate: for every layer and for the whole flow, how exactly it comes back, in float32 on the
 * engine and in float64 in the reference evaluation, and how far its log-determinant is from a numerical Jacobian's.
 *
 * The reference evaluation goes through a few rows at a time: in between it is told how much is done, and the job can be
 * ended.
 */
import { repeatContext } from '../../core/data/context.ts'
import { evaluate } from '../../core/ir/evaluate.ts'
import type { Graph } from '../../core/ir/graph.ts'
import type { NdArray } from '../../core/ir/nd.ts'
import { numericalJacobian, singularValues } from '../../core/metrics/jacobian.ts'
import { eventSize } from '../../core/flow/layer.ts'
import { WHOLE, outwardProgram, roundTripProgram } from '../../core/programs/certificate.ts'
import { flowNoises, noiseInput } from '../../core/programs/program.ts'
import { traceProgram } from '../../core/programs/trace.ts'
import type { CertificateReply, CertificateRequest } from '../../shared/compute-protocol.ts'
import type { CertificateEntry } from '../../shared/explore-results.ts'
import type { Runtime, TensorData } from '../runtimes/runtime.ts'
import { Control } from '../train/control.ts'
import { startProgress } from './job-progress.ts'
import { type Emit, type TrainedModel, loadModel } from './model.ts'
import { type LoadedProgram, cachedProgram, designKey } from './program-cache.ts'

/** A numerical Jacobian of D dimensions evaluates the flow at 2D points for each of the points looked at. */
const MAX_JACOBIAN = 64
const JACOBIAN_POINTS = 3
/** From this size on a Jacobian is so much work that one point has to do. */
const LARGE_JACOBIAN = 24
/** Rows that the reference evaluation takes at once. */
const ROWS = 8

type Arrays = Readonly<Record<string, NdArray>>

const array = (shape: readonly number[], data: ArrayLike<number>): NdArray => ({ shape, data: Float64Array.from(data) })

/** A trained flow, the context of each point that it is looked at with, [count, C], and what is told of the work. */
interface Subject extends TrainedModel {
  readonly context: Float32Array | undefined
  /** So many more passes of a row through a layer are done. */
  readonly passed: (passes: number) => Promise<void>
}

/** The context of one of the points, for all that are looked at around it. */
function atPoint(model: Subject, point: number, rows: number): Subject {
  const { contextSize } = model.flow
  const own = model.context?.subarray(point * contextSize, (point + 1) * contextSize)
  return own === undefined ? model : { ...model, context: repeatContext(own, rows) }
}

/** Noise in the middle of its range: the certificate is about the map, not about the draw. */
function fixedInputs(graph: Graph, model: Subject, count: number): Arrays {
  const { flow, theta, buffers, context } = model
  const all: Record<string, NdArray> = {
    ...(context === undefined ? {} : { context: array([count, flow.contextSize], context) }),
    theta: array([theta.length], theta), buffers: array([buffers.length], buffers),
    ...Object.fromEntries(flowNoises(flow).map((noise) => [
      noiseInput(noise), array([count, ...noise.shape], new Float64Array(count * eventSize(noise.shape)).fill(noise.distribution === 'uniform' ? 0.5 : 0)),
    ])),
  }
  const declared = new Set(graph.inputs.map(({ name }) => name))
  return Object.fromEntries(Object.entries(all).filter(([name]) => declared.has(name)))
}

function rowsOf({ shape: [, ...event], data }: NdArray, start: number, count: number): NdArray {
  const size = eventSize(event)
  return array([count, ...event], data.slice(start * size, (start + count) * size))
}

function joined(parts: readonly NdArray[]): NdArray {
  const event = parts[0]?.shape.slice(1) ?? []
  const rows = parts.reduce((sum, { shape }) => sum + (shape[0] as number), 0)
  const data = new Float64Array(rows * eventSize(event))
  let at = 0
  for (const part of parts) {
    data.set(part.data, at)
    at += part.data.length
  }
  return { shape: [rows, ...event], data }
}

/** Outputs for `count` rows of `inputs`, each [count, ...]; `layers`: how many of them a row goes through. */
async function evaluateRows(graph: Graph, model: Subject, inputs: Arrays, count: number, layers: number): Promise<Arrays> {
  const { contextSize } = model.flow
  const parts: Arrays[] = []
  for (let start = 0; start < count; start += ROWS) {
    const rows = Math.min(ROWS, count - start)
    const context = model.context?.subarray(start * contextSize, (start + rows) * contextSize)
    const own = Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, rowsOf(values, start, rows)]))
    parts.push(evaluate(graph, { ...fixedInputs(graph, { ...model, context }, rows), ...own }))
    await model.passed(rows * layers)
  }
  return Object.fromEntries(graph.outputs.map(({ name }) => [name, joined(parts.map((part) => part[name] as NdArray))]))
}

/** float64 states that enter each layer, by path. */
async function enteringStates(model: Subject, points: Float32Array, count: number): Promise<Record<string, NdArray>> {
  const { flow } = model
  const x = array([count, ...flow.event], points)
  const out = await evaluateRows(traceProgram(flow, 'normalize'), model, { x }, count, flow.layers.length)
  return Object.fromEntries(flow.layers.map(({ site }, i) => {
    const before = flow.layers[i - 1]
    return [`in.${site.path}`, before === undefined ? x : (out[`state.${before.site.path}`] as NdArray)]
  }))
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] as number) - (b[i] as number))
    if (!(difference <= worst)) worst = difference
  }
  return worst
}

const toFloat = ({ shape, data }: NdArray): TensorData => ({ dtype: 'float', shape, data: Float32Array.from(data) })

/** A layer, or the whole flow: one map from the event that enters it. */
interface Part {
  readonly path: string
  readonly id: string
  readonly kind: string
  /** Layers that a row goes through in it. */
  readonly layers: number
  readonly event: readonly number[]
}

/** Points at which its Jacobian is taken. */
function jacobianPoints({ event }: Part, count: number): number {
  const size = eventSize(event)
  return size > MAX_JACOBIAN ? 0 : Math.min(size >= LARGE_JACOBIAN ? 1 : JACOBIAN_POINTS, count)
}

/** The Jacobian of one map at one state: |logDet − log|det J|| and the condition of J. */
async function jacobianFigures(
  graph: Graph, model: Subject, part: Part, state: NdArray, logDet: number, point: number,
): Promise<{ readonly error: number; readonly condition: number }> {
  const size = eventSize(part.event)
  const jacobian = await numericalJacobian(async (points, rows) => {
    const inputs = { [`in.${part.path}`]: array([rows, ...part.event], points) }
    return Float64Array.from((await evaluateRows(graph, atPoint(model, point, rows), inputs, rows, part.layers))[`out.${part.path}`]?.data ?? [])
  }, rowsOf(state, point, 1).data as Float64Array)
  const values = singularValues(jacobian, size)
  const numerical = values.reduce((sum, value) => sum + Math.log(value), 0)
  return { error: Math.abs(numerical - logDet), condition: (values[0] as number) / (values.at(-1) as number) }
}

/** `load`: makes the program of a part ready to run on the engine. */
async function certify(model: Subject, part: Part, state: NdArray, load: (path: string) => Promise<LoadedProgram>): Promise<CertificateEntry> {
  const { flow } = model
  const { path, id, kind, layers } = part
  const count = state.shape[0] as number
  const own = { [`in.${path}`]: state }
  const { graph, executable } = await load(path)
  const rounded = await executable.run(Object.fromEntries(
    Object.entries({ ...fixedInputs(graph, model, count), ...own }).map(([name, values]) => [name, toFloat(values)])))
  const exact = await evaluateRows(graph, model, own, count, 2 * layers)
  const logDets = (exact[`log_det.${path}`] as NdArray).data
  const outward = outwardProgram(flow, path)
  const figures: { readonly error: number; readonly condition: number }[] = []
  for (let point = 0; point < jacobianPoints(part, count); point++) {
    figures.push(await jacobianFigures(outward, model, part, state, logDets[point] as number, point))
  }
  return {
    path, id, kind,
    roundTrip64: largestDifference((exact[`back.${path}`] as NdArray).data, state.data),
    roundTrip32: largestDifference((rounded[`back.${path}`] as TensorData).data as Float32Array, Float32Array.from(state.data)),
    logDetError: figures.length === 0 ? null : Math.max(...figures.map(({ error }) => error)),
    condition: figures.length === 0 ? null : Math.max(...figures.map(({ condition }) => condition)),
  }
}

/** Passes of a row through a layer that all of it takes. */
function passesOf(parts: readonly Part[], layers: number, count: number): number {
  return parts.reduce((sum, part) => sum + part.layers * (2 * count + 2 * eventSize(part.event) * jacobianPoints(part, count)), layers * count)
}

export async function certificateJob(
  request: CertificateRequest, runtime: Runtime, emit: Emit, control = new Control(),
): Promise<CertificateReply> {
  const trained = await loadModel(request, emit)
  const { flow } = trained
  const count = request.points.length / flow.size
  const parts = flow.layers.map(({ site, id, definition }): Part => ({ path: site.path, id, kind: definition.kind, layers: 1, event: site.event }))
  const whole: Part = { path: WHOLE, id: WHOLE, kind: WHOLE, layers: flow.layers.length, event: flow.event }
  const advance = startProgress(control, emit, passesOf([...parts, whole], flow.layers.length, count), 'passes of a point through a layer')
  let done = 0
  const passed = (passes: number): Promise<void> => advance(done += passes)
  const model: Subject = { ...trained, context: request.context, passed }
  const states: Arrays = {
    ...await enteringStates(model, request.points, count), [`in.${WHOLE}`]: array([count, ...flow.event], request.points),
  }
  const load = (path: string): Promise<LoadedProgram> =>
    cachedProgram(`certificate|${path}|${designKey(request)}`, () => roundTripProgram(flow, path), runtime, request.threads)
  const certificateOf = (part: Part): Promise<CertificateEntry> => certify(model, part, states[`in.${part.path}`] as NdArray, load)
  const layers: CertificateEntry[] = []
  for (const part of parts) layers.push(await certificateOf(part))
  return { layers, flow: await certificateOf(whole), step: model.step }
}
