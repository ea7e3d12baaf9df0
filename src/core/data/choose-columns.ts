/**
 * Which columns of a file are data, which one is the label, and which are the context of a conditional flow.
 *
 * Columns are asked for by name; where the file brings no names, also by 1-based number. A column called exactly
 * `label` in a header is the label unless it is asked for as data; it accompanies the rows and is not modelled. The
 * label may be context too.
 */
import { accept, error, reject } from '../issues.ts'
import type { Issue, Result } from '../issues.ts'
import { nearestName } from '../suggest.ts'

export interface ColumnRequest {
  /** The data columns in the order wanted, none where the context alone is; without it, all but label and context. */
  readonly columns?: readonly string[]
  /** The label column. */
  readonly label?: string
  /** The context columns in the order wanted. */
  readonly context?: readonly string[]
}

export interface ColumnChoice {
  /** 0-based indices of the data columns. */
  readonly columns: readonly number[]
  readonly label: number | undefined
  /** 0-based indices of the context columns. */
  readonly context: readonly number[]
}

const listedNames = 20

/** `named` says that `names` come from the file, so that numbers do not stand for columns. */
export function chooseColumns(
  names: readonly string[], named: boolean, request: ColumnRequest, source: string,
): Result<ColumnChoice> {
  const issues: Issue[] = []
  const find = (name: string, role?: 'context') => {
    const index = columnIndex(names, named, name)
    if (index === undefined) issues.push(unknownColumn(names, named, name, source, role))
    return index
  }
  const findAll = (asked: readonly string[] = [], role?: 'context') => {
    const indices: number[] = []
    for (const name of asked) {
      const index = find(name, role)
      if (index === undefined) continue
      if (indices.includes(index)) issues.push(columnTwice(name, source))
      indices.push(index)
    }
    return indices
  }
  const columns = findAll(request.columns)
  const context = findAll(request.context, 'context')
  const label = request.label === undefined ? impliedLabel(names, named, columns) : find(request.label)
  if (request.columns === undefined) {
    columns.push(...names.map((_, index) => index).filter((index) => index !== label && !context.includes(index)))
  }
  if (label !== undefined && columns.includes(label)) issues.push(labelIsColumn(names[label]!, source))
  for (const index of context) if (columns.includes(index)) issues.push(contextIsColumn(names[index]!, source))
  const contextAlone = request.columns?.length === 0 && context.length > 0
  if (columns.length === 0 && !contextAlone && issues.length === 0) issues.push(noColumns(source))
  return issues.length === 0 ? accept({ columns, label, context }) : reject(...issues)
}

function columnIndex(names: readonly string[], named: boolean, name: string): number | undefined {
  const index = names.indexOf(name)
  if (index >= 0) return index
  const number = !named && /^[1-9]\d*$/.test(name) ? Number(name) : 0
  return number >= 1 && number <= names.length ? number - 1 : undefined
}

function impliedLabel(names: readonly string[], named: boolean, asked: readonly number[]): number | undefined {
  const index = named ? names.indexOf('label') : -1
  return index < 0 || asked.includes(index) ? undefined : index
}

function unknownColumn(
  names: readonly string[], named: boolean, name: string, source: string, role: 'context' | undefined,
): Issue {
  const nearest = nearestName(name, names)
  const there = names.length <= listedNames ? names.join(', ') : `${names.slice(0, listedNames).join(', ')}, …`
  const kind = named ? 'columns' : 'columns, by name or number'
  const [code, what] = role === undefined ? ['unknown-column', 'column'] : ['unknown-context-column', 'context column']
  return error(code, `There is no ${what} "${name}"; the ${names.length} ${kind} are: ${there}.`, {
    at: source,
    fix: nearest === undefined ? 'Ask for columns that are there.' : `Did you mean "${nearest}"?`,
  })
}

function columnTwice(name: string, source: string): Issue {
  return error('column-twice', `Column "${name}" is asked for twice.`, { at: source, fix: 'Ask for it once.' })
}

function labelIsColumn(name: string, source: string): Issue {
  return error('label-is-column', `Column "${name}" is asked for both as data and as the label.`, {
    at: source, fix: 'Leave it out of --columns, or choose another --label.',
  })
}

function contextIsColumn(name: string, source: string): Issue {
  return error('context-is-column', `Column "${name}" is asked for both as data and as context.`, {
    at: source, fix: 'Leave it out of --columns, or choose another --context.',
  })
}

function noColumns(source: string): Issue {
  return error('no-columns', 'No column is left to model beside the label and the context.', {
    at: source, fix: 'Choose at least one data column with --columns.',
  })
}
