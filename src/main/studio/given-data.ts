/** Data that a trained flow is asked about: a file with the run's columns, or a synthetic target. */
import { extname } from 'node:path'
import type { ContextValues } from '../../core/data/context.ts'
import type { DataSet } from '../../core/data/dataset.ts'
import { isSynthetic, parseSynthetic } from '../../core/data/synthetic/parse.ts'
import { CLASS_COLUMN } from '../../core/data/synthetic/target.ts'
import { type Result, accept, reject, warning } from '../../core/issues.ts'
import { key, named } from '../../core/random.ts'
import { type DataFileOptions, readDataFile } from '../../files/read-data.ts'
import type { RowsMessage } from '../../shared/compute-protocol.ts'
import { syntheticClasses, syntheticContext } from './context-data.ts'
import { type ContextPlan, type ContextRequest, columnMissing, planContext } from './given-context.ts'
import { contextOf } from './model.ts'
import { SYNTHETIC_ROWS, checkEvent, rowsOf } from './prepare-data.ts'
import type { RunFile } from './run-file.ts'

export interface GivenData {
  readonly source: string
  readonly rows: RowsMessage
  /** Entropy of the data's own distribution, given its context, in nats, where it is known. */
  readonly entropy: number | undefined
}

export interface GivenOptions {
  readonly columns?: readonly string[] | undefined
  readonly header?: boolean | undefined
  /** Where the context comes from; the run's context columns in the file when left out. */
  readonly context?: ContextRequest | undefined
  /** Context columns that have a value whatever is asked. */
  readonly fixed?: ContextValues
}

/** All rows of `source`, with the columns that the run models, in its order. */
export async function readGiven(run: RunFile, source: string, options: GivenOptions = {}): Promise<Result<GivenData>> {
  const planned = planContext(contextOf(run), options.context, options.fixed)
  if (!planned.ok) return planned
  const plan = planned.value
  if (isSynthetic(source)) return drawSynthetic(run, source, plan)
  const read = await readColumns(run, source, options, plan)
  if (!read.ok) return reject(...read.issues.map((issue) => columnMissing(issue, contextOf(run))))
  const mismatch = checkEvent(run.document, read.value.event, source)
  if (mismatch !== undefined) return reject({ ...mismatch, fix: 'choose the columns that the run was trained on with --columns' })
  const context = await plan.encode(read.value.context ?? [], read.value.rows, source)
  if (!context.ok) return context
  return accept({ source, rows: rowsOf(read.value, context.value), entropy: undefined }, read.issues)
}

/** Arrays have no names of columns. */
const isArray = (source: string): boolean => /^\.np[yz]/i.test(extname(source))

async function readColumns(
  run: RunFile, source: string, options: GivenOptions, plan: ContextPlan,
): Promise<Result<DataSet>> {
  const rest = {
    ...(options.header === undefined ? {} : { header: options.header }),
    ...(plan.columns.length === 0 ? {} : { context: plan.columns, textContext: true }),
  }
  if (options.columns !== undefined) return readDataFile(source, { ...rest, columns: [...options.columns] })
  if (isArray(source)) return readDataFile(source, rest)
  const byName = await readDataFile(source, { ...rest, columns: [...run.data.columns] })
  if (byName.ok || byName.issues.some(({ code }) => code !== 'unknown-column')) return byName
  const inOrder = await byPosition(run, source, rest)
  return !inOrder.ok && inOrder.issues.some(({ code }) => code === 'data-dimension') ? byName : inOrder
}

/** Columns of other names, in their order, where there are as many of them as the run models. */
async function byPosition(run: RunFile, source: string, options: DataFileOptions): Promise<Result<DataSet>> {
  const read = await readDataFile(source, options)
  if (!read.ok) return read
  const mismatch = checkEvent(run.document, read.value.event, source)
  if (mismatch !== undefined) return reject(mismatch)
  const [its, ours] = [list(read.value.columns), list(run.data.columns)]
  const message = `its columns (${its}) are not called as the run's (${ours}): they were taken in their order`
  return accept(read.value, [...read.issues, warning('columns-by-position', message, {
    at: source, fix: 'choose them with --columns if that is not what you mean',
  })])
}

const list = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')}, …`

/** Draws of a synthetic target that no part of a run has seen. */
async function drawSynthetic(run: RunFile, source: string, plan: ContextPlan): Promise<Result<GivenData>> {
  const choice = parseSynthetic(source)
  if (!choice.ok) return choice
  const { target, options } = choice.value
  const mismatch = checkEvent(run.document, [target.dimension], source)
  if (mismatch !== undefined) return reject(mismatch)
  const stream = named(named(key(run.document.training.seed), 'synthetic'), 'test')
  const rows = SYNTHETIC_ROWS.test
  const values = Float32Array.from(target.sample(stream, rows, options))
  const unfit = syntheticContext(target, plan.columns)
  if (unfit !== undefined) return reject(unfit)
  const context = await plan.encode(plan.columns.map(() => syntheticClasses(target, stream, rows)), rows, source)
  if (!context.ok) return context
  if (context.value === undefined) return accept({ source, rows: { rows, values }, entropy: target.entropy(options) })
  // With the same class for all points, or with others than theirs, they are not draws of p(x | c).
  const own = plan.columns.length === 1 && plan.columns[0] === CLASS_COLUMN
  return accept({ source, rows: { rows, values, context: context.value }, entropy: own ? target.classes?.entropy(options) : undefined })
}
