/** Data of a project: files that people bring, and what they hold. */
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { integerColumns, summariseColumns } from '../../../core/data/columns.ts'
import { fitContext } from '../../../core/data/context.ts'
import { type DataSet, makeDataSet } from '../../../core/data/dataset.ts'
import { dataExtensions, formatOfName } from '../../../core/data/formats.ts'
import { isSynthetic, parseSynthetic } from '../../../core/data/synthetic/parse.ts'
import type { DataSettings } from '../../../core/design/document.ts'
import { type Issue, type Result, accept, error, reject } from '../../../core/issues.ts'
import { key, named } from '../../../core/random.ts'
import { writeFileAtomic } from '../../../files/atomic-write.ts'
import { writeIssue } from '../../../files/file-issues.ts'
import { readDataFile } from '../../../files/read-data.ts'
import type { ColumnPreview, DataColumns, DataPreview, ResultOf } from '../../../shared/api.ts'
import type { RequestOf } from '../../../shared/requests.ts'
import { syntheticClasses, syntheticContext } from '../context-data.ts'
import { describeFile } from '../describe-file.ts'
import { absoluteSource } from '../open-design.ts'
import { SYNTHETIC_ROWS } from '../prepare-data.ts'
import type { ServicesHost } from './host.ts'

const BINS = 40
const SHOWN = 500
/** Numbers in the rows that a preview gives for pictures. */
const SAMPLED = 200_000
const MOST_SAMPLED = 5000
/** Rows of a synthetic target that a preview draws. */
const DRAWN = 5000

/** Counts of equal bins; of few whole numbers each has its own, or they would fall in steps between the bins. */
function histogram(dataset: DataSet, column: number, minimum: number, maximum: number, whole: boolean): number[] {
  const own = whole && maximum - minimum < BINS
  const [bins, low, high] = own ? [maximum - minimum + 1, minimum - 0.5, maximum + 0.5] : [BINS, minimum, maximum]
  const counts = new Array<number>(bins).fill(0)
  const width = dataset.columns.length
  for (let row = 0; row < dataset.rows; row++) {
    const value = dataset.values[row * width + column] as number
    const bin = high > low ? Math.floor(((value - low) / (high - low)) * bins) : 0
    counts[Math.min(bin, bins - 1)]! += 1
  }
  return counts
}

function previewOf(dataset: DataSet, shown: number, entropy: number | undefined, issues: readonly Issue[], rows = dataset.rows): Result<DataPreview> {
  const context = fitContext(dataset.context ?? [], dataset.label?.name, dataset.source)
  if (!context.ok) return context
  const whole = new Set(integerColumns(dataset))
  const columns = summariseColumns(dataset).map((summary, i): ColumnPreview => ({
    name: summary.name, minimum: summary.min, maximum: summary.max, mean: summary.mean, deviation: summary.sd,
    integer: whole.has(i), constant: summary.constant, histogram: histogram(dataset, i, summary.min, summary.max, whole.has(i)),
  }))
  const count = Math.min(shown, dataset.rows)
  return accept({
    source: dataset.source, rows, event: dataset.event, columns, label: dataset.label?.name, shown: count,
    values: Float32Array.from(dataset.values.subarray(0, count * dataset.columns.length)), entropy, issues,
    context: context.value,
    ...(shown === 0 ? { sampled: 0, sample: new Float32Array(0) } : spread(dataset)),
  })
}

/** Rows spread evenly over the data set: files are often sorted. */
function spread({ rows, columns, values }: DataSet): Pick<DataPreview, 'sampled' | 'sample'> {
  const width = columns.length
  const sampled = Math.min(rows, MOST_SAMPLED, Math.max(1, Math.floor(SAMPLED / width)))
  const sample = new Float32Array(sampled * width)
  for (let i = 0; i < sampled; i++) {
    const row = Math.floor((i * rows) / sampled)
    sample.set(values.subarray(row * width, (row + 1) * width), i * width)
  }
  return { sampled, sample }
}

export class DataService {
  readonly #host: ServicesHost

  constructor(host: ServicesHost) {
    this.#host = host
  }

  /** Keeps a dropped file in the project's folder; the document names it relative to that. */
  async upload({ project, name, bytes }: RequestOf<'data.upload'>): Promise<Result<ResultOf['data.upload']>> {
    const found = this.#host.folderOf(project)
    if (!found.ok) return found
    const file = basename(name.replaceAll('\\', '/'))
    if (formatOfName(file) === undefined) {
      return reject(error('data-extension', `'${file}' is no data file that Flowsmith reads`, { at: file, fix: `bring one of ${dataExtensions.join(', ')}` }))
    }
    const folder = join(found.value, 'data')
    try {
      await mkdir(folder, { recursive: true })
    } catch (cause) {
      return reject(writeIssue(cause, folder))
    }
    const written = await writeFileAtomic(join(folder, file), bytes)
    return written.ok ? accept({ source: join('data', file) }) : written
  }

  async preview({ project, rows = SHOWN }: RequestOf<'data.preview'>): Promise<Result<DataPreview>> {
    const found = this.#host.folderOf(project)
    if (!found.ok) return found
    const document = await this.#host.documentOf(project)
    if (!document.ok) return document
    const { data } = document.value
    if (data === undefined) return reject(error('data-missing', 'no data are chosen yet', { at: 'data', fix: 'choose a synthetic target or open a file' }))
    return isSynthetic(data.source) ? this.#synthetic(data, rows, document.value.training.seed) : this.#file(data, found.value, rows)
  }

  /** What the chosen file offers, so that columns can be chosen where the present choice cannot be read. */
  async columns({ project }: RequestOf<'data.columns'>): Promise<Result<DataColumns>> {
    const found = this.#host.folderOf(project)
    if (!found.ok) return found
    const document = await this.#host.documentOf(project)
    if (!document.ok) return document
    const { data } = document.value
    if (data === undefined || isSynthetic(data.source)) return accept({ columns: [], header: undefined, arrays: [] })
    return describeFile(absoluteSource(data.source, found.value), data.header)
  }

  #synthetic({ source, context = [] }: DataSettings, rows: number, seed: number): Result<DataPreview> {
    const choice = parseSynthetic(source)
    if (!choice.ok) return choice
    const { target, options } = choice.value
    const unfit = syntheticContext(target, context)
    if (unfit !== undefined) return reject(unfit)
    const stream = named(named(key(seed), 'synthetic'), 'train')
    const values = target.sample(stream, DRAWN, options)
    const conditional = context.length > 0
    const dataset = makeDataSet({
      columns: ['x1', 'x2'], rows: DRAWN, values, source,
      ...(conditional ? { context: [syntheticClasses(target, stream, DRAWN)] } : {}),
    })
    return previewOf(dataset, rows, conditional ? target.classes?.entropy(options) : target.entropy(options), [], SYNTHETIC_ROWS.train)
  }

  async #file(data: DataSettings, folder: string, rows: number): Promise<Result<DataPreview>> {
    const read = await readDataFile(absoluteSource(data.source, folder), {
      ...(data.columns === undefined ? {} : { columns: [...data.columns] }),
      ...(data.label === undefined ? {} : { label: data.label }),
      ...(data.context === undefined ? {} : { context: [...data.context] }),
      ...(data.header === undefined ? {} : { header: data.header }),
    })
    return read.ok ? previewOf(read.value, rows, undefined, read.issues) : read
  }
}
