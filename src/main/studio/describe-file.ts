/** What a data file offers, from a first look: its columns, which of them hold numbers, and the arrays of an archive. */
import { readFile } from 'node:fs/promises'
import { looksNumeric } from '../../core/data/csv-cells.ts'
import { csvRecords, guessDelimiter, isBlank, plainText } from '../../core/data/csv-records.ts'
import { defaultColumnNames } from '../../core/data/dataset.ts'
import { formatOfName, splitArrayName } from '../../core/data/formats.ts'
import { npzArrays } from '../../core/data/npz.ts'
import { type Result, accept } from '../../core/issues.ts'
import { readIssue } from '../../files/file-issues.ts'
import { readDataFile } from '../../files/read-data.ts'
import type { DataColumns } from '../../shared/api.ts'

/** Rows of a text that decide whether a column holds numbers. */
const LOOKED_AT = 200
/** Bytes of a text that surely hold so many rows of an ordinary table. */
const HEAD = 4 << 20

/** `header` as in the data settings: whether the first row of a text names the columns. */
export async function describeFile(source: string, header: boolean | undefined): Promise<Result<DataColumns>> {
  const { path } = splitArrayName(source)
  const format = formatOfName(path)
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    return { ok: false, issues: [readIssue(cause, path)] }
  }
  if (format === 'csv' || format === 'tsv') {
    return accept(describeText(new TextDecoder().decode(bytes.subarray(0, HEAD)), format === 'tsv' ? '\t' : undefined, header))
  }
  const names = format === 'npz' ? npzArrays(bytes, path) : undefined
  const arrays = names?.ok === true ? names.value : []
  const read = await readDataFile(source)
  const columns = read.ok ? read.value.columns.map((name) => ({ name, numeric: true })) : []
  return accept({ columns, header: undefined, arrays })
}

function describeText(text: string, delimiter: string | undefined, header: boolean | undefined): DataColumns {
  const plain = plainText(text)
  const records: (readonly string[])[] = []
  for (const record of csvRecords(plain, delimiter ?? guessDelimiter(plain))) {
    if (!isBlank(record)) records.push(record.cells)
    if (records.length > LOOKED_AT) break
  }
  const [first = []] = records
  const named = header ?? !first.every(looksNumeric)
  const rows = named ? records.slice(1) : records
  const names = named ? first.map((cell) => cell.trim()) : defaultColumnNames(first.length)
  return {
    columns: names.map((name, i) => ({ name, numeric: rows.every((cells) => looksNumeric(cells[i] ?? '')) })),
    header: named,
    arrays: [],
  }
}
