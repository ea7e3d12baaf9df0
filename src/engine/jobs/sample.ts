/** Draws from a trained flow: noise by core/random, z by the base, x by the generating program. */
import { type NoiseSpec, eventSize } from '../../core/flow/layer.ts'
import { latentNoise, modelSampleProgram, observationNoise } from '../../core/programs/model-generate.ts'
import { noiseInput } from '../../core/programs/program.ts'
import { type Key, fold, key, named, normals32, uniforms32 } from '../../core/random.ts'
import type { SampleRequest, SampleResult } from '../../shared/compute-protocol.ts'
import type { Runtime, TensorData } from '../runtimes/runtime.ts'
import { Control } from '../train/control.ts'
import { Residuals } from '../train/convergence.ts'
import { parameterInputs } from '../train/rows.ts'
import { startProgress } from './job-progress.ts'
import { type Emit, loadModel } from './model.ts'
import { cachedProgram, designKey } from './program-cache.ts'

const CHUNK = 4096

export async function sampleJob(request: SampleRequest, runtime: Runtime, emit: Emit, control = new Control()): Promise<SampleResult> {
  const trained = await loadModel(request, emit)
  const { model, flow } = trained
  const { contextSize } = model
  const program = await cachedProgram(`sample|${designKey(request)}`, () => modelSampleProgram(model, { residuals: true }), runtime, request.threads)
  const { graph, executable } = program
  const source = named(key(request.seed), 'sample')
  const latent = latentNoise(model)
  const observation = observationNoise(model)
  const width = eventSize(model.dataEvent)
  const residuals = new Residuals()
  const x = new Float32Array(request.count * width)
  const z = new Float32Array(request.count * flow.size)
  const advance = startProgress(control, emit, request.count, 'samples')
  for (let start = 0; start < request.count; start += CHUNK) {
    const count = Math.min(CHUNK, request.count - start)
    const inputs: Record<string, TensorData> = {
      ...parameterInputs(graph, trained),
      noise: drawn(fold(source, start / CHUNK), latent, count),
      temperature: { dtype: 'float', shape: [], data: Float32Array.of(request.temperature) },
    }
    if (observation !== undefined) {
      inputs[noiseInput(observation)] = drawn(fold(named(source, observation.path), start / CHUNK), observation, count)
    }
    if (contextSize > 0) {
      const data = request.context?.subarray(start * contextSize, (start + count) * contextSize)
      if (data === undefined) throw new Error('sampleJob: the flow takes a context, the request has none')
      inputs['context'] = { dtype: 'float', shape: [count, contextSize], data }
    }
    const needed = new Set(graph.inputs.map(({ name }) => name))
    const out = await executable.run(Object.fromEntries(Object.entries(inputs).filter(([name]) => needed.has(name))))
    residuals.add(out)
    x.set(out['x']?.data as Float32Array, start * width)
    z.set(out['z']?.data as Float32Array, start * flow.size)
    await advance(start + count)
  }
  residuals.check(flow)
  return { x, z, step: trained.step }
}

/** Standard noise for `count` examples, [count, ...shape]. */
function drawn(source: Key, { shape, distribution }: Pick<NoiseSpec, 'shape' | 'distribution'>, count: number): TensorData {
  const draw = distribution === 'normal' ? normals32 : uniforms32
  return { dtype: 'float', shape: [count, ...shape], data: draw(source, count * eventSize(shape)) }
}
