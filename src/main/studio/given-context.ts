/**
 * The context that a trained flow is asked with: columns of a data file, by the run's names or by others; values for all
 * examples; or a file with a row for each example.
 */
import {
  type ContextEncoding, type ContextValues, encodeContext, encodeValues, exampleContext,
} from '../../core/data/context.ts'
import type { SideColumn } from '../../core/data/dataset.ts'
import { formatOfName, splitArrayName } from '../../core/data/formats.ts'
import { type Issue, type Result, accept, error, reject } from '../../core/issues.ts'
import { readDataFile } from '../../files/read-data.ts'

export type ContextRequest =
  /** The file's names for the run's columns, in the run's order. */
  | { readonly kind: 'columns'; readonly names: readonly string[] }
  | { readonly kind: 'values'; readonly values: ContextValues }
  | { readonly kind: 'file'; readonly path: string }

export const CONTEXT_FLAG = '--context'

/** `class=3,age=41`, `FILE.csv`, or `COL,COL`. */
export function parseContext(text: string | undefined): Result<ContextRequest | undefined> {
  if (text === undefined) return accept(undefined)
  const parts = text.split(',').map((part) => part.trim()).filter((part) => part !== '')
  if (parts.length === 0) {
    return reject(error('context-empty', 'expected columns, values or a file, got nothing', {
      at: CONTEXT_FLAG, fix: 'write for example --context class=3, --context FILE.csv, or leave it out',
    }))
  }
  if (!parts.some((part) => part.includes('='))) {
    const [only = ''] = parts
    const isFile = parts.length === 1 && formatOfName(splitArrayName(only).path) !== undefined
    return accept(isFile ? { kind: 'file', path: only } : { kind: 'columns', names: parts })
  }
  const values: Record<string, string> = {}
  const issues: Issue[] = []
  for (const part of parts) {
    const [name = '', ...value] = part.split('=')
    if (value.length === 0 || name.trim() === '') issues.push(notAValue(part))
    else if (Object.hasOwn(values, name.trim())) issues.push(twice(name.trim()))
    else values[name.trim()] = value.join('=').trim()
  }
  return issues.length > 0 ? reject(...issues) : accept({ kind: 'values', values })
}

function notAValue(part: string): Issue {
  return error('context-value', `expected COLUMN=VALUE like the others, got "${part}"`, { at: CONTEXT_FLAG, fix: `write ${part.startsWith('=') ? `COLUMN${part}` : `${part}=VALUE`}` })
}

function twice(name: string): Issue {
  return error('context-twice', `the context column "${name}" is given twice`, { at: CONTEXT_FLAG, fix: 'give it once' })
}

const namesOf = (encoding: ContextEncoding): string => encoding.map(({ name }) => name).join(', ')

export function withoutContext(): Issue {
  return error('context-unknown-column', 'the flow was trained without context', { at: CONTEXT_FLAG, fix: 'leave --context out' })
}

/** What is to be read beside the data, and how it becomes the vector of each row. */
export interface ContextPlan {
  /** Columns of the data file. */
  readonly columns: readonly string[]
  /** [rows, C], from those columns; undefined for a flow without context. */
  encode(columns: readonly SideColumn[], rows: number, source: string): Promise<Result<Float32Array | undefined>>
}

/** The same value for all rows, as a column. */
const constantColumn = (name: string, value: string | number, rows: number): SideColumn =>
  ({ name, values: new Float64Array(rows), classes: [String(value)] })

/** The columns of an encoding, some with one value for all rows, the others from what was read. */
function completed(
  encoding: ContextEncoding, values: ContextValues, read: readonly SideColumn[], rows: number,
): SideColumn[] {
  const others = read[Symbol.iterator]()
  return encoding.map(({ name }): SideColumn => {
    if (Object.hasOwn(values, name)) return constantColumn(name, values[name] ?? '', rows)
    const { value, done } = others.next()
    if (done === true) throw new Error(`completed: there is no column for ${name}`)
    return value
  })
}

/** `fixed`: columns that have a value whatever is asked. */
export function planContext(
  encoding: ContextEncoding, request: ContextRequest | undefined, fixed: ContextValues = {},
): Result<ContextPlan> {
  if (encoding.length === 0) {
    if (request !== undefined) return reject(withoutContext())
    return accept({ columns: [], encode: () => Promise.resolve(accept(undefined)) })
  }
  if (request?.kind === 'file') return accept(planFile(encoding, request.path, fixed))
  const values = { ...(request?.kind === 'values' ? request.values : {}), ...fixed }
  const given = encoding.filter(({ name }) => Object.hasOwn(values, name))
  const checked = encodeValues(given, values, CONTEXT_FLAG)
  if (!checked.ok) return checked
  const left = encoding.filter((column) => !given.includes(column))
  const names = request?.kind === 'columns' ? request.names : left.map(({ name }) => name)
  if (names.length !== left.length) return reject(wrongCount(left, names))
  return accept({
    columns: names,
    encode: (columns, rows, source) =>
      Promise.resolve(encodeContext(encoding, completed(encoding, values, columns, rows), source)),
  })
}

function wrongCount(encoding: ContextEncoding, names: readonly string[]): Issue {
  return error('context-columns', `expected a column for each of ${namesOf(encoding)}, got ${names.join(', ')}`, {
    at: CONTEXT_FLAG, fix: `name ${encoding.length === 1 ? 'one column' : `${encoding.length} columns`}, in the order of the run's`,
  })
}

function planFile(encoding: ContextEncoding, path: string, fixed: ContextValues): ContextPlan {
  return {
    columns: [],
    async encode(_columns, rows, source) {
      const read = await readContextFile(encoding, path, { fixed })
      if (!read.ok) return read
      if (read.value.rows === rows) return accept(read.value.vectors)
      return reject(error('context-rows', `expected a row of context for each of the ${rows} rows of ${source}, got ${read.value.rows}`, {
        at: path, fix: 'give a file with as many rows, in the same order',
      }))
    },
  }
}

interface ContextFileOptions {
  /** What the file calls the run's columns. */
  readonly names?: readonly string[]
  readonly header?: boolean | undefined
  /** Columns that have a value already. */
  readonly fixed?: ContextValues
}

/** The context in a file, a row for each example. */
export async function readContextFile(
  encoding: ContextEncoding, path: string, options: ContextFileOptions = {},
): Promise<Result<{ readonly rows: number; readonly vectors: Float32Array }>> {
  const { fixed = {} } = options
  const left = encoding.filter(({ name }) => !Object.hasOwn(fixed, name))
  const names = options.names ?? left.map(({ name }) => name)
  if (names.length !== left.length) return reject(wrongCount(left, names))
  const read = await readDataFile(path, {
    columns: [], context: names, textContext: true, ...(options.header === undefined ? {} : { header: options.header }),
  })
  if (!read.ok) return reject(...read.issues.map((issue) => columnMissing(issue, encoding)))
  const { rows, context = [] } = read.value
  const vectors = encodeContext(encoding, completed(encoding, fixed, context, rows), path)
  return vectors.ok ? accept({ rows, vectors: vectors.value }, read.issues) : vectors
}

/** A context column that a file lacks, with what can be done about it. */
export function columnMissing(issue: Issue, encoding: ContextEncoding): Issue {
  if (issue.code !== 'unknown-context-column') return issue
  const several = encoding.length === 1 ? 'column for' : 'columns for'
  return {
    ...issue, code: 'context-missing',
    fix: `name the file's ${several} ${namesOf(encoding)} with --context ${encoding.map(() => 'COLUMN').join(',')}, `
      + `or give a value for all rows: --context ${exampleContext(encoding)}`,
  }
}
