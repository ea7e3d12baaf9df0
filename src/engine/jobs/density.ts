/** log p (and z) of given examples. */
import { modelDensityProgram } from '../../core/programs/evaluation.ts'
import { key, named } from '../../core/random.ts'
import type { DensityRequest, DensityResult } from '../../shared/compute-protocol.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import { runDensity } from '../train/rows.ts'
import { type Emit, loadModel } from './model.ts'
import { cachedProgram, designKey } from './program-cache.ts'

export async function densityJob(request: DensityRequest, runtime: Runtime, emit: Emit): Promise<DensityResult> {
  const model = await loadModel(request, emit)
  const program = await cachedProgram(`density|${designKey(request)}`, () => modelDensityProgram(model.model), runtime, request.threads)
  const result = await runDensity({
    model: model.model, program, vectors: model, rows: request.rows,
    key: named(key(request.seed), 'density'), withLatents: request.withLatents,
  })
  return { ...result, step: model.step }
}
