/** Exports a run; the files are compared with the reference on the test part, or on samples where there are none. */
import { typicalContexts } from '../../core/data/context.ts'
import { type Issue, warning } from '../../core/issues.ts'
import type { ExportResult, RowsMessage } from '../../shared/compute-protocol.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import type { ComputeClient } from './compute-client.ts'
import { contextOf, modelOf } from './model.ts'
import { runData } from './open-run.ts'
import type { RunFile } from './run-file.ts'

/** As many as the comparison takes. */
const SAMPLES = 512

export async function exportRun(
  client: ComputeClient, folder: string, run: RunFile, target: string, onEvent: (event: RunEvent) => void,
): Promise<ExportResult> {
  const model = modelOf(folder, run)
  const { seed } = run.document.training
  const data = await runData(run, folder)
  let rows: RowsMessage
  if (data.ok && data.value.target === undefined) rows = data.value.test
  else {
    if (!data.ok) onEvent({ type: 'notice', issue: onSamples(data.issues, run.data.source) })
    const context = typicalContexts(contextOf(run), SAMPLES)
    const drawn = await client.start('sample', { ...model, count: SAMPLES, temperature: 1, seed, context }, onEvent).result
    rows = { rows: SAMPLES, values: drawn.x, context }
  }
  return client.start('export', { ...model, target, rows, columns: run.data.columns, context: contextOf(run), seed }, onEvent).result
}

function onSamples(issues: readonly Issue[], source: string): Issue {
  const message = `the run's data cannot be used (${issues[0]?.message ?? 'unknown'}): the files were checked on samples of the flow`
  return warning('export-on-samples', message, { at: source })
}
