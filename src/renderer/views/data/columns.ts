/** Which columns of a file are modelled, and which the density depends on: the rows of the column table, and the settings that a choice makes. */
import type { ContextColumn } from '../../../core/data/context.ts'
import type { DataSettings } from '../../../core/design/document.ts'
import type { ColumnPreview, DataColumns, DataPreview } from '../../../shared/api.ts'
import type { Problem } from './problems.ts'

export interface ColumnRow {
  readonly name: string
  readonly role: 'data' | 'label' | 'context' | 'unused'
  /** The density depends on it; the label may be such a column too. */
  readonly given: boolean
  /** What it is as context, where it could be read. */
  readonly encoding: ContextColumn | undefined
  readonly numeric: boolean
  /** Of columns that are modelled and could be read. */
  readonly summary: ColumnPreview | undefined
  /** Noise is added to its whole numbers, by the data settings. */
  readonly dequantized: boolean
}

/** A column called exactly `label` is the label unless it is asked for as data. */
export function labelOf(data: DataSettings, offered: DataColumns | undefined): string | undefined {
  if (data.label !== undefined) return data.label
  const implied = offered?.header === true && offered.columns.some(({ name }) => name === 'label')
  return implied && data.columns?.includes('label') !== true ? 'label' : undefined
}

/** Names of the modelled columns. */
export function chosenColumns(data: DataSettings, offered: DataColumns | undefined): readonly string[] {
  const beside = new Set([labelOf(data, offered), ...data.context ?? []])
  return data.columns ?? (offered?.columns ?? []).map(({ name }) => name).filter((name) => !beside.has(name))
}

export function columnRows(data: DataSettings, offered: DataColumns | undefined, preview: DataPreview | undefined): readonly ColumnRow[] {
  const summaries = new Map((preview?.columns ?? []).map((column) => [column.name, column]))
  const offers = offered === undefined || offered.columns.length === 0
    ? (preview?.columns ?? []).map(({ name }) => ({ name, numeric: true })) : offered.columns
  const chosen = new Set(offered === undefined || offered.columns.length === 0 ? summaries.keys() : chosenColumns(data, offered))
  const label = labelOf(data, offered)
  const given = new Set(data.context)
  return offers.map(({ name, numeric }): ColumnRow => {
    const summary = summaries.get(name)
    return {
      name, numeric, summary, given: given.has(name), encoding: preview?.context.find((column) => column.name === name),
      role: name === label ? 'label' : given.has(name) ? 'context' : chosen.has(name) ? 'data' : 'unused',
      dequantized: summary?.integer === true && (data.dequantize === 'auto' || (Array.isArray(data.dequantize) && data.dequantize.includes(name))),
    }
  })
}

/** Without what does not name anything any more. */
function tidy(data: DataSettings, chosen: readonly string[]): DataSettings {
  if (!Array.isArray(data.dequantize)) return data
  const dequantize = (data.dequantize as readonly string[]).filter((name) => chosen.includes(name))
  const { dequantize: _before, ...rest } = data
  return dequantize.length === 0 ? rest : { ...rest, dequantize }
}

/** Without the context that is modelled now. */
function withContextBeside({ context, ...data }: DataSettings, names: ReadonlySet<string>): DataSettings {
  const left = (context ?? []).filter((name) => !names.has(name))
  return left.length === 0 ? data : { ...data, context: left }
}

/** These columns, in the file's order; all but label and context go without saying. */
export function withColumns(data: DataSettings, offered: DataColumns, names: ReadonlySet<string>): DataSettings {
  const { columns: _before, ...rest } = withContextBeside(data, names)
  const chosen = offered.columns.map(({ name }) => name).filter((name) => names.has(name))
  const implied = chosenColumns(rest, offered)
  const same = chosen.length === implied.length && chosen.every((name, i) => name === implied[i])
  return tidy(same ? rest : { ...rest, columns: chosen }, chosen)
}

export function withLabel(data: DataSettings, offered: DataColumns, label: string | undefined): DataSettings {
  const { label: _label, columns, ...rest } = data
  const before = labelOf(data, offered)
  const names = new Set(columns ?? chosenColumns(data, offered))
  if (before !== undefined && data.context?.includes(before) !== true) names.add(before)
  if (label !== undefined) names.delete(label)
  return withColumns({ ...rest, ...(label === undefined ? {} : { label }) }, offered, names)
}

/** A column that the density depends on, or does not any more: numbers are modelled then. */
export function withContext(data: DataSettings, offered: DataColumns, name: string, on: boolean): DataSettings {
  const names = new Set(chosenColumns(data, offered))
  const { context = [], ...rest } = data
  const numeric = offered.columns.find((column) => column.name === name)?.numeric === true
  if (on) names.delete(name)
  else if (numeric && labelOf(data, offered) !== name) names.add(name)
  const left = on ? [...context.filter((other) => other !== name), name] : context.filter((other) => other !== name)
  return withColumns(left.length === 0 ? rest : { ...rest, context: left }, offered, names)
}

/** What a context column is, in words. */
export function encodingWords(column: ContextColumn): string {
  return column.kind === 'number' ? 'number' : `${column.classes.length} ${column.classes.length === 1 ? 'class' : 'classes'}`
}

/** Noise on one column of whole numbers, on or off. */
export function withDequantized(data: DataSettings, rows: readonly ColumnRow[], name: string, on: boolean): DataSettings {
  const names = rows.filter((row) => (row.name === name ? on : row.dequantized)).map((row) => row.name)
  return { ...data, dequantize: names.length === 0 ? 'off' : names }
}

/** Of a button: a heading can be as long as a sentence. */
const LONGEST = 22
const shortName = (name: string): string => (name.length <= LONGEST ? name : 'it')

/** One column of words among numbers is mostly a class: the flow may depend on it. */
export function classProblem(data: DataSettings, offered: DataColumns | undefined): Problem['other'] {
  if (offered === undefined || textProblem(data, offered) === undefined) return undefined
  const chosen = chosenColumns(data, offered)
  const [word, ...more] = offered.columns.filter(({ name, numeric }) => !numeric && chosen.includes(name))
  if (word === undefined || more.length > 0) return undefined
  return { label: 'Make it context', edit: { type: 'set-data', data: withContext(data, offered, word.name, true) } }
}

/** Where words stand among the modelled columns: the choice without them. */
export function textProblem(data: DataSettings, offered: DataColumns | undefined): Problem['fix'] {
  if (offered === undefined) return undefined
  const chosen = chosenColumns(data, offered)
  const words = offered.columns.filter(({ name, numeric }) => !numeric && chosen.includes(name))
  const numbers = chosen.filter((name) => !words.some((column) => column.name === name))
  if (words.length === 0 || numbers.length === 0) return undefined
  return {
    label: words.length === 1 ? `Leave out ${shortName(words[0]?.name ?? '')}` : `Use the ${numbers.length} of numbers`,
    edit: { type: 'set-data', data: withColumns(data, offered, new Set(numbers)) },
  }
}
