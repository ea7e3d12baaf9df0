/** log p (and z) of given examples. */
import { densityProgram } from '../../core/programs/density.ts'
import { evaluationProgram } from '../../core/programs/evaluation.ts'
import type { Graph } from '../../core/ir/graph.ts'
import { key, named } from '../../core/random.ts'
import type { DensityRequest, DensityResult } from '../../shared/compute-protocol.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import { runDensity } from '../train/rows.ts'
import { type Emit, loadModel } from './model.ts'
import { cachedProgram, designKey } from './program-cache.ts'

export async function densityJob(request: DensityRequest, runtime: Runtime, emit: Emit): Promise<DensityResult> {
  const model = await loadModel(request, emit)
  // Where the objective takes no data, the flow itself has a density for what is asked about.
  const build = (): Graph => (model.model.objective.takesData ? evaluationProgram(model.model) : densityProgram(model.flow))
  const program = await cachedProgram(`density|${designKey(request)}`, build, runtime, request.threads)
  const result = await runDensity({
    model: model.model, program, vectors: model, rows: request.rows,
    key: named(key(request.seed), 'density'), withLatents: request.withLatents,
  })
  return { ...result, step: model.step }
}
