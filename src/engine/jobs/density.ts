/** log p (and z) of given examples. */
import { densityProgram } from '../../core/programs/density.ts'
import { modelDensityProgram } from '../../core/programs/evaluation.ts'
import type { Graph } from '../../core/ir/graph.ts'
import { IssueError } from '../../core/issues.ts'
import { key, named } from '../../core/random.ts'
import type { DensityRequest, DensityResult } from '../../shared/compute-protocol.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import { runDensity } from '../train/rows.ts'
import { Control } from '../train/control.ts'
import { startProgress } from './job-progress.ts'
import { type Emit, loadModel } from './model.ts'
import { cachedProgram, designKey } from './program-cache.ts'

export async function densityJob(request: DensityRequest, runtime: Runtime, emit: Emit, control = new Control()): Promise<DensityResult> {
  const model = await loadModel(request, emit)
  const ofFlow = request.ofFlow === true
  const build = (): Graph => (ofFlow
    ? densityProgram(model.flow, { residuals: true })
    : modelDensityProgram(model.model, { residuals: true }))
  const program = await cachedProgram(`density|${ofFlow}|${designKey(request)}`, build, runtime, request.threads)
  const { unconverged, ...result } = await runDensity({
    model: model.model, program, vectors: model, rows: request.rows,
    key: named(key(request.seed), 'density'), withLatents: request.withLatents,
    onChunk: startProgress(control, emit, request.rows.rows, 'examples'),
  })
  if (unconverged.length > 0) throw new IssueError(unconverged)
  return { ...result, step: model.step }
}
