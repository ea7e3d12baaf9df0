/** Everything that a report shows, taken from a run, its data and its flow. */
import { flowContextSize } from '../../../core/objectives/shapes.ts'
import { join } from 'node:path'
import * as v from 'valibot'
import { isSynthetic, parseSynthetic } from '../../../core/data/synthetic/parse.ts'
import { type Inspection, inspect } from '../../../core/flow/infer.ts'
import { IssueError } from '../../../core/issues.ts'
import { readJournal } from '../../../files/journal.ts'
import type { RowsMessage } from '../../../shared/compute-protocol.ts'
import type { RunEvent } from '../../../shared/run-events.ts'
import type { ComputeClient } from '../compute-client.ts'
import { contextsOf, marginalLogDensities } from '../data-contexts.ts'
import { type Evaluation, evaluation, logDensities, standardError } from '../evaluate.ts'
import { modelOf } from '../model.ts'
import type { ReadyRun } from '../new-run.ts'
import type { RunFile } from '../run-file.ts'
import { GRID, type Window, gridPoints, windowOf } from './plane.ts'
import { firstRows } from './rows.ts'

/** Points in a scatter, and rows in a histogram. */
const POINTS = 3000
const ROWS = 10_000

export interface Plane {
  readonly window: Window
  /** log p at the points of the grid. */
  readonly model: Float32Array | undefined
  /** The same of the data's own distribution, where it is known. */
  readonly exact: Float64Array | undefined
}

export interface ReportData {
  readonly folder: string
  readonly run: RunFile
  readonly inspection: Inspection
  readonly evaluation: Evaluation
  /** Standard error of the test NLL, in nats. */
  readonly error: number
  readonly metrics: readonly CurveRecord[]
  readonly logProb: { readonly train: Float32Array; readonly test: Float32Array }
  /** [rows, D] each. */
  readonly data: RowsMessage
  readonly samples: RowsMessage
  /** For two dimensions. */
  readonly plane: Plane | undefined
}

/** The records that a report shows; others are passed over. */
const recordSchema = v.variant('type', [
  v.object({ type: v.literal('train'), step: v.number(), loss: v.number() }),
  v.object({ type: v.literal('validation'), step: v.number(), nll: v.number() }),
])
export type CurveRecord = v.InferOutput<typeof recordSchema>

export async function readMetrics(folder: string): Promise<CurveRecord[]> {
  const records = await readJournal(join(folder, 'metrics.jsonl'))
  if (!records.ok) throw new IssueError(records.issues)
  return records.value.flatMap((record) => {
    const parsed = v.safeParse(recordSchema, record)
    return parsed.success ? [parsed.output] : []
  })
}

/** log p of a synthetic target at the points of a grid. */
function exactDensity(source: string, points: Float32Array): Float64Array | undefined {
  const choice = isSynthetic(source) ? parseSynthetic(source) : undefined
  if (choice?.ok !== true) return undefined
  const logDensity = choice.value.target.logDensity(choice.value.options)
  return Float64Array.from({ length: points.length / 2 }, (_, i) =>
    logDensity(points[2 * i] as number, points[2 * i + 1] as number))
}

export async function gatherReport(
  client: ComputeClient, { folder, run, data }: ReadyRun, onEvent: (event: RunEvent) => void,
): Promise<ReportData> {
  const model = modelOf(folder, run)
  const { seed } = run.document.training
  const test = await logDensities(client, model, data.test, onEvent)
  const train = await logDensities(client, model, firstRows(data.train, ROWS), onEvent)
  const samples = await client.start('sample', { ...model, count: POINTS, temperature: 1, seed, context: contextsOf(data.train, POINTS) }, onEvent).result
  const shown = firstRows(data.train, POINTS)
  const flat = run.data.columns.length === 2
  const window = windowOf(flat ? shown.values : new Float32Array(2))
  const points = gridPoints(window)
  // A density of dequantized data is known at its whole numbers only.
  const continuous = flat && run.data.dequantized.length === 0
  return {
    folder, run,
    inspection: inspect(run.document.design, { contextSize: flowContextSize(run.document.training.objective, model.contextSize) }),
    evaluation: evaluation(run, test, data.entropy),
    error: standardError(test),
    metrics: await readMetrics(folder),
    logProb: { train, test: test.subarray(0, ROWS) },
    data: shown,
    samples: { rows: POINTS, values: samples.x },
    plane: flat ? {
      window,
      // Far from the data a density may well be 0: nothing to tell of.
      model: continuous ? await marginalLogDensities(client, model, data.train, { rows: GRID * GRID, values: points }) : undefined,
      exact: continuous ? exactDensity(run.data.source, points) : undefined,
    } : undefined,
  }
}
