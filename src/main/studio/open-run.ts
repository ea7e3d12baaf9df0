/** An existing run with its data, prepared again as they were when it started. */
import type { DataSettings } from '../../core/design/document.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import type { ReadyRun } from './new-run.ts'
import { type PreparedData, prepareData } from './prepare-data.ts'
import { fitsTarget, prepareTarget } from './prepare-target.ts'
import { type RunFile, readRun } from './run-file.ts'

export async function openRun(folder: string): Promise<Result<ReadyRun>> {
  const run = await readRun(folder)
  if (!run.ok) return run
  const data = await runData(run.value, folder)
  return data.ok ? accept({ folder, run: run.value, data: data.value }, data.issues) : data
}

/** The data of a run: same seed, same split, and the same contents, or an issue. */
export async function runData(run: RunFile, folder: string): Promise<Result<PreparedData>> {
  const settings: DataSettings = run.document.data ?? { source: run.data.source }
  const prepared = fitsTarget(run.document)
    ? await prepareTarget(run.document)
    : await prepareData(run.document, settings, run.data.context)
  if (!prepared.ok) return prepared
  if (prepared.value.fingerprint === run.data.fingerprint) return prepared
  return reject(error('data-changed', 'the data are not those that this run was started with', {
    at: run.data.source, fix: `restore the file, or start a new run; the run in ${folder} was left as it is`,
  }))
}
