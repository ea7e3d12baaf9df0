/** From a document's data settings to the examples that a run works on, split and checked. */
import { createHash } from 'node:crypto'
import { isAbsolute, resolve } from 'node:path'
import { checkColumns, integerColumns } from '../../core/data/columns.ts'
import { type DataSet, float32Values, takeRows } from '../../core/data/dataset.ts'
import { splitRows } from '../../core/data/split.ts'
import { isSynthetic, parseSynthetic } from '../../core/data/synthetic/parse.ts'
import { dequantizedColumns } from '../../core/design/dequantized.ts'
import type { DataSettings, ProjectDocument } from '../../core/design/document.ts'
import { type Issue, type Result, accept, error, reject } from '../../core/issues.ts'
import { key, named } from '../../core/random.ts'
import { fingerprint } from '../../files/fingerprint.ts'
import { readDataFile } from '../../files/read-data.ts'
import type { RowsMessage } from '../../shared/compute-protocol.ts'
import { withDequantization } from './dequantization.ts'

export interface PreparedData {
  /** The document as it will be trained: with a dequantize layer where one was asked for. */
  readonly document: ProjectDocument
  readonly source: string
  readonly columns: readonly string[]
  readonly dequantized: readonly string[]
  readonly train: RowsMessage
  readonly validation: RowsMessage
  readonly test: RowsMessage
  /** Differential entropy of the data's own distribution where it is known, in nats. */
  readonly entropy: number | undefined
  readonly fingerprint: string
  readonly issues: readonly Issue[]
}

/** Synthetic data are drawn, as many as it takes for the sampling error of a test NLL to be about 0.004 nats. */
export const SYNTHETIC_ROWS = { train: 100_000, validation: 20_000, test: 50_000 } as const

export const rowsOf = (dataset: DataSet): RowsMessage => ({ rows: dataset.rows, values: float32Values(dataset) })

export async function prepareData(document: ProjectDocument, settings: DataSettings): Promise<Result<PreparedData>> {
  return isSynthetic(settings.source) ? prepareSynthetic(document, settings) : prepareFile(document, settings)
}

function prepareSynthetic(document: ProjectDocument, settings: DataSettings): Result<PreparedData> {
  const choice = parseSynthetic(settings.source)
  if (!choice.ok) return choice
  const { target, options } = choice.value
  const mismatch = checkEvent(document, [target.dimension], settings.source)
  if (mismatch !== undefined) return reject(mismatch)
  const seed = named(key(document.training.seed), 'synthetic')
  const part = (name: keyof typeof SYNTHETIC_ROWS): RowsMessage => ({
    rows: SYNTHETIC_ROWS[name], values: Float32Array.from(target.sample(named(seed, name), SYNTHETIC_ROWS[name], options)),
  })
  return accept({
    document: { ...document, data: settings },
    source: settings.source,
    columns: ['x1', 'x2'],
    dequantized: [],
    train: part('train'),
    validation: part('validation'),
    test: part('test'),
    entropy: target.entropy(options),
    fingerprint: createHash('sha256').update(`${settings.source}|${document.training.seed}`).digest('hex'),
    issues: [],
  })
}

async function prepareFile(document: ProjectDocument, settings: DataSettings): Promise<Result<PreparedData>> {
  const source = isAbsolute(settings.source) ? settings.source : resolve(settings.source)
  const read = await readDataFile(source, {
    ...(settings.columns === undefined ? {} : { columns: [...settings.columns] }),
    ...(settings.label === undefined ? {} : { label: settings.label }),
    ...(settings.header === undefined ? {} : { header: settings.header }),
  })
  if (!read.ok) return read
  const dataset = read.value
  const mismatch = checkEvent(document, dataset.event, source)
  if (mismatch !== undefined) return reject(mismatch)
  const dequantized = withDequantization(document, dataset.columns, integerColumns(dataset), settings.dequantize, source)
  if (!dequantized.ok) return dequantized
  const names = dequantizedColumns(dequantized.value, dataset.columns)
  const columnIssues = checkColumns(dataset, { dequantized: names })
  if (columnIssues.some(({ severity }) => severity === 'error')) return reject(...columnIssues)
  const split = splitRows(dataset.rows, document.training.seed)
  if (!split.ok) return split
  const part = (rows: Int32Array): RowsMessage => rowsOf(takeRows(dataset, rows))
  const { batch } = document.training
  if (split.value.train.length < batch) {
    return reject(error('fewer-rows-than-batch', `a batch takes ${batch} rows, the training part has ${split.value.train.length}`, {
      at: source, fix: `use --batch ${largestPowerOfTwo(split.value.train.length)} or fewer`,
    }))
  }
  return accept({
    document: { ...dequantized.value, data: { ...settings, source } },
    source,
    columns: dataset.columns,
    dequantized: names,
    train: part(split.value.train),
    validation: part(split.value.validation),
    test: part(split.value.test),
    entropy: undefined,
    fingerprint: fingerprint(dataset),
    issues: [...read.issues, ...dequantized.issues, ...columnIssues],
  })
}

const largestPowerOfTwo = (limit: number): number => 2 ** Math.floor(Math.log2(Math.max(limit, 1)))

/** The flow's event against the data's: the same size is enough, since rows are laid out alike. */
export function checkEvent(document: ProjectDocument, event: readonly number[], source: string): Issue | undefined {
  const { event: expected } = document.design
  const size = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1)
  if (size(expected) === size(event)) return undefined
  return error('data-dimension', `the design takes [${expected.join(', ')}], the data has ${size(event)} modelled columns`, {
    at: source, fix: `make a design for it with \`flowsmith new TEMPLATE --dim ${size(event)} --out DESIGN.json\`, or choose ${size(expected)} columns with --columns`,
  })
}
