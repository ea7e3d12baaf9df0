/**
 * One cell of a data file as a number. Accepted are decimal numbers with an optional exponent, blanks around them
 * allowed; refused, each with its own issue, are empty cells, spellings of missing values and of infinity, numbers that
 * float32 cannot hold (the engines compute in float32), and everything else.
 */
import { largestFloat32 } from './binary.ts'

const missing = /^[+-]?(nan|na|n\/a|null|none|\?|#n\/a)$/i
const infinite = /^[+-]?(inf|infinity|1\.#inf)$/i
const otherBase = /[xob]/i

/** The number of a cell, or NaN where `refusal` says what is wrong with it. */
export function cellNumber(cell: string): number {
  const value = Number(cell)
  if (!(Math.abs(value) <= largestFloat32)) return NaN
  // Number() reads '' as 0 and '0x1F' as 31; both are whole, so other numbers need no second look.
  if (value === 0 && cell.trim() === '') return NaN
  if (cell.length > 2 && Number.isInteger(value) && otherBase.test(cell)) return NaN
  return value
}

/** Whether a cell is meant as a number, be it a missing or infinite one: such a cell does not make a header. */
export function looksNumeric(cell: string): boolean {
  const text = cell.trim()
  return text === '' || missing.test(text) || infinite.test(text) || !Number.isNaN(cellNumber(text))
}

/** Code and texts for a cell that `cellNumber` refused. */
export function refusal(cell: string): { code: string; message: string; fix: string } {
  const text = cell.trim()
  if (text === '') {
    return { code: 'csv-empty-cell', message: 'Expected a number, got an empty cell.', fix: fillOrRemove }
  }
  if (missing.test(text)) {
    return { code: 'csv-nan', message: `Expected a number, got "${text}", a missing value.`, fix: fillOrRemove }
  }
  const value = Number(text)
  if (infinite.test(text) || Math.abs(value) > largestFloat32) {
    const message = `Expected a finite number within ±3.4e38 (float32), got "${text}".`
    return { code: 'csv-infinite', message, fix: 'Remove the row, or rescale the column.' }
  }
  return { code: 'csv-not-a-number', message: `Expected a number, got ${quoted(text)}.`, fix: numberFix(text) }
}

const fillOrRemove = 'Fill the cell in or remove its row, or leave its column out by choosing others with --columns.'

function quoted(text: string): string {
  return JSON.stringify(text.length <= 40 ? text : `${text.slice(0, 40)}…`)
}

function numberFix(text: string): string {
  const decimalComma = /^[+-]?\d*,\d+(e[+-]?\d+)?$/i
  if (decimalComma.test(text)) return 'Write decimals with a point and numbers without separators: 1234.5.'
  if (/^[+-]?\d{1,3}([, ]\d{3})+(\.\d+)?$/.test(text)) return 'Write numbers without separators of thousands: 1234.5.'
  if (/^[+-]?[\d.]+\s*%$/.test(text)) return 'Write the number without the percent sign.'
  return 'Correct the cell, or leave its column out by choosing others with --columns.'
}
