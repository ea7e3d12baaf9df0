/** A table of examples with a label of 0 or 1, made ready for logistic regression: features standardised, labels checked. */
import { summariseColumns } from '../data/columns.ts'
import type { DataSet } from '../data/dataset.ts'
import { type Result, accept, error, reject } from '../issues.ts'
import type { TargetTable } from './target.ts'

/** Every one of them is a number of the graph for each point that is evaluated. */
const MAX_ROWS = 100_000

/** Two classes by name count as 0 and 1 in alphabetical order. Issues: no label, other labels, constant columns. */
export function regressionTable(dataset: DataSet): Result<TargetTable> {
  const { rows, columns, label, source } = dataset
  if (label === undefined) {
    return reject(error('regression-label', 'there is no column called "label" among the columns', {
      at: source, fix: 'name the column that holds 0 or 1 with --label',
    }))
  }
  if (rows < 2 || rows > MAX_ROWS) {
    return reject(error('regression-rows', `expected 2 … ${MAX_ROWS} rows, got ${rows}`, { at: source, fix: 'save a sample of the rows' }))
  }
  const other = label.values.findIndex((value) => value !== 0 && value !== 1)
  if (other >= 0) {
    const name = label.classes?.[label.values[other] as number]
    const got = name === undefined ? String(label.values[other]) : `${label.classes?.length} names, among them "${name}"`
    return reject(error('regression-label', `expected labels of 0 and 1 in column "${label.name}", got ${got}`, {
      at: `${source} row ${other + 1} of the data`, fix: 'write the two classes as 0 and 1, or name another column with --label',
    }))
  }
  const summaries = summariseColumns(dataset)
  const constant = summaries.find(({ sd }) => sd === 0)
  if (constant !== undefined) {
    return reject(error('regression-constant', `column "${constant.name}" has one value only: it cannot be told from the intercept`, {
      at: source, fix: 'leave it out of the file',
    }))
  }
  const width = columns.length
  const features = Float32Array.from(dataset.values, (value, i) => {
    const { mean = 0, sd = 1 } = summaries[i % width] ?? {}
    return (value - mean) / sd
  })
  return accept({ columns, rows, features, labels: Float32Array.from(label.values) })
}
