/**
 * Export: density.onnx (x → z, log_prob), sampler.onnx (z → x) and report.json. Parameters are constants, weight-only
 * algebra is folded in float64, data transforms are inside, the batch axis is dynamic. Both files are then loaded in
 * ONNX Runtime and held against the float64 reference evaluation on held-out points.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ContextEncoding, contextOffsets, contextSize } from '../../core/data/context.ts'
import { modelNoises } from '../../core/objectives/model.ts'
import { writeDocument } from '../../core/design/document.ts'
import { costOf } from '../../core/flow/layer.ts'
import { evaluate } from '../../core/ir/evaluate.ts'
import type { Graph } from '../../core/ir/graph.ts'
import type { NdArray } from '../../core/ir/nd.ts'
import { IssueError, type Result } from '../../core/issues.ts'
import { emitOnnx } from '../../core/onnx/emit.ts'
import { modelDensityProgram } from '../../core/programs/evaluation.ts'
import { modelGenerateProgram } from '../../core/programs/model-generate.ts'
import { baseContext, flowInputs, flowNoises, makeProgram, noiseInput } from '../../core/programs/program.ts'
import { type Key, key, named, normals32 } from '../../core/random.ts'
import { writeFileAtomic } from '../../files/atomic-write.ts'
import type { ExportRequest, ExportResult, ParityReport } from '../../shared/compute-protocol.ts'
import { loadOnnxModel } from '../runtimes/onnxruntime.ts'
import type { TensorData, TensorMap } from '../runtimes/runtime.ts'
import { Residuals } from '../train/convergence.ts'
import { exampleInputs } from '../train/rows.ts'
import { type Emit, type TrainedModel, loadModel } from './model.ts'

/** Held-out points that are compared; the float64 evaluation is plain and slow. */
const POINTS = 512
/** Of a bound, every point takes many samples. */
const BOUND_POINTS = 32
/** The same where a layer iterates: each round is as dear as a pass. */
const ITERATED_POINTS = 128

function pointsOf({ model, flow }: TrainedModel): number {
  if (model.objective.likelihood === 'bound') return BOUND_POINTS
  return iterates({ flow }) ? ITERATED_POINTS : POINTS
}

const iterates = ({ flow }: Pick<TrainedModel, 'flow'>): boolean =>
  flow.layers.some(({ definition, site }) => Object.values(costOf(definition, site)).includes('iterative'))

const toArray = ({ shape, data }: TensorData): NdArray => ({ shape, data: Float64Array.from(data as Float32Array) })

function reference(graph: Graph, inputs: TensorMap): Record<string, Float64Array> {
  const given = Object.fromEntries(graph.inputs.map(({ name }) => [name, toArray(inputs[name] as TensorData)]))
  return Object.fromEntries(Object.entries(evaluate(graph, given)).map(([name, { data }]) => [name, data]))
}

function largest(a: ArrayLike<number>, b: ArrayLike<number>, scale: (reference: number) => number = () => 1): number {
  let worst = 0
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs((a[i] as number) - (b[i] as number)) / scale(b[i] as number)
    if (!(difference <= worst)) worst = difference
  }
  return worst
}

interface Exported {
  readonly graph: Graph
  readonly bytes: Uint8Array
}

async function compare(model: TrainedModel, density: Exported, sampler: Exported, request: ExportRequest, seed: Key): Promise<ParityReport> {
  const { flow } = model
  const points = Math.min(pointsOf(model), request.rows.rows)
  const inputs = exampleInputs(density.graph, model.model, request.rows, 0, points, seed)
  const [densityModel, samplerModel] = [await loadOnnxModel(density.bytes), await loadOnnxModel(sampler.bytes)]
  try {
    const got = await densityModel.run(inputs)
    const want = reference(density.graph, inputs)
    // The latents of held-out points are points that the sampler must bring back to where they came from. A decoder has
    // no latents of a point: it is compared on draws from its prior.
    const back = want['z']
    const z = back === undefined ? normals32(named(seed, 'latents'), points * flow.size) : Float32Array.from(back)
    const latents: TensorMap = {
      z: { dtype: 'float', shape: [points, flow.size], data: z },
      ...(inputs['context'] === undefined ? {} : { context: inputs['context'] }),
    }
    const gotX = (await samplerModel.run(latents))['x']?.data as Float32Array
    const wantX = reference(sampler.graph, latents)['x'] as Float64Array
    const returned = got['z'] === undefined ? undefined : await samplerModel.run({ ...latents, z: got['z'] })
    const logProb = got['log_prob']?.data as Float32Array
    return {
      points,
      log_prob_max_difference: largest(logProb, want['log_prob'] as Float64Array),
      log_prob_max_relative_difference: largest(logProb, want['log_prob'] as Float64Array, (value) => 1 + Math.abs(value)),
      z_max_difference: back === undefined ? null : largest(got['z']?.data as Float32Array, back),
      x_max_difference: largest(gotX, wantX),
      round_trip_max_error: returned === undefined ? null : largest(returned['x']?.data as Float32Array, inputs['x']?.data as Float32Array),
      density_bytes: density.bytes.length,
      sampler_bytes: sampler.bytes.length,
    }
  } finally {
    await densityModel.dispose()
    await samplerModel.dispose()
  }
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new IssueError(result.issues)
  return result.value
}

type Nested = number | readonly Nested[]

/** Numbers in row-major order as lists within lists. */
function nested(shape: readonly number[], data: ArrayLike<number>, start = 0): Nested {
  const [length, ...rest] = shape
  if (length === undefined) return data[start] as number
  const step = rest.reduce((product, dim) => product * dim, 1)
  return Array.from({ length }, (_, i) => nested(rest, data, start + i * step))
}

/** Standard noise that a base puts at its centre, and one scale above it. */
const NOISE = { normal: [0, 1], uniform: [0.5, 1 / (1 + Math.exp(-1))] } as const

/** What is to be known of a learned base by who samples: in its own terms, or where its centre is and how wide it is, [D]. */
function learnedBase(model: TrainedModel): Readonly<Record<string, Nested>> | undefined {
  const { flow } = model
  const { definition, site } = flow.base
  if (definition.natural !== undefined) return naturalBase(model)
  if (definition.parameters(site).length === 0) return undefined
  const graph = makeProgram((program) => {
    const noise = program.input('noise', ['N', flow.size])
    const inputs = flowInputs(program, flow, { values: model })
    program.output('z', definition.sample(baseContext(inputs), site, noise, program.constant(1, [])))
  })
  const draw = (value: number): Float64Array => evaluate(graph, {
    noise: { shape: [1, flow.size], data: new Float64Array(flow.size).fill(value) },
  })['z']?.data as Float64Array
  const [middle, above] = NOISE[definition.noise].map(draw) as [Float64Array, Float64Array]
  return { centre: [...middle], scale: [...above].map((value, i) => value - (middle[i] as number)) }
}

function naturalBase(model: TrainedModel): Readonly<Record<string, Nested>> {
  const { flow } = model
  const { definition, site } = flow.base
  const graph = makeProgram((program) => {
    const inputs = flowInputs(program, flow, { values: model })
    for (const [name, value] of Object.entries(definition.natural?.(baseContext(inputs), site) ?? {})) program.output(name, value)
  })
  const { contextSize } = flow
  const given = contextSize > 0 ? { context: { shape: [1, contextSize], data: new Float64Array(contextSize) } } : {}
  return Object.fromEntries(Object.entries(evaluate(graph, given)).map(([name, { shape, data }]) => [name, nested(shape, data)]))
}

/** How someone outside makes the models' input `context` from the columns' values: see core/data/context.ts. */
function describeContext(encoding: ContextEncoding = []): Record<string, unknown> {
  if (encoding.length === 0) return {}
  const offsets = contextOffsets(encoding)
  const columns = encoding.map((column, i) => ({ ...column, place: offsets[i] }))
  const how = 'a class is 1 at place + its index in classes and 0 at the others; a number is (value - mean) / scale at place'
  return { context: { size: contextSize(encoding), how, columns } }
}

/** What a reader needs to use the files: in report.json, and the design in the models' metadata as well. */
function describe(model: TrainedModel, request: ExportRequest, parity: ParityReport): Record<string, unknown> {
  const { flow, model: { contextSize: size, dataEvent, objective } } = model
  const { definition } = flow.base
  const context = size > 0 ? { context: ['N', size, 'float32: see context'] } : {}
  const noises = objective.takesData ? modelNoises(model.model, 'evaluation') : flowNoises(flow)
  const prior = objective.generator?.prior === 'standard' ? 'a standard normal' : `the base: ${definition.title}`
  const meaning = objective.likelihood === 'bound' && objective.takesData ? 'a lower bound in nats' : 'nats'
  return {
    format: 'flowsmith-export',
    version: 1,
    name: request.document.name,
    step: model.step,
    event: dataEvent,
    columns: request.columns,
    density: {
      file: 'density.onnx',
      inputs: { x: ['N', ...dataEvent], ...context, ...Object.fromEntries(noises.map((noise) => [noiseInput(noise), ['N', ...noise.shape, `${noise.distribution} noise`]])) },
      outputs: {
        ...(objective.generator === undefined ? { z: ['N', flow.size] } : {}), log_prob: ['N', `${meaning}, in the units of the data`],
      },
    },
    sampler: {
      file: 'sampler.onnx',
      inputs: { z: ['N', flow.size, `drawn from ${prior}`], ...context },
      outputs: { x: ['N', ...dataEvent, ...(objective.generator === undefined ? [] : ['the mean of x given z'])] },
    },
    ...describeContext(request.context),
    base: { ...request.document.design.base, ...learnedBase(model) },
    latents: flow.latents,
    parity,
  }
}

/** Tells where points that were compared are not solved for: the files carry the same iteration, and agree all the same. */
async function tellUnconverged(model: TrainedModel, request: ExportRequest, seed: Key, emit: Emit): Promise<void> {
  const { flow } = model
  if (!iterates(model)) return
  const points = Math.min(pointsOf(model), request.rows.rows)
  const residuals = new Residuals()
  const run = async (graph: Graph, inputs: TensorMap): Promise<TensorMap> => {
    const loaded = await loadOnnxModel(emitOnnx(graph, { name: 'residuals', metadata: {} }))
    try {
      const out = await loaded.run(inputs)
      residuals.add(out)
      return out
    } finally {
      await loaded.dispose()
    }
  }
  const density = modelDensityProgram(model.model, { values: model, residuals: true })
  const inputs = exampleInputs(density, model.model, request.rows, 0, points, seed)
  const { z } = await run(density, inputs)
  const context = inputs['context'] === undefined ? {} : { context: inputs['context'] }
  if (z !== undefined) await run(modelGenerateProgram(model.model, { values: model, residuals: true }), { z, ...context })
  for (const issue of residuals.issues(flow)) emit({ type: 'notice', issue: { ...issue, severity: 'warning' } })
}

export async function exportJob(request: ExportRequest, emit: Emit): Promise<ExportResult> {
  const model = await loadModel(request, emit)
  const metadata = { flowsmith_design: writeDocument(request.document), flowsmith_step: String(model.step) }
  const build = (graph: Graph, name: string): Exported => ({ graph, bytes: emitOnnx(graph, { name, metadata }) })
  const density = build(modelDensityProgram(model.model, { values: model }), 'density')
  const sampler = build(modelGenerateProgram(model.model, { values: model }), 'sampler')
  const report = await compare(model, density, sampler, request, named(key(request.seed), 'export'))
  await tellUnconverged(model, request, named(key(request.seed), 'export'), emit)
  await mkdir(request.target, { recursive: true })
  const files: readonly (readonly [string, Uint8Array | string])[] = [
    ['density.onnx', density.bytes],
    ['sampler.onnx', sampler.bytes],
    ['report.json', `${JSON.stringify(describe(model, request, report), null, 2)}\n`],
  ]
  for (const [name, content] of files) must(await writeFileAtomic(join(request.target, name), content))
  return { files: files.map(([name]) => name), report }
}
