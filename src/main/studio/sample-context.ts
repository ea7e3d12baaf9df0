/** What samples of a conditional flow are drawn for: one value for all, or a row of a file for each. */
import { type ContextEncoding, encodeValues, missingContext, repeatContext } from '../../core/data/context.ts'
import { type Issue, type Result, accept, error, reject } from '../../core/issues.ts'
import { CONTEXT_FLAG, type ContextRequest, readContextFile, withoutContext } from './given-context.ts'

export interface SampleContext {
  readonly count: number
  /** [count, C], for a flow that takes one. */
  readonly context?: Float32Array
}

export interface SampleRequest {
  /** As many as the file has rows, where it is left out and there is one; else `otherwise`. */
  readonly count: number | undefined
  readonly otherwise: number
  readonly context: ContextRequest | undefined
  /** A file with a row of context for each sample. */
  readonly data: string | undefined
  readonly header?: boolean | undefined
}

/** What samples are to be drawn for: one value for all, or a row of a file for each. */
export async function sampleContext(encoding: ContextEncoding, request: SampleRequest): Promise<Result<SampleContext>> {
  const { context, data, header, count, otherwise } = request
  if (encoding.length === 0) {
    return context === undefined && data === undefined ? accept({ count: count ?? otherwise }) : reject(withoutContext())
  }
  const path = context?.kind === 'file' ? context.path : context?.kind === 'values' ? undefined : data
  if (path !== undefined) {
    const names = context?.kind === 'columns' ? { names: context.names } : {}
    const read = await readContextFile(encoding, path, { header, ...names })
    if (!read.ok) return read
    const { rows, vectors } = read.value
    return count === undefined || count === rows ? accept({ count: rows, context: vectors }, read.issues) : reject(otherCount(path, rows, count))
  }
  if (context?.kind === 'columns') return reject(...withoutValues(encoding, context.names))
  const vector = encodeValues(encoding, context?.kind === 'values' ? context.values : {}, CONTEXT_FLAG)
  return vector.ok ? accept({ count: count ?? otherwise, context: repeatContext(vector.value, count ?? otherwise) }) : vector
}

function otherCount(path: string, rows: number, count: number): Issue {
  return error('context-rows', `the file has a row of context for ${rows} samples, ${count} are asked for`, {
    at: path, fix: 'leave --count out: there is a sample for each row',
  })
}

/** Columns are named, and nothing says what is in them. */
function withoutValues(encoding: ContextEncoding, names: readonly string[]): Issue[] {
  const unknown = encodeValues(encoding, Object.fromEntries(names.map((name) => [name, ''])), CONTEXT_FLAG).issues
    .filter(({ code }) => code === 'context-unknown-column')
  return unknown.length > 0 ? [...unknown] : encoding.map((column) => missingContext(column, CONTEXT_FLAG))
}
