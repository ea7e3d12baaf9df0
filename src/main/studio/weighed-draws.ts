/** Draws of a run on a target density with their importance weights, one row each: x1 … xD, log_weight. */
import { type Result, accept, error, reject } from '../../core/issues.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import type { ComputeClient } from './compute-client.ts'
import { modelOf } from './model.ts'
import { runData } from './open-run.ts'
import { fitsTarget } from './prepare-target.ts'
import type { RunFile } from './run-file.ts'

export interface WeighedDraws {
  readonly columns: readonly string[]
  /** `values` [count, D + 1]. */
  draw(client: ComputeClient, count: number, seed: number, onEvent: (event: RunEvent) => void): Promise<{ readonly values: Float32Array }>
}

/** Issues: a run on data, which has no weights; a temperature other than 1, at which they would be wrong. */
export async function weighedDraws(folder: string, run: RunFile, temperature: number): Promise<Result<WeighedDraws>> {
  if (!fitsTarget(run.document)) {
    return reject(error('weights-without-target', 'this run was trained on data: importance weights belong to a target density', {
      at: '--weights', fix: 'leave it out',
    }))
  }
  if (temperature !== 1) {
    return reject(error('weights-temperature', `weights are those of draws at temperature 1, not ${temperature}`, {
      at: '--temperature', fix: 'leave it out',
    }))
  }
  const data = await runData(run, folder)
  if (!data.ok) return data
  const { target } = data.value
  if (target === undefined) throw new Error('weighedDraws: the run fits a target, and has none')
  const { columns } = run.data
  return accept({
    columns: [...columns, 'log_weight'],
    async draw(client, count, seed, onEvent) {
      const { x, logWeights } = await client.start('weigh', { ...modelOf(folder, run), target: target.spec, count, seed }, onEvent).result
      const width = columns.length
      const values = new Float32Array(count * (width + 1))
      for (let row = 0; row < count; row++) {
        values.set(x.subarray(row * width, (row + 1) * width), row * (width + 1))
        values[row * (width + 1) + width] = logWeights[row] as number
      }
      return { values }
    },
  }, data.issues)
}
