/**
 * The invertibility certificate: for every layer and for the whole flow, how exactly it comes back, in float32 on the
 * engine and in float64 in the reference evaluation, and how far its log-determinant is from a numerical Jacobian's.
 */
import { repeatContext } from '../../core/data/context.ts'
import { evaluate } from '../../core/ir/evaluate.ts'
import type { Graph } from '../../core/ir/graph.ts'
import type { NdArray } from '../../core/ir/nd.ts'
import { numericalJacobian, singularValues } from '../../core/metrics/jacobian.ts'
import { eventSize } from '../../core/flow/layer.ts'
import { WHOLE, certificateProgram, roundTripProgram } from '../../core/programs/certificate.ts'
import { flowNoises, noiseInput } from '../../core/programs/program.ts'
import { traceProgram } from '../../core/programs/trace.ts'
import type { CertificateReply, CertificateRequest, LayerCertificate } from '../../shared/compute-protocol.ts'
import type { Runtime, TensorData } from '../runtimes/runtime.ts'
import { type Emit, type TrainedModel, loadModel } from './model.ts'
import { cachedProgram, designKey } from './program-cache.ts'

/** A numerical Jacobian of D dimensions evaluates the flow at 2D points for each of the points looked at. */
const MAX_JACOBIAN = 64
const JACOBIAN_POINTS = 3
/** From this size on a Jacobian is so much work that one point has to do. */
const LARGE_JACOBIAN = 24

type Arrays = Readonly<Record<string, NdArray>>

const array = (shape: readonly number[], data: ArrayLike<number>): NdArray => ({ shape, data: Float64Array.from(data) })

/** A trained flow, and the context of each point that it is looked at with, [count, C]. */
interface Subject extends TrainedModel {
  readonly context: Float32Array | undefined
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

/** float64 states that enter each layer, by path. */
function enteringStates(model: Subject, points: Float32Array, count: number): Record<string, NdArray> {
  const { flow } = model
  const graph = traceProgram(flow, 'normalize')
  const out = evaluate(graph, { ...fixedInputs(graph, model, count), x: array([count, ...flow.event], points) })
  return Object.fromEntries(flow.layers.map(({ site }, i) => {
    const before = flow.layers[i - 1]
    const state = before === undefined ? array([count, ...flow.event], points) : (out[`state.${before.site.path}`] as NdArray)
    return [`in.${site.path}`, state]
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

/** The Jacobian of one map at one state: |logDet − log|det J|| and the condition of J. */
function jacobianFigures(
  graph: Graph, model: Subject, input: string, output: string, state: NdArray, logDet: number, point: number,
): { error: number; condition: number } {
  const event = state.shape.slice(1)
  const size = eventSize(event)
  const jacobian = numericalJacobian((points, rows) => {
    const inputs = { ...fixedInputs(graph, atPoint(model, point, rows), rows), [input]: array([rows, ...event], points) }
    return (evaluate(graph, inputs)[output] as NdArray).data
  }, state.data.slice(point * size, (point + 1) * size))
  const values = singularValues(jacobian, size)
  const numerical = values.reduce((sum, value) => sum + Math.log(value), 0)
  return { error: Math.abs(numerical - logDet), condition: (values[0] as number) / (values.at(-1) as number) }
}

export async function certificateJob(request: CertificateRequest, runtime: Runtime, emit: Emit): Promise<CertificateReply> {
  const model: Subject = { ...await loadModel(request, emit), context: request.context }
  const { flow } = model
  const count = request.points.length / flow.size
  const graph = certificateProgram(flow)
  const states: Arrays = { ...enteringStates(model, request.points, count), [`in.${WHOLE}`]: array([count, ...flow.event], request.points) }
  const inputs = { ...fixedInputs(graph, model, count), ...states }
  const exact = evaluate(graph, inputs)
  const program = await cachedProgram(`certificate|${designKey(request)}`, () => graph, runtime, request.threads)
  const rounded = await program.executable.run(Object.fromEntries(program.graph.inputs.map(({ name }) => [name, toFloat(inputs[name] as NdArray)])))
  const certify = (path: string, id: string, kind: string): LayerCertificate => {
    const start = states[`in.${path}`] as NdArray
    const logDets = (exact[`log_det.${path}`] as NdArray).data
    const own = roundTripProgram(flow, path)
    const size = eventSize(start.shape.slice(1))
    const points = size > MAX_JACOBIAN ? 0 : Math.min(size >= LARGE_JACOBIAN ? 1 : JACOBIAN_POINTS, count)
    const figures = Array.from({ length: points }, (_, point) =>
      jacobianFigures(own, model, `in.${path}`, `out.${path}`, start, logDets[point] as number, point))
    return {
      path, id, kind,
      roundTrip64: largestDifference((exact[`back.${path}`] as NdArray).data, start.data),
      roundTrip32: largestDifference((rounded[`back.${path}`] as TensorData).data as Float32Array, Float32Array.from(start.data)),
      logDetError: figures.length === 0 ? null : Math.max(...figures.map(({ error }) => error)),
      condition: figures.length === 0 ? null : Math.max(...figures.map(({ condition }) => condition)),
    }
  }
  return {
    layers: flow.layers.map(({ site, id, definition }) => certify(site.path, id, definition.kind)),
    flow: certify(WHOLE, WHOLE, WHOLE),
    step: model.step,
  }
}
