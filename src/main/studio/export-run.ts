/** Exports a run; its files are compared with the reference on the run's test part, or on samples where that is gone. */
import { warning } from '../../core/issues.ts'
import type { ExportResult, RowsMessage } from '../../shared/compute-protocol.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import type { ComputeClient } from './compute-client.ts'
import { modelOf } from './model.ts'
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
  if (data.ok) rows = data.value.test
  else {
    const issue = warning('export-on-samples', `the run's data cannot be used (${data.issues[0]?.message ?? 'unknown'}): the files were checked on samples of the flow`, {
      at: run.data.source,
    })
    onEvent({ type: 'notice', issue })
    const drawn = await client.start('sample', { ...model, count: SAMPLES, temperature: 1, seed }, onEvent).result
    rows = { rows: SAMPLES, values: drawn.x }
  }
  return client.start('export', { ...model, target, rows, columns: run.data.columns, seed }, onEvent).result
}
