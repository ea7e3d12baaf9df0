/** Tables of numbers as files, in the format that the file's name says: .csv or .npy. */
import { extname } from 'node:path'
import { formatCsv } from '../../core/data/csv.ts'
import { writeNpy } from '../../core/data/npy.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { writeFileAtomic } from '../../files/atomic-write.ts'

export interface Table {
  readonly columns: readonly string[]
  readonly rows: number
  /** [rows, columns] */
  readonly values: Float32Array
  /** Shape of one row in .npy files; [columns] when left out, a plain vector for a single column. */
  readonly event?: readonly number[] | undefined
}

const formats = ['.csv', '.npy'] as const

/** Checked before the work begins: the format of the file to be written. */
export function checkTableName(path: string): Result<(typeof formats)[number]> {
  const extension = extname(path).toLowerCase()
  const format = formats.find((known) => known === extension)
  if (format !== undefined) return accept(format)
  return reject(error('table-format', `expected a file name that ends in ${formats.join(' or ')}, got '${path}'`, {
    at: '--out', fix: `write to ${extension === '' ? path : path.slice(0, -extension.length)}.csv`,
  }))
}

export async function writeTable(path: string, { columns, rows, values, event }: Table): Promise<Result<undefined>> {
  const format = checkTableName(path)
  if (!format.ok) return format
  if (format.value === '.csv') return writeFileAtomic(path, formatCsv(columns, values, rows))
  const inner = event ?? (columns.length === 1 ? [] : [columns.length])
  return writeFileAtomic(path, writeNpy(values, [rows, ...inner]))
}
