/**
 * Integers and densities: the likelihood of integer-valued data that were not dequantized is unbounded above, so it is
 * refused; uniform noise of one unit makes it a bound on the discrete likelihood (Theis et al. 2016, §3.1).
 */
import type { ProjectDocument } from '../../core/design/document.ts'
import { dequantizedColumns } from '../../core/design/dequantized.ts'
import { integersOf } from '../../core/objectives/shapes.ts'
import { suggest } from '../../core/suggest.ts'
import { type Result, accept, error, reject, warning } from '../../core/issues.ts'

const ID = 'dequantize'

const list = (names: readonly string[]): string =>
  names.length <= 6 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`

/** The document with a dequantize layer in front of the others, for the chosen columns. */
function insert(document: ProjectDocument, indices: readonly number[], columns: readonly string[]): ProjectDocument {
  const taken = new Set(document.design.layers.map(({ id }) => id))
  let id = ID
  for (let i = 2; taken.has(id); i++) id = `${ID}-${i}`
  const options = indices.length === columns.length ? {} : { columns: indices }
  const layers = [{ id, kind: 'dequantize', options }, ...document.design.layers]
  return { ...document, design: { ...document.design, layers } }
}

/**
 * Applies `--dequantize auto|off|COL,…` to a document. `integers` are the indices of the columns that hold only whole
 * numbers. Without a choice, integer columns that the design does not dequantize are refused, with the fix.
 */
export function withDequantization(
  document: ProjectDocument, columns: readonly string[], integers: readonly number[],
  choice: 'auto' | 'off' | readonly string[] | undefined, source: string,
): Result<ProjectDocument> {
  const covered = new Set(dequantizedColumns(document, columns))
  if (typeof choice === 'object') {
    const unknown = choice.find((name) => !columns.includes(name))
    if (unknown !== undefined) {
      return reject(error('dequantize-column', `there is no column '${unknown}' to dequantize`, { at: source, fix: suggest(unknown, columns) }))
    }
    const real = choice.find((name) => !integers.includes(columns.indexOf(name)))
    if (real !== undefined) {
      return reject(error('dequantize-real', `the column '${real}' holds numbers that are not whole: noise of one unit would blur it`, {
        at: source, fix: `leave '${real}' out of --dequantize`,
      }))
    }
  }
  if (integers.length > 0 && choice !== 'off' && integersOf(document.training.objective) === 'refused') {
    const names = list(integers.map((i) => columns[i] as string))
    return reject(error('integers-not-dequantized', `${names} ${integers.length === 1 ? 'holds' : 'hold'} only whole numbers, and this objective has a density of them`, {
      at: source, fix: 'take the Bernoulli likelihood with a threshold, or --dequantize off to fit them as they are',
    }))
  }
  const chosen = integers.filter((i) => {
    const name = columns[i] as string
    return !covered.has(name) && (choice === 'auto' || (typeof choice === 'object' && choice.includes(name)))
  })
  const left = integers.map((i) => columns[i] as string).filter((name, k) => !covered.has(name) && !chosen.includes(integers[k] as number))
  const result = chosen.length === 0 ? document : insert(document, chosen, columns)
  if (left.length === 0) return accept(result)
  const message = `${list(left)} ${left.length === 1 ? 'holds' : 'hold'} only whole numbers: a density can grow without bound on them`
  if (choice === 'off') return accept(result, [warning('integers-not-dequantized', `${message}, so its likelihood is not a result`, { at: source })])
  return reject(error('integers-not-dequantized', message, {
    at: source, fix: `add --dequantize auto (uniform noise of one unit; the likelihood becomes a bound), or --dequantize ${left.slice(0, 3).join(',')}${left.length > 3 ? ',…' : ''}, or --dequantize off to fit them as they are`,
  }))
}
