/** Everything that the report of a run on a target density shows: weighed draws of the flow, and what they say. */
import { type Inspection, inspect } from '../../../core/flow/infer.ts'
import { key, named, uniforms } from '../../../core/random.ts'
import { pointwise } from '../../../core/targets/pointwise.ts'
import type { Target } from '../../../core/targets/target.ts'
import type { Appraisal } from '../../../shared/appraisal.ts'
import type { RunEvent } from '../../../shared/run-events.ts'
import { appraisal, appraisalIssues } from '../appraise.ts'
import type { ComputeClient } from '../compute-client.ts'
import { logDensities } from '../evaluate.ts'
import { modelOf } from '../model.ts'
import type { ReadyRun } from '../new-run.ts'
import type { RunFile } from '../run-file.ts'
import { type CurveRecord, readMetrics } from './gather.ts'
import { GRID, type Window, gridPoints, windowOf } from './plane.ts'

const DRAWS = 50_000
/** Points in a scatter, and rows in a histogram. */
const POINTS = 3000

export interface TargetReport {
  readonly folder: string
  readonly run: RunFile
  readonly inspection: Inspection
  readonly appraisal: Appraisal
  readonly metrics: readonly CurveRecord[]
  readonly logWeights: Float32Array
  /** Draws of the flow, and the same drawn again by their weights: as draws of the target, [POINTS, D]. */
  readonly samples: Float32Array
  readonly weighted: Float32Array
  /** For two dimensions: log q and log p̃ at the points of a grid. */
  readonly plane: { readonly window: Window; readonly flow: Float32Array; readonly target: Float64Array } | undefined
}

/** `count` rows of x [N, D], each as often as its weight says: by one uniform number a stratum (Owen 2013, §9.6). */
export function resampled(x: Float32Array, logWeights: Float32Array, count: number, seed: number): Float32Array {
  const width = x.length / logWeights.length
  const top = logWeights.reduce((most, value) => Math.max(most, value), -Infinity)
  const total = logWeights.reduce((sum, value) => sum + Math.exp(value - top), 0)
  const u = uniforms(named(key(seed), 'resample'), count)
  const out = new Float32Array(count * width)
  let [row, below] = [0, Math.exp((logWeights[0] as number) - top)]
  for (let i = 0; i < count; i++) {
    const wanted = ((i + (u[i] as number)) / count) * total
    while (below < wanted && row < logWeights.length - 1) {
      row += 1
      below += Math.exp((logWeights[row] as number) - top)
    }
    out.set(x.subarray(row * width, (row + 1) * width), i * width)
  }
  return out
}

/** log p̃ at points [N, 2]; −∞ outside of the box. */
function targetOnGrid(target: Target, points: Float32Array): Float64Array {
  const { box } = target
  const inside = (value: number, d: number): boolean =>
    box === undefined || (value >= (box.lower[d] as number) && value <= (box.upper[d] as number))
  const values = pointwise((x) => target.logDensity(x), 2)(Float64Array.from(points))
  return values.map((value, i) => (inside(points[2 * i] as number, 0) && inside(points[2 * i + 1] as number, 1) ? value : -Infinity))
}

export async function gatherTargetReport(
  client: ComputeClient, { folder, run, data }: ReadyRun, onEvent: (event: RunEvent) => void,
): Promise<TargetReport> {
  if (data.target === undefined) throw new Error('gatherTargetReport: this run has data')
  const { spec, target } = data.target
  const model = modelOf(folder, run)
  const { seed } = run.document.training
  const { x, logWeights } = await client.start('weigh', { ...model, target: spec, count: DRAWS, seed }, onEvent).result
  const result = appraisal(logWeights, run.data.log_z ?? undefined)
  for (const issue of appraisalIssues(result, run.data.source)) onEvent({ type: 'notice', issue })
  const samples = x.subarray(0, POINTS * target.dimension)
  const window = windowOf(target.dimension === 2 ? samples : new Float32Array(2))
  const points = gridPoints(window)
  return {
    folder, run, inspection: inspect(run.document.design), appraisal: result, metrics: await readMetrics(folder), logWeights,
    samples, weighted: resampled(x, logWeights, POINTS, seed),
    plane: target.dimension === 2 ? {
      window, flow: await logDensities(client, model, { rows: GRID * GRID, values: points }), target: targetOnGrid(target, points),
    } : undefined,
  }
}
