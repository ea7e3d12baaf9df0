/** Data sets from files: CSV, TSV and text tables, NPY arrays, and arrays of NPZ archives as `archive.npz#name`. */
import { basename, dirname, join } from 'node:path'
import { invalidUtf8At } from '../core/data/binary.ts'
import { chooseColumns } from '../core/data/choose-columns.ts'
import { nearestName } from '../core/suggest.ts'
import { parseCsv } from '../core/data/csv.ts'
import type { CsvOptions } from '../core/data/csv.ts'
import { columnValues, selectColumns } from '../core/data/dataset.ts'
import type { DataSet, SideColumn } from '../core/data/dataset.ts'
import { dataExtensions, formatOfName, splitArrayName } from '../core/data/formats.ts'
import { readNpy } from '../core/data/npy.ts'
import { readNpz } from '../core/data/npz.ts'
import { accept, error, reject } from '../core/issues.ts'
import type { Issue, Result } from '../core/issues.ts'
import { readIssue } from './file-issues.ts'
import { errorCode, nodeFileSystem } from './file-system.ts'
import type { FileSystem } from './file-system.ts'

/** Columns and label are chosen in every format; header and delimiter are about text. */
export type DataFileOptions = CsvOptions

/**
 * Reads a data file by its extension. Issues name the path as it was given. In arrays, columns are called x1 … xD or
 * go by number; choosing columns of images makes them tables.
 */
export async function readDataFile(
  path: string, options: DataFileOptions = {}, files: FileSystem = nodeFileSystem,
): Promise<Result<DataSet>> {
  const located = await locate(path, files)
  if (!located.ok) return located
  const { file, array, size } = located.value
  const format = formatOfName(file)
  if (format === undefined) return reject(unknownFormat(file))
  const isText = format === 'csv' || format === 'tsv'
  const limit = isText ? longestText : longestRead
  if (size > limit) return reject(tooLarge(file, size, limit))
  let bytes: Uint8Array
  try {
    bytes = await files.readFile(file)
  } catch (cause) {
    return reject(readIssue(cause, file))
  }
  if (isText) return readText(bytes, file, format === 'tsv' ? { delimiter: '\t', ...options } : options)
  const dataset = format === 'npy' ? readNpy(bytes, file) : readNpz(bytes, file, array)
  return dataset.ok ? chosen(dataset.value, options) : dataset
}

/** V8 holds no longer strings; UTF-8 text has at most as many characters as bytes. */
const longestText = 2 ** 29 - 24
/** Node reads no more at once. */
const longestRead = 2 ** 31 - 1

interface Located {
  readonly file: string
  readonly array: string | undefined
  /** Bytes. */
  readonly size: number
}

/** A file whose own name holds a `#` comes before an array of an archive. */
async function locate(path: string, files: FileSystem): Promise<Result<Located>> {
  const { path: archive, array } = splitArrayName(path)
  const whole = await sizeOf(path, files)
  if (whole.ok) return accept({ file: path, array: undefined, size: whole.value })
  if (array === undefined) return whole
  const inner = await sizeOf(archive, files)
  return inner.ok ? accept({ file: archive, array, size: inner.value }) : inner
}

async function sizeOf(path: string, files: FileSystem): Promise<Result<number>> {
  try {
    const stats = await files.stat(path)
    if (stats.isFile()) return accept(stats.size)
    const kind = stats.isDirectory() ? 'folder' : 'device'
    return reject(error(`is-a-${kind}`, `Expected a data file, got a ${kind}.`, { at: path, fix: 'Choose a file.' }))
  } catch (cause) {
    const issue = readIssue(cause, path)
    return reject(issue.code === 'missing-file' ? { ...issue, ...(await namesake(path, files)) } : issue)
  }
}

/** A fix that names the file of the same folder whose name is nearest, if there is one. */
async function namesake(path: string, files: FileSystem): Promise<Pick<Issue, 'fix'>> {
  try {
    const near = nearestName(basename(path), await files.readdir(dirname(path)))
    return near === undefined ? {} : { fix: `Did you mean ${join(dirname(path), near)}?` }
  } catch (cause) {
    if (errorCode(cause) === undefined) throw cause
    return { fix: `Check the path: the folder ${dirname(path)} cannot be read.` }
  }
}

function unknownFormat(path: string): Issue {
  return error('unknown-format', `Expected a data file (${dataExtensions.join(', ')}), got "${basename(path)}".`, {
    at: path, fix: 'Save the data in one of these formats, and name the file accordingly.',
  })
}

function tooLarge(path: string, size: number, limit: number): Issue {
  const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`
  return error('file-too-large', `Expected at most ${megabytes(limit)}, got ${megabytes(size)}.`, {
    at: path, fix: 'Save fewer rows or, for text, save it with numpy.save as float32.',
  })
}

function readText(bytes: Uint8Array, path: string, options: CsvOptions): Result<DataSet> {
  const fault = invalidUtf8At(bytes)
  return fault < 0 ? parseCsv(new TextDecoder().decode(bytes), path, options) : reject(notUtf8(bytes, fault, path))
}

function notUtf8(bytes: Uint8Array, fault: number, path: string): Issue {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  const row = bytes.subarray(0, fault).filter((byte) => byte === 10).length + 1
  const got = isUtf16 ? 'UTF-16' : `byte 0x${bytes[fault]!.toString(16)}`
  return error('not-utf8', `Expected text in UTF-8, got ${got}.`, {
    at: `${path} row ${row}`, fix: 'Save the file as UTF-8 (in a spreadsheet: "CSV UTF-8").',
  })
}

function chosen(dataset: DataSet, options: DataFileOptions): Result<DataSet> {
  if (options.columns === undefined && options.label === undefined && options.context === undefined) return accept(dataset)
  const choice = chooseColumns(dataset.columns, false, options, dataset.source)
  if (!choice.ok) return choice
  const { columns, label, context } = choice.value
  const beside = (index: number): SideColumn => ({ name: dataset.columns[index]!, values: columnValues(dataset, index) })
  return accept({
    ...selectColumns(dataset, columns),
    ...(label === undefined ? {} : { label: beside(label) }),
    ...(context.length === 0 ? {} : { context: context.map(beside) }),
  })
}
