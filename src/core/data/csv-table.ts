/**
 * The rows of a delimited text as numbers: the chosen columns into one row-major array, label and context beside it.
 * Whatever is not a number, and every row of another length, goes into the log.
 */
import type { ColumnChoice } from './choose-columns.ts'
import { cellNumber, looksNumeric, refusal } from './csv-cells.ts'
import { csvRecords, isBlank } from './csv-records.ts'
import type { CsvRecord } from './csv-records.ts'
import type { SideColumn } from './dataset.ts'
import type { IssueLog } from './issue-log.ts'

export interface CsvLayout {
  /** Row in which the file's first cells stand; the data follow it where `named`, and start with it otherwise. */
  readonly firstRow: number
  /** Whether that row names the columns. */
  readonly named: boolean
  readonly names: readonly string[]
  readonly choice: ColumnChoice
  /** Whether the cells of context columns are names even where they look like numbers. */
  readonly textContext: boolean
  readonly source: string
}

export interface CsvTable {
  readonly rows: number
  /** Row-major [rows, chosen columns]; NaN where the log has an issue. */
  readonly values: Float64Array
  readonly label?: SideColumn
  readonly context?: readonly SideColumn[]
}

export function readTable(text: string, delimiter: string, layout: CsvLayout, log: IssueLog): CsvTable {
  const { names, choice } = layout
  const width = choice.columns.length
  const beside = new Map<number, SideCell[]>()
  for (const column of [...choice.context, ...(choice.label === undefined ? [] : [choice.label])]) beside.set(column, [])
  let values = new Float64Array(1024 * width)
  let rows = 0
  for (const record of dataRecords(text, delimiter, layout, log)) {
    if (record.cells.length !== names.length) {
      log.add('csv-ragged-row', () => raggedRow(record, layout))
      continue
    }
    if ((rows + 1) * width > values.length) values = grown(values)
    for (let j = 0; j < width; j++) {
      const column = choice.columns[j]!
      const value = cellNumber(record.cells[column]!)
      if (Number.isNaN(value)) refuse(log, layout, record, column)
      values[rows * width + j] = value
    }
    for (const [column, cells] of beside) cells.push({ cell: record.cells[column]!.trim(), record })
    rows++
  }
  const side = (column: number): SideColumn => readSide(beside.get(column)!, column, layout, log)
  return {
    rows, values: values.slice(0, rows * width),
    ...(choice.label === undefined ? {} : { label: side(choice.label) }),
    ...(choice.context.length === 0 ? {} : { context: choice.context.map(side) }),
  }
}

/** The records after the header that hold something. */
function* dataRecords(text: string, delimiter: string, layout: CsvLayout, log: IssueLog): Generator<CsvRecord> {
  const { firstRow, named, source } = layout
  let blanks: number[] = []
  for (const record of csvRecords(text, delimiter)) {
    if (record.row < firstRow || (named && record.row === firstRow)) continue
    if (isBlank(record)) {
      blanks.push(record.row)
      continue
    }
    // Blank lines at the end of a file are nothing; before another row they are missing data.
    for (const row of blanks) log.add('csv-blank-row', () => blankRow(row, source))
    blanks = []
    if (record.openQuote) log.add('csv-open-quote', () => openQuote(record.row, source))
    else yield record
  }
}

function grown(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2)
  larger.set(values)
  return larger
}

interface SideCell {
  readonly cell: string
  readonly record: CsvRecord
}

/** Cells as numbers, or as classes where the first of them is text: then any text that is not empty will do. */
function readSide(cells: readonly SideCell[], column: number, layout: CsvLayout, log: IssueLog): SideColumn {
  const asText = layout.textContext && layout.choice.context.includes(column)
  const textual = asText || !looksNumeric(cells[0]?.cell ?? '')
  const classes = [...new Set(textual ? cells.map(({ cell }) => cell) : [])].sort()
  const indices = new Map(classes.map((className, index) => [className, index]))
  const values = Float64Array.from(cells, ({ cell, record }) => {
    const value = textual && cell !== '' ? indices.get(cell)! : cellNumber(cell)
    if (Number.isNaN(value)) refuse(log, layout, record, column)
    return value
  })
  return { name: layout.names[column]!, values, ...(textual && { classes }) }
}

function refuse(log: IssueLog, layout: CsvLayout, record: CsvRecord, column: number): void {
  const { code, message, fix } = refusal(record.cells[column]!)
  const word = layout.named ? `"${layout.names[column]}"` : column + 1
  log.add(code, () => ({ message, fix, at: `${layout.source} row ${record.row}, column ${word}` }))
}

function raggedRow(record: CsvRecord, { names, firstRow, source }: CsvLayout) {
  const got = record.cells.length
  const where = got < names.length ? `column ${got + 1} is missing` : `column ${names.length + 1} is one too many`
  return {
    message: `Expected ${names.length} cells as in row ${firstRow}, got ${got}: ${where}.`,
    at: `${source} row ${record.row}`,
    fix: 'Complete or remove the row; a cell that holds the delimiter must stand in double quotes.',
  }
}

function blankRow(row: number, source: string) {
  return {
    message: 'Expected a row of numbers, got a blank line.',
    at: `${source} row ${row}`,
    fix: 'Remove the line.',
  }
}

function openQuote(row: number, source: string) {
  return {
    message: 'A double quote opens in this row and is never closed.',
    at: `${source} row ${row}`,
    fix: 'Close the quote or remove it.',
  }
}
