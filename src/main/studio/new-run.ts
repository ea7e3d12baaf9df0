/** A new run: data prepared, design checked, folder made with the frozen document in its run.json. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { contextSize } from '../../core/data/context.ts'
import type { DataSettings, ProjectDocument } from '../../core/design/document.ts'
import { type Issue, type Result, accept, error, reject, warning } from '../../core/issues.ts'
import { type Model, assembleModel } from '../../core/objectives/model.ts'
import type { EngineName } from '../../shared/engines.ts'
import { type PreparedData, prepareData } from './prepare-data.ts'
import { checkStart, fitsTarget, prepareTarget } from './prepare-target.ts'
import { type RunFile, createRun } from './run-file.ts'
import { versionsOf } from './versions.ts'

export interface NewRun {
  readonly document: ProjectDocument
  /** Left out for objectives that fit the document's target. */
  readonly settings?: DataSettings | undefined
  readonly engine: EngineName
  readonly threads?: number | undefined
  /** `runs/<name of the design>-<n>` when left out. */
  readonly folder?: string | undefined
}

/** A run with its data, ready for the compute process. */
export interface ReadyRun {
  readonly folder: string
  readonly run: RunFile
  readonly data: PreparedData
}

/** First free `runs/<name>-<n>`, with the name made fit for a folder. */
function freeFolder(name: string): string {
  const slug = name.normalize('NFKD').replace(/[^\w]+/g, '-').replace(/^-+|-+$/g, '').toLowerCase() || 'run'
  for (let n = 1; ; n++) {
    const folder = join('runs', `${slug.slice(0, 60)}-${n}`)
    if (!existsSync(folder)) return folder
  }
}

function runFileOf({ engine, threads }: NewRun, data: PreparedData): RunFile {
  const now = new Date().toISOString()
  return {
    format: 'flowsmith-run',
    version: 1,
    status: 'running',
    created: now,
    updated: now,
    engine: { name: engine, ...(threads === undefined ? {} : { threads }) },
    versions: versionsOf(engine),
    data: {
      source: data.source,
      fingerprint: data.fingerprint,
      columns: [...data.columns],
      dequantized: [...data.dequantized],
      ...(data.context.length === 0 ? {} : { context: data.context }),
      rows: { train: data.train.rows, validation: data.validation.rows, test: data.test.rows },
      entropy: data.entropy ?? null,
      ...(data.target === undefined ? {} : { log_z: data.target.target.logZ ?? null }),
    },
    document: data.document,
  }
}

const modelOf = ({ design, training }: ProjectDocument, context: number): Result<Model> =>
  assembleModel({ design, objective: training.objective, contextSize: context })

function prepare({ document, settings }: NewRun): Promise<Result<PreparedData>> {
  if (fitsTarget(document)) return prepareTarget(document)
  if (settings === undefined) throw new Error('createNewRun: a run on data needs its settings')
  return prepareData(document, settings)
}

/** Parameters that take the context show in their number: a design without any would learn p(x) alone. */
function unusedContext({ document, context }: PreparedData, parameters: number): Issue[] {
  const without = context.length === 0 ? undefined : modelOf(document, 0)
  if (without?.ok !== true || without.value.flow.table.parameterCount !== parameters) return []
  return [warning('context-unused', 'nothing in the design takes the context: the flow learns p(x) and not p(x | context)', {
    at: 'layers', fix: 'add a layer that does, such as a coupling or actnorm, or the base "class-gaussian"',
  })]
}

/** Everything that can be wrong before the first step is found here; nothing is written before all of it is right. */
export async function createNewRun(request: NewRun): Promise<Result<ReadyRun>> {
  // How long the context is shows when the data have been read: at least one number a column.
  const design = modelOf(request.document, request.settings?.context?.length ?? 0)
  if (!design.ok) return design
  const prepared = await prepare(request)
  if (!prepared.ok) return prepared
  const data = prepared.value
  const trained = modelOf(data.document, contextSize(data.context))
  if (!trained.ok) return trained
  if (trained.value.flow.table.parameterCount === 0) {
    return reject(error('nothing-to-train', 'the design has no trained parameters: fitted layers and a fixed base are all there is', {
      at: 'layers', fix: 'add a layer with parameters, such as a coupling or actnorm, or learn the base',
    }))
  }
  const unfit = checkStart(data)
  if (unfit.length > 0) return reject(...unfit)
  const issues: Issue[] = [...data.issues, ...trained.issues, ...unusedContext(data, trained.value.flow.table.parameterCount)]
  const run = runFileOf(request, data)
  const folder = request.folder ?? freeFolder(data.document.name)
  const created = await createRun(folder, run)
  return created.ok ? accept({ folder, run, data }, issues) : reject(...created.issues)
}
