/**
 * The context c of a conditional flow p(x | c): columns beside the modelled ones, as one vector of C numbers an example.
 *
 * A column is a class or a number. It is a class where its cells are text, where the training rows hold whole numbers
 * of at most `fewClasses` different values, or where it is the label and they hold whole numbers of at most
 * `mostClasses`. Every other column is a number.
 *
 * The columns follow one another in the order in which they were asked for. A class is one-hot, a place for each class
 * of the training rows, in the order of `classes`: text alphabetically, numbers rising. A number v becomes
 * (v − mean) / scale, with the mean and the standard deviation (divided by rows) of the training rows.
 */
import { type Issue, type Result, accept, error, reject, warning } from '../issues.ts'
import { suggest } from '../suggest.ts'
import type { SideColumn } from './dataset.ts'

export interface ClassColumn {
  readonly name: string
  readonly kind: 'class'
  readonly classes: readonly string[]
  /** Training rows of each class. */
  readonly counts: readonly number[]
}

export interface NumberColumn {
  readonly name: string
  readonly kind: 'number'
  /** In the column's units. */
  readonly mean: number
  readonly scale: number
}

export type ContextColumn = ClassColumn | NumberColumn

/** How context columns become a vector; empty for a flow without context. */
export type ContextEncoding = readonly ContextColumn[]

/** Values by column: the name of a class, or a number. */
export type ContextValues = Readonly<Record<string, string | number>>

export const fewClasses = 12
export const mostClasses = 1000

const widthOf = (column: ContextColumn): number => (column.kind === 'class' ? column.classes.length : 1)

/** C: the length of the vector. */
export function contextSize(encoding: ContextEncoding): number {
  return encoding.reduce((size, column) => size + widthOf(column), 0)
}

/** First place of each column in the vector. */
export function contextOffsets(encoding: ContextEncoding): number[] {
  let next = 0
  return encoding.map((column) => {
    const offset = next
    next += widthOf(column)
    return offset
  })
}

/** The encoding of the columns of the training rows. `label` names the label column, `source` the data for messages. */
export function fitContext(
  columns: readonly SideColumn[], label: string | undefined, source: string,
): Result<ContextEncoding> {
  const issues: Issue[] = []
  const encoding = columns.map((column): ContextColumn => {
    const fitted = classColumn(column, column.name === label ? mostClasses : fewClasses) ?? numberColumn(column)
    if (isConstant(fitted)) issues.push(constantContext(fitted.name, source))
    return fitted.kind === 'number' && fitted.scale === 0 ? { ...fitted, scale: 1 } : fitted
  })
  const size = contextSize(encoding)
  if (size > mostClasses * 4) return reject(tooManyClasses(encoding, size, source))
  return accept(encoding, issues)
}

function classColumn({ name, values, classes }: SideColumn, most: number): ClassColumn | undefined {
  const counts = new Map<number, number>()
  for (const value of values) {
    if (classes === undefined && !Number.isInteger(value)) return undefined
    counts.set(value, (counts.get(value) ?? 0) + 1)
    if (classes === undefined && counts.size > most) return undefined
  }
  // Names stand in alphabetical order already, so that rising indices do.
  const present = [...counts.keys()].sort((a, b) => a - b)
  return {
    name, kind: 'class', classes: present.map((value) => classes?.[value] ?? String(value)),
    counts: present.map((value) => counts.get(value) ?? 0),
  }
}

function numberColumn({ name, values }: SideColumn): NumberColumn {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0)
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0)
  // A column of one value has a spread of its rounding errors.
  return { name, kind: 'number', mean, scale: variance <= (mean * 1e-12) ** 2 ? 0 : Math.sqrt(variance) }
}

const isConstant = (column: ContextColumn): boolean =>
  (column.kind === 'class' ? column.classes.length === 1 : column.scale === 0)

function constantContext(name: string, source: string): Issue {
  return warning('context-constant', `the context column "${name}" has the same value in all training rows: nothing can depend on it`, {
    at: source, fix: `leave "${name}" out of --context`,
  })
}

function tooManyClasses(encoding: ContextEncoding, size: number, source: string): Issue {
  const widest = [...encoding].sort((a, b) => widthOf(b) - widthOf(a))[0] as ContextColumn
  return error('context-too-large', `the context takes ${size} numbers, at most ${mostClasses * 4} will do: "${widest.name}" has ${widthOf(widest)} classes`, {
    at: source, fix: `leave "${widest.name}" out of --context, or put its rare classes together`,
  })
}

const shownClasses = 20

/** `0, 1, 2 and 7 more`. */
function classList(classes: readonly string[]): string {
  if (classes.length <= shownClasses) return classes.join(', ')
  return `${classes.slice(0, shownClasses).join(', ')} and ${classes.length - shownClasses} more`
}

function unseenClass({ name, classes }: ClassColumn, got: string, at: string): Issue {
  return error('context-unseen-class', `the flow has never seen the class "${got}" of the context column "${name}"; it knows: ${classList(classes)}`, {
    at, fix: suggest(got, classes.slice(0, shownClasses)),
  })
}

function notANumber(name: string, got: string, at: string): Issue {
  return error('context-not-a-number', `the context column "${name}" is a number, got "${got}"`, {
    at, fix: 'give a number in the units of the training data',
  })
}

/** Index of the class that a cell names; 3, 3.0 and 03 name the same one where classes are numbers. */
function classIndex({ classes }: ClassColumn, cell: string): number {
  const exact = classes.indexOf(cell)
  return exact >= 0 || cell.trim() === '' ? exact : classes.indexOf(String(Number(cell)))
}

/** Writes one value to vector[at …]; false where it has no place. */
function place(column: ContextColumn, cell: string, vector: Float32Array, at: number): boolean {
  if (column.kind === 'class') {
    const index = classIndex(column, cell)
    if (index >= 0) vector[at + index] = 1
    return index >= 0
  }
  const value = cell.trim() === '' ? NaN : Number(cell)
  vector[at] = (value - column.mean) / column.scale
  return Number.isFinite(vector[at])
}

/**
 * The context of every row, [rows, C]. `columns` are those of the encoding, in its order, whatever they are called.
 * Issues: a class that no training row has, text where a number is wanted; the first of each column.
 */
export function encodeContext(
  encoding: ContextEncoding, columns: readonly SideColumn[], source: string,
): Result<Float32Array> {
  if (columns.length !== encoding.length) {
    throw new RangeError(`encodeContext: expected ${encoding.length} columns, got ${columns.length}`)
  }
  const size = contextSize(encoding)
  const offsets = contextOffsets(encoding)
  const rows = columns[0]?.values.length ?? 0
  const vectors = new Float32Array(rows * size)
  const issues: Issue[] = []
  encoding.forEach((column, i) => {
    const { name, values, classes } = columns[i] as SideColumn
    const cellOf = (row: number): string => {
      const value = values[row] as number
      return classes?.[value] ?? String(value)
    }
    for (let row = 0; row < rows; row++) {
      if (place(column, cellOf(row), vectors, row * size + (offsets[i] as number))) continue
      const at = `${source} example ${row + 1}, column "${name}"`
      issues.push(column.kind === 'class' ? unseenClass(column, cellOf(row), at) : notANumber(name, cellOf(row), at))
      break
    }
  })
  return issues.length > 0 ? reject(...issues) : accept(vectors)
}

/**
 * One vector, [C], of values by column. Issues: an unknown column, a class never seen, what is not a number, and a
 * missing column, unless `missing` is `default`: then it takes its first class or its mean.
 */
export function encodeValues(
  encoding: ContextEncoding, values: ContextValues, at: string, missing: 'refuse' | 'default' = 'refuse',
): Result<Float32Array> {
  const names = encoding.map(({ name }) => name)
  const unknown = Object.keys(values).filter((name) => !names.includes(name))
  const issues = unknown.map((name) => unknownContext(name, names, at))
  const vector = new Float32Array(contextSize(encoding))
  const offsets = contextOffsets(encoding)
  encoding.forEach((column, i) => {
    const offset = offsets[i] as number
    const given = Object.hasOwn(values, column.name) ? String(values[column.name]) : undefined
    if (given === undefined) {
      if (missing === 'refuse') issues.push(missingContext(column, at))
      else if (column.kind === 'class') vector[offset] = 1
    } else if (!place(column, given, vector, offset)) {
      issues.push(column.kind === 'class' ? unseenClass(column, given, at) : notANumber(column.name, given, at))
    }
  })
  return issues.length > 0 ? reject(...issues) : accept(vector)
}

function unknownContext(name: string, names: readonly string[], at: string): Issue {
  return error('context-unknown-column', `the flow has no context column "${name}"`, {
    at, fix: names.length === 0 ? 'it was trained without context: leave it out' : suggest(name, names),
  })
}

/** A value of every column, as `--context` takes them: `kind=f,age=41.2`. */
export function exampleContext(encoding: ContextEncoding): string {
  const text = encoding.map((column) =>
    `${column.name}=${column.kind === 'class' ? column.classes[0] : Number(column.mean.toPrecision(3))}`).join(',')
  return /^[\p{L}\p{N}_=,.+-]*$/u.test(text) ? text : `"${text}"`
}

/** A context column of which there is no value. */
export function missingContext(column: ContextColumn, at: string): Issue {
  const what = column.kind === 'class' ? `one of the classes ${classList(column.classes)}` : 'a number'
  return error('context-missing', `the flow depends on the context column "${column.name}", and there is no value for it: expected ${what}`, {
    at, fix: `give it, for example --context ${exampleContext([column])}`,
  })
}

/** The same vector for each of `rows` examples, [rows, C]. */
export function repeatContext(vector: Float32Array, rows: number): Float32Array {
  const all = new Float32Array(rows * vector.length)
  for (let row = 0; row < rows; row++) all.set(vector, row * vector.length)
  return all
}

/** Contexts to look at a flow with, [rows, C]: classes take turns, numbers are their means; undefined without context. */
export function typicalContexts(encoding: ContextEncoding, rows: number): Float32Array | undefined {
  const size = contextSize(encoding)
  if (size === 0) return undefined
  const all = new Float32Array(rows * size)
  const offsets = contextOffsets(encoding)
  encoding.forEach((column, i) => {
    if (column.kind === 'number') return
    for (let row = 0; row < rows; row++) all[row * size + (offsets[i] as number) + (row % column.classes.length)] = 1
  })
  return all
}
