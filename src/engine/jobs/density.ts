/** log p (and z) of given examples. */
import { densityProgram } from '../../core/programs/density.ts'
import { key, named } from '../../core/random.ts'
import type { DensityRequest, DensityResult } from '../../shared/compute-protocol.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import { runDensity } from '../train/rows.ts'
import { type Emit, loadModel } from './model.ts'

export async function densityJob(request: DensityRequest, runtime: Runtime, emit: Emit): Promise<DensityResult> {
  const model = await loadModel(request, emit)
  const graph = densityProgram(model.flow)
  const executable = await runtime.load(graph, request.threads === undefined ? {} : { threads: request.threads })
  try {
    const result = await runDensity({
      flow: model.flow, program: { graph, executable }, vectors: model, rows: request.rows,
      key: named(key(request.seed), 'density'), withLatents: request.withLatents,
    })
    return { ...result, step: model.step }
  } finally {
    await executable.dispose()
  }
}
