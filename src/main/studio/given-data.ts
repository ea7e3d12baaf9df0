/** Data that a trained flow is asked about: a file with the run's columns, or a synthetic target. */
import { extname } from 'node:path'
import { isSynthetic, parseSynthetic } from '../../core/data/synthetic/parse.ts'
import { type Result, accept, reject, warning } from '../../core/issues.ts'
import { key, named } from '../../core/random.ts'
import { type DataFileOptions, readDataFile } from '../../files/read-data.ts'
import type { RowsMessage } from '../../shared/compute-protocol.ts'
import { SYNTHETIC_ROWS, checkEvent, rowsOf } from './prepare-data.ts'
import type { RunFile } from './run-file.ts'

export interface GivenData {
  readonly source: string
  readonly rows: RowsMessage
  /** Entropy of the data's own distribution, in nats, where it is known. */
  readonly entropy: number | undefined
}

export interface GivenOptions {
  readonly columns?: readonly string[] | undefined
  readonly header?: boolean | undefined
}

/** All rows of `source`, with the columns that the run models, in its order. */
export async function readGiven(run: RunFile, source: string, options: GivenOptions = {}): Promise<Result<GivenData>> {
  if (isSynthetic(source)) return drawSynthetic(run, source)
  const header = options.header === undefined ? {} : { header: options.header }
  const wanted = [...(options.columns ?? run.data.columns)]
  const byName = await readDataFile(source, isArray(source) && options.columns === undefined ? header : { ...header, columns: wanted })
  const others = !byName.ok && options.columns === undefined && byName.issues.every(({ code }) => code === 'unknown-column')
  const read = others ? await byPosition(run, source, header) : byName
  if (!read.ok) return others && read.issues.some(({ code }) => code === 'data-dimension') ? byName : read
  const mismatch = checkEvent(run.document, read.value.event, source)
  if (mismatch !== undefined) return reject({ ...mismatch, fix: 'choose the columns that the run was trained on with --columns' })
  return accept({ source, rows: rowsOf(read.value), entropy: undefined }, read.issues)
}

const isArray = (source: string): boolean => /^\.np[yz]/i.test(extname(source))

/** Columns of other names, in their order, where there are as many of them as the run models. */
async function byPosition(run: RunFile, source: string, options: DataFileOptions): ReturnType<typeof readDataFile> {
  const read = await readDataFile(source, options)
  if (!read.ok) return read
  const mismatch = checkEvent(run.document, read.value.event, source)
  if (mismatch !== undefined) return reject(mismatch)
  return accept(read.value, [...read.issues, warning('columns-by-position', `its columns (${list(read.value.columns)}) are not called as the run's (${list(run.data.columns)}): they were taken in their order`, {
    at: source, fix: 'choose them with --columns if that is not what you mean',
  })])
}

const list = (names: readonly string[]): string => (names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')}, …`)

/** Draws of a synthetic target that no part of a run has seen. */
function drawSynthetic(run: RunFile, source: string): Result<GivenData> {
  const choice = parseSynthetic(source)
  if (!choice.ok) return choice
  const { target, options } = choice.value
  const mismatch = checkEvent(run.document, [target.dimension], source)
  if (mismatch !== undefined) return reject(mismatch)
  const stream = named(named(key(run.document.training.seed), 'synthetic'), 'test')
  const rows = SYNTHETIC_ROWS.test
  const values = Float32Array.from(target.sample(stream, rows, options))
  return accept({ source, rows: { rows, values }, entropy: target.entropy(options) })
}
