/** Draws from a flow that was fitted to a target density, with their importance weights. */
import { eventSize } from '../../core/flow/layer.ts'
import { IssueError } from '../../core/issues.ts'
import { modelNoises } from '../../core/objectives/model.ts'
import { noiseInput } from '../../core/programs/program.ts'
import { weighProgram } from '../../core/programs/weigh.ts'
import { key, named } from '../../core/random.ts'
import { makeTarget } from '../../core/targets/index.ts'
import type { WeighRequest, WeighResult } from '../../shared/compute-protocol.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import { passNoise } from '../train/batches.ts'
import { Control } from '../train/control.ts'
import { chunkOf, parameterInputs } from '../train/rows.ts'
import { startProgress } from './job-progress.ts'
import { type Emit, loadModel } from './model.ts'
import { cachedProgram, designKey } from './program-cache.ts'

export async function weighJob(request: WeighRequest, runtime: Runtime, emit: Emit, control = new Control()): Promise<WeighResult> {
  const target = makeTarget(request.target)
  if (!target.ok) throw new IssueError(target.issues)
  const trained = await loadModel(request, emit, target.value)
  const { model } = trained
  // A run's target is frozen with it, so the folder stands for what the target's constants are.
  const name = `weigh|${request.folder}|${request.target.source}|${designKey(request)}`
  const { graph, executable } = await cachedProgram(name, () => weighProgram(model), runtime, request.threads)
  const source = named(key(request.seed), 'weigh')
  const noises = modelNoises(model, 'evaluation')
  const declared = new Set(graph.inputs.map((input) => input.name))
  const size = eventSize(model.flow.event)
  const x = new Float32Array(request.count * size)
  const logWeights = new Float32Array(request.count)
  const chunk = chunkOf(model)
  const advance = startProgress(control, emit, request.count, 'draws')
  for (let start = 0; start < request.count; start += chunk) {
    const count = Math.min(chunk, request.count - start)
    const drawn = noises.map((noise) => [noiseInput(noise), passNoise(source, noise, start, count)] as const)
    const out = await executable.run({
      ...parameterInputs(graph, trained), ...Object.fromEntries(drawn.filter(([input]) => declared.has(input))),
    })
    x.set(out['x']?.data as Float32Array, start * size)
    logWeights.set(out['log_weight']?.data as Float32Array, start)
    await advance(start + count)
  }
  return { x, logWeights, step: trained.step }
}
