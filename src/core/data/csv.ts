/**
 * Data sets from and to delimited text (CSV, TSV, and columns parted by spaces).
 *
 * Every mistake in a file becomes an issue that names the file, the 1-based row (lines as an editor counts them, the
 * header too) and the column, so that nothing is skipped or guessed in silence.
 */
import { accept, error, reject, warning } from '../issues.ts'
import type { Issue, Result } from '../issues.ts'
import { chooseColumns } from './choose-columns.ts'
import type { ColumnRequest } from './choose-columns.ts'
import { looksNumeric } from './csv-cells.ts'
import { csvRecords, guessDelimiter, isBlank, plainText } from './csv-records.ts'
import type { CsvRecord } from './csv-records.ts'
import { readTable } from './csv-table.ts'
import { defaultColumnNames, makeDataSet } from './dataset.ts'
import type { DataSet } from './dataset.ts'
import { IssueLog } from './issue-log.ts'

export interface CsvOptions extends ColumnRequest {
  /** Whether the first row names the columns; `auto`, the default: it does if one of its cells is not a number. */
  readonly header?: 'auto' | boolean
  /** One character; without it, tab, semicolon, comma or space, whichever parts the first rows evenly. */
  readonly delimiter?: string
  /** Reads the cells of context columns as names even where they look like numbers; `encodeContext` knows which are. */
  readonly textContext?: boolean
}

/**
 * The data set of a CSV text. `source` is the file's name for messages. Columns without a header are called x1 … xD.
 * A column `label` becomes the label unasked. Labels that are text (the first one decides) become sorted classes.
 */
export function parseCsv(text: string, source: string, options: CsvOptions = {}): Result<DataSet> {
  const plain = plainText(text)
  const delimiter = options.delimiter ?? guessDelimiter(plain)
  if (delimiter.length !== 1 || '"\r\n'.includes(delimiter)) return reject(badDelimiter(delimiter, source))
  const first = firstFilled(plain, delimiter)
  if (first === undefined) return reject(emptyFile(source))
  const named = options.header === true || (options.header !== false && !first.cells.every(looksNumeric))
  const names = named ? first.cells.map((cell) => cell.trim()) : defaultColumnNames(first.cells.length)
  const log = new IssueLog(source)
  if (named) checkNames(names, `${source} row ${first.row}`, options.columns === undefined, log)
  if (!log.empty) return reject(...log.list())
  const choice = chooseColumns(names, named, options, source)
  if (!choice.ok) return choice
  const layout = {
    firstRow: first.row, named, names, choice: choice.value, textContext: options.textContext === true, source,
  }
  const table = readTable(plain, delimiter, layout, log)
  if (!log.empty) return reject(...log.list())
  if (table.rows === 0) return reject(headerOnly(names.length, source))
  const columns = choice.value.columns.map((index) => names[index]!)
  const doubts = (options.header ?? 'auto') === 'auto' ? headerDoubts(first, named, source) : []
  return accept(makeDataSet({ ...table, columns, source }), doubts)
}

function firstFilled(text: string, delimiter: string): CsvRecord | undefined {
  for (const record of csvRecords(text, delimiter)) if (!isBlank(record)) return record
  return undefined
}

/** Names must tell columns apart; a column without one can only be left out by choosing others. */
function checkNames(names: readonly string[], at: string, demandAll: boolean, log: IssueLog): void {
  names.forEach((name, index) => {
    if (name === '' && demandAll) {
      const message = `Column ${index + 1} has no name.`
      const fix = 'Name it in the file, or choose the others with --columns.'
      log.add('csv-unnamed-column', () => ({ message, at, fix }))
    }
    const earlier = names.indexOf(name)
    if (name !== '' && earlier < index) {
      const message = `Columns ${earlier + 1} and ${index + 1} are both called "${name}".`
      log.add('csv-duplicate-column', () => ({ message, at, fix: 'Give each column a name of its own.' }))
    }
  })
}

/** Warnings where `auto` may have taken data for a header or a header for data. */
function headerDoubts(first: CsvRecord, named: boolean, source: string): Issue[] {
  const cells = first.cells.map((cell) => cell.trim())
  const at = `${source} row ${first.row}`
  const count = cells.length
  const isCounting = count > 1 && [0, 1].some((start) => cells.every((cell, index) => cell === String(start + index)))
  if (!named && isCounting) {
    const message = `The first row counts from ${cells[0]} to ${cells[count - 1]}; it was read as data.`
    return [warning('csv-header-of-counts', message, { at, fix: 'If it names the columns, say so with --header.' })]
  }
  // Whole numbers serve as names (pixel 0, 1, …; years), others hardly do.
  const odd = named && cells.find((cell) => cell !== '' && looksNumeric(cell) && !/^\d+$/.test(cell))
  if (typeof odd !== 'string') return []
  const message = `The first row was read as column names, and one of them is "${odd}".`
  return [warning('csv-header-of-numbers', message, { at, fix: 'If it is data, say so with --no-header.' })]
}

function badDelimiter(delimiter: string, source: string): Issue {
  return error('csv-delimiter', `Expected one character as the delimiter, got ${JSON.stringify(delimiter)}.`, {
    at: source, fix: 'Use a comma, semicolon, tab or space.',
  })
}

function emptyFile(source: string): Issue {
  return error('csv-empty-file', 'Expected rows of numbers, got an empty file.', {
    at: source, fix: 'Choose a file with at least one row.',
  })
}

function headerOnly(width: number, source: string): Issue {
  return error('csv-header-only', `Expected rows below the header of ${width} columns, got none.`, {
    at: source, fix: 'Add rows of numbers below the header.',
  })
}

/**
 * A table as CSV text with LF line ends. `values` is row-major [rows, columns]. Numbers are the shortest decimals that
 * read back as the same number of the given precision (that of the array unless said otherwise); what is not finite is
 * written NaN, inf or -inf, as pandas and numpy read it.
 */
export function formatCsv(
  columns: readonly string[],
  values: Float32Array | Float64Array,
  rows: number,
  precision: 'float32' | 'float64' = values instanceof Float32Array ? 'float32' : 'float64',
): string {
  const width = columns.length
  if (values.length !== rows * width) {
    throw new RangeError(`formatCsv: expected ${rows} × ${width} values, got ${values.length}`)
  }
  const decimal = precision === 'float32' ? shortestFloat32 : shortestFloat64
  const lines = [columns.map(quotedText).join(',')]
  for (let row = 0; row < rows; row++) {
    const cells = values.subarray(row * width, (row + 1) * width)
    lines.push(Array.from(cells, decimal).join(','))
  }
  return `${lines.join('\n')}\n`
}

/** A text as one cell of CSV. */
export function quotedText(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Shortest decimal that reads back as the same float64: what String() gives, but for −0 and what is not finite. */
function shortestFloat64(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf'
}

const smallestNormalFloat32 = 2 ** -126

/** Shortest decimal that reads back as the same float32 as `value` rounded to float32. */
export function shortestFloat32(value: number): string {
  const single = Math.fround(value)
  if (!Number.isFinite(single) || Number.isInteger(single) && Math.abs(single) < 2 ** 24) return shortestFloat64(single)
  // Six digits survive the way through a normal float32 (FLT_DIG), so rounding to six finds every shorter form too.
  const fewest = Math.abs(single) < smallestNormalFloat32 ? 1 : 6
  for (let digits = fewest; digits < 9; digits++) {
    const short = Number(single.toPrecision(digits))
    if (Math.fround(short) === single) return String(short)
  }
  return String(Number(single.toPrecision(9)))
}
