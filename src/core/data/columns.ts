/**
 * What the columns of a data set hold: range, mean, spread, whether they are whole numbers, and whether a density model
 * can be trained on them. The standard deviation is the root mean square distance from the mean (divided by rows).
 */
import { error } from '../issues.ts'
import type { Issue } from '../issues.ts'
import type { DataSet } from './dataset.ts'
import { IssueLog } from './issue-log.ts'

export interface ColumnSummary {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly mean: number
  /** Population standard deviation, in the column's units. */
  readonly sd: number
  /** Every value is a whole number. */
  readonly integer: boolean
  /** All values are the same float32. */
  readonly constant: boolean
}

/** One summary per column; the data set must have rows. */
export function summariseColumns(dataset: DataSet): ColumnSummary[] {
  if (dataset.rows === 0) throw new RangeError(`summariseColumns: expected rows in ${dataset.source}, got none`)
  return dataset.columns.map((name, index) => summarise(dataset, name, index))
}

function summarise({ values, rows, columns }: DataSet, name: string, index: number): ColumnSummary {
  const width = columns.length
  // Sums of differences from the first value do not overflow and keep their digits where the mean is far from zero.
  const origin = values[index]!
  let [min, max, sum, integer] = [origin, origin, 0, true]
  for (let at = index; at < rows * width; at += width) {
    const value = values[at]!
    if (value < min) min = value
    if (value > max) max = value
    if (!Number.isInteger(value)) integer = false
    sum += value - origin
  }
  const mean = origin + sum / rows
  let squares = 0
  for (let at = index; at < rows * width; at += width) squares += (values[at]! - mean) ** 2
  const constant = Math.fround(min) === Math.fround(max)
  return { name, min, max, mean, sd: Math.sqrt(squares / rows), integer, constant }
}

/** 0-based indices of the columns that hold whole numbers only; such columns need dequantization. */
export function integerColumns(dataset: DataSet): number[] {
  const width = dataset.columns.length
  const whole = (index: number) => {
    for (let at = index; at < dataset.values.length; at += width) {
      if (!Number.isInteger(dataset.values[at]!)) return false
    }
    return true
  }
  return dataset.columns.flatMap((_, index) => (whole(index) ? [index] : []))
}

/**
 * What keeps columns from having a density: `constant-column` for a column of one value that is not among the
 * `dequantized` ones, whose noise spreads it. Warns of columns whose steps in float32 are coarse beside their spread.
 */
export function checkColumns(dataset: DataSet, options: { readonly dequantized: readonly string[] }): Issue[] {
  if (dataset.rows < 2) return [tooFewRows(dataset)]
  const spread = new Set(options.dequantized)
  const summaries = summariseColumns(dataset)
  const log = new IssueLog(dataset.source)
  const kept = summaries.filter(({ name, constant }) => !constant || spread.has(name)).map(({ name }) => name)
  for (const summary of summaries) {
    if (!kept.includes(summary.name)) log.add('constant-column', () => constantColumn(dataset, summary, kept))
    else if (isCoarse(summary)) log.add('coarse-column', () => coarseColumn(dataset, summary), 'warning')
  }
  return log.list()
}

function tooFewRows(dataset: DataSet): Issue {
  return error('too-few-rows', `Expected at least 2 rows, got ${dataset.rows}.`, {
    at: dataset.source, fix: 'Choose a file with more rows.',
  })
}

function constantColumn(dataset: DataSet, { name, min, max, integer }: ColumnSummary, kept: readonly string[]) {
  const single = min === max
  const values = single ? `is ${min} in all ${dataset.rows} rows` : `is the same float32 from ${min} to ${max}`
  const others = kept.length > 0 && kept.length <= 12 ? kept.map(shellWord).join(',') : '<the other columns>'
  const leaveOut = dataset.event.length === 1 ? `Leave it out with --columns ${others}` : 'Crop the images'
  return {
    message: `Column "${name}" ${values}: its density is infinite.`,
    at: `${dataset.source} column "${name}"`,
    fix: integer && single ? `${leaveOut}, or dequantize it.` : `${leaveOut}.`,
  }
}

function shellWord(name: string): string {
  return /[^\w.:-]/.test(name) ? JSON.stringify(name) : name
}

/** Distance between neighbouring float32 numbers at the size of `value`. */
function float32Step(value: number): number {
  return 2 ** (Math.floor(Math.log2(Math.max(Math.abs(value), 2 ** -126))) - 23)
}

/** Whether rounding to float32 moves values by more than a hundredth of the spread. */
function isCoarse({ min, max, sd, constant, integer }: ColumnSummary): boolean {
  const size = Math.max(Math.abs(min), Math.abs(max))
  return !constant && !(integer && size <= 2 ** 24) && float32Step(size) > sd / 100
}

function coarseColumn(dataset: DataSet, { name, mean, sd, max, min }: ColumnSummary) {
  const step = float32Step(Math.max(Math.abs(min), Math.abs(max)))
  const [centre, spread, coarse] = [mean.toPrecision(6), sd.toPrecision(3), step.toPrecision(3)]
  return {
    message: `Column "${name}" lies around ${centre} with a spread of ${spread}; float32 has steps of ${coarse} there.`,
    at: `${dataset.source} column "${name}"`,
    fix: 'Subtract a constant near its mean in the file.',
  }
}
