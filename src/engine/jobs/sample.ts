/** Draws from a trained flow: noise by core/random, z by the base, x by the generating program. */
import { baseNoise } from '../../core/flow/base.ts'
import { sampleProgram } from '../../core/programs/generate.ts'
import { fold, key, named, normals32, uniforms32 } from '../../core/random.ts'
import type { SampleRequest, SampleResult } from '../../shared/compute-protocol.ts'
import type { Runtime, TensorData } from '../runtimes/runtime.ts'
import { parameterInputs } from '../train/rows.ts'
import { type Emit, loadModel } from './model.ts'
import { cachedProgram, designKey } from './program-cache.ts'

const CHUNK = 4096

export async function sampleJob(request: SampleRequest, runtime: Runtime, emit: Emit): Promise<SampleResult> {
  const model = await loadModel(request, emit)
  const { flow } = model
  const { size, contextSize } = flow
  const { graph, executable } = await cachedProgram(`sample|${designKey(request)}`, () => sampleProgram(flow), runtime, request.threads)
  const source = named(key(request.seed), 'sample')
  const { shape: [each], distribution } = baseNoise(flow.base)
  const draw = distribution === 'normal' ? normals32 : uniforms32
  const x = new Float32Array(request.count * size)
  const z = new Float32Array(request.count * size)
  for (let start = 0; start < request.count; start += CHUNK) {
    const count = Math.min(CHUNK, request.count - start)
    const inputs: Record<string, TensorData> = {
      ...parameterInputs(graph, model),
      noise: { dtype: 'float', shape: [count, each], data: draw(fold(source, start / CHUNK), count * each) },
      temperature: { dtype: 'float', shape: [], data: Float32Array.of(request.temperature) },
    }
    if (contextSize > 0) {
      const data = request.context?.subarray(start * contextSize, (start + count) * contextSize)
      if (data === undefined) throw new Error('sampleJob: the flow takes a context, the request has none')
      inputs['context'] = { dtype: 'float', shape: [count, contextSize], data }
    }
    const needed = new Set(graph.inputs.map(({ name }) => name))
    const out = await executable.run(Object.fromEntries(Object.entries(inputs).filter(([name]) => needed.has(name))))
    x.set(out['x']?.data as Float32Array, start * size)
    z.set(out['z']?.data as Float32Array, start * size)
  }
  return { x, z, step: model.step }
}
