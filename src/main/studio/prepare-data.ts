/** From a document's data settings to the examples that a run works on, split and checked. */
import { dataEvent, integersOf } from '../../core/objectives/shapes.ts'
import { createHash } from 'node:crypto'
import { isAbsolute, resolve } from 'node:path'
import { checkColumns, integerColumns } from '../../core/data/columns.ts'
import type { ContextEncoding } from '../../core/data/context.ts'
import { type DataSet, float32Values, takeRows } from '../../core/data/dataset.ts'
import { fractionsOf, splitRows } from '../../core/data/split.ts'
import { isSynthetic, parseSynthetic } from '../../core/data/synthetic/parse.ts'
import { dequantizedColumns } from '../../core/design/dequantized.ts'
import type { DataSettings, ProjectDocument } from '../../core/design/document.ts'
import { type Issue, type Result, accept, error, reject } from '../../core/issues.ts'
import { type Key, key, named } from '../../core/random.ts'
import { fingerprint } from '../../files/fingerprint.ts'
import { readDataFile } from '../../files/read-data.ts'
import type { RowsMessage } from '../../shared/compute-protocol.ts'
import { plural } from '../../shared/numbers.ts'
import { prepareContext, prepareSyntheticContext } from './context-data.ts'
import { withDequantization } from './dequantization.ts'
import type { PreparedTarget } from './prepared-target.ts'

export interface PreparedData {
  /** The document as it will be trained: with a dequantize layer where one was asked for. */
  readonly document: ProjectDocument
  readonly source: string
  readonly columns: readonly string[]
  readonly dequantized: readonly string[]
  /** How the context columns became the parts' `context`; empty without any. */
  readonly context: ContextEncoding
  readonly train: RowsMessage
  readonly validation: RowsMessage
  readonly test: RowsMessage
  /** Differential entropy of the data's own distribution where it is known, given its context, in nats. */
  readonly entropy: number | undefined
  readonly fingerprint: string
  readonly issues: readonly Issue[]
  /** The density that is fitted; there are no examples then. */
  readonly target?: PreparedTarget | undefined
}

/** Synthetic data are drawn, as many as it takes for the sampling error of a test NLL to be about 0.004 nats. */
export const SYNTHETIC_ROWS = { train: 100_000, validation: 20_000, test: 50_000 } as const

/** `context`: [rows, C], where the flow takes one. */
export function rowsOf(dataset: DataSet, context?: Float32Array): RowsMessage {
  return { rows: dataset.rows, values: float32Values(dataset), ...(context === undefined ? {} : { context }) }
}

/** `known`: the encoding of the context of a run that is there already; fitted to the training part when left out. */
export async function prepareData(
  document: ProjectDocument, settings: DataSettings, known?: ContextEncoding,
): Promise<Result<PreparedData>> {
  return isSynthetic(settings.source) ? prepareSynthetic(document, settings, known) : prepareFile(document, settings, known)
}

function prepareSynthetic(
  document: ProjectDocument, settings: DataSettings, known: ContextEncoding | undefined,
): Result<PreparedData> {
  const choice = parseSynthetic(settings.source)
  if (!choice.ok) return choice
  const { target, options } = choice.value
  const mismatch = checkEvent(document, [target.dimension], settings.source)
  if (mismatch !== undefined) return reject(mismatch)
  const seed = named(key(document.training.seed), 'synthetic')
  const stream = (name: keyof typeof SYNTHETIC_ROWS): Key => named(seed, name)
  const context = prepareSyntheticContext(target, settings.context ?? [], stream, SYNTHETIC_ROWS, known)
  if (!context.ok) return context
  const { encoding, vectors } = context.value
  const part = (name: keyof typeof SYNTHETIC_ROWS): RowsMessage => ({
    rows: SYNTHETIC_ROWS[name], values: Float32Array.from(target.sample(stream(name), SYNTHETIC_ROWS[name], options)),
    ...(vectors[name] === undefined ? {} : { context: vectors[name] }),
  })
  return accept({
    document: { ...document, data: settings },
    source: settings.source,
    columns: ['x1', 'x2'],
    dequantized: [],
    context: encoding,
    train: part('train'),
    validation: part('validation'),
    test: part('test'),
    entropy: encoding.length === 0 ? target.entropy(options) : target.classes?.entropy(options),
    fingerprint: createHash('sha256').update(`${settings.source}|${document.training.seed}`).digest('hex'),
    issues: [],
  })
}

async function prepareFile(
  document: ProjectDocument, settings: DataSettings, known: ContextEncoding | undefined,
): Promise<Result<PreparedData>> {
  const source = isAbsolute(settings.source) ? settings.source : resolve(settings.source)
  const read = await readDataFile(source, {
    ...(settings.columns === undefined ? {} : { columns: [...settings.columns] }),
    ...(settings.label === undefined ? {} : { label: settings.label }),
    ...(settings.context === undefined ? {} : { context: [...settings.context] }),
    ...(settings.header === undefined ? {} : { header: settings.header }),
  })
  if (!read.ok) return read
  const dataset = read.value
  const mismatch = checkEvent(document, dataset.event, source)
  if (mismatch !== undefined) return reject(mismatch)
  const discrete = integersOf(document.training.objective) === 'discrete'
  const dequantized = discrete ? accept(document) : withDequantization(
    document, dataset.columns, integerColumns(dataset), settings.dequantize, source)
  if (!dequantized.ok) return dequantized
  const names = dequantizedColumns(dequantized.value, dataset.columns)
  const columnIssues = checkColumns(dataset, { dequantized: discrete ? dataset.columns : names })
  if (columnIssues.some(({ severity }) => severity === 'error')) return reject(...columnIssues)
  const split = splitRows(dataset.rows, document.training.seed, fractionsOf(settings.split))
  if (!split.ok) return split
  const { batch } = document.training
  if (split.value.train.length < batch) {
    return reject(error('fewer-rows-than-batch', `a batch takes ${batch} rows, the training part has ${split.value.train.length}`, {
      at: source, fix: `use --batch ${largestPowerOfTwo(split.value.train.length)} or fewer`,
    }))
  }
  const { train, validation, test } = split.value
  const parts = { train: takeRows(dataset, train), validation: takeRows(dataset, validation), test: takeRows(dataset, test) }
  const context = prepareContext(parts, dataset.label?.name, source, known)
  if (!context.ok) return context
  const part = (name: keyof typeof parts): RowsMessage => rowsOf(parts[name], context.value.vectors[name])
  return accept({
    document: { ...dequantized.value, data: { ...settings, source } },
    source,
    columns: dataset.columns,
    dequantized: names,
    context: context.value.encoding,
    train: part('train'),
    validation: part('validation'),
    test: part('test'),
    entropy: undefined,
    fingerprint: fingerprint(dataset),
    issues: [...read.issues, ...dequantized.issues, ...columnIssues, ...context.issues],
  })
}

const largestPowerOfTwo = (limit: number): number => 2 ** Math.floor(Math.log2(Math.max(limit, 1)))

/** The flow's event against the data's: the same size is enough, since rows are laid out alike. */
export function checkEvent(document: ProjectDocument, event: readonly number[], source: string): Issue | undefined {
  const expected = dataEvent(document.training.objective, document.design.event)
  const size = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1)
  if (size(expected) === size(event)) return undefined
  return error('data-dimension', `the design takes [${expected.join(', ')}], the data has ${plural(size(event), 'modelled column')}`, {
    at: source, fix: `make a design for it with \`flowsmith new TEMPLATE --dim ${size(event)} --out DESIGN.json\`, or choose ${plural(size(expected), 'column')} with --columns`,
  })
}
