/**
 * Whether test figures of runs can be held against each other: only where they are of the same thing. A mean of −log p
 * depends on the rows that it is over, the columns that are modelled, what they are conditioned on, and the noise that was
 * added to them; an ELBO on the density that is fitted. The rows are those of a seed and of the shares of the parts.
 */
import { type ContextEncoding } from '../core/data/context.ts'
import { fractionsOf } from '../core/data/split.ts'
import { isSynthetic } from '../core/data/synthetic/parse.ts'
import type { ProjectDocument } from '../core/design/document.ts'
import { dequantizedColumns } from '../core/design/dequantized.ts'
import { isRepeat } from '../core/flow/design.ts'
import { takesData } from '../core/objectives/shapes.ts'

/** A run, as far as its test figures depend on it. */
export interface TestedRun {
  /** An absolute path, `synthetic:…`, or `target:…`. */
  readonly source: string
  /** Hash of the contents of the data, by which a file is known wherever it lies. */
  readonly fingerprint: string
  readonly columns: readonly string[]
  readonly context: ContextEncoding
  /** As it was trained. */
  readonly document: ProjectDocument
}

/** One thing that is not the same. */
export interface Discrepancy {
  readonly what: string
  /** In the run that is looked at, and in the one that it is held against. */
  readonly here: string
  readonly there: string
}

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '))
const percent = (share: number): string => `${Number((100 * share).toFixed(2))} %`

/** Dequantized columns, with the unit of their noise where it is not 1. */
function dequantization({ document, columns }: TestedRun): string {
  const units = document.design.layers.flatMap((node) => {
    if (isRepeat(node) || node.kind !== 'dequantize' || node.bypass === true) return []
    const unit = node.options?.['unit'] ?? 1
    return unit === 1 ? [] : [`unit ${String(unit)}`]
  })
  return [listed(dequantizedColumns(document, columns)), ...units].join(', ')
}

/** What the test figures are of, by name; what a run has nothing of is left out. */
function describe(run: TestedRun): ReadonlyMap<string, string> {
  const { document: { training, data, target }, source, columns, context } = run
  if (!takesData(training.objective)) {
    return new Map([['target', source], ['box', target?.box === undefined ? 'none' : target.box.join(' to ')], ['dimensions', String(columns.length)]])
  }
  const { validation, test } = fractionsOf(data?.split)
  return new Map([
    ['data', source],
    ['columns', listed(columns)],
    ['context columns', listed(context.map(({ name }) => name))],
    ['dequantized columns', dequantization(run)],
    // Synthetic data are drawn for each part: the seed is all that they depend on.
    ...(isSynthetic(source) ? [] : [['held-out shares', `validation ${percent(validation)}, test ${percent(test)}`]] as const),
    [isSynthetic(source) ? 'seed of the draws' : 'seed of the split', String(training.seed)],
  ])
}

/** What the test figures of a run depend on and another run has otherwise; none where they can be compared. */
export function discrepancies(run: TestedRun, other: TestedRun): readonly Discrepancy[] {
  const [here, there] = [describe(run), describe(other)]
  const found = [...new Set([...there.keys(), ...here.keys()])].flatMap((what): Discrepancy[] => {
    const one = { what, here: here.get(what) ?? 'none', there: there.get(what) ?? 'none' }
    return one.here === one.there ? [] : [one]
  })
  if (run.fingerprint === other.fingerprint) return found.filter(({ what }) => what !== 'data' && what !== 'target')
  // A file that was changed in between has the same name.
  return found.length > 0 ? found : [{ what: 'contents of the data', here: run.fingerprint.slice(0, 8), there: other.fingerprint.slice(0, 8) }]
}

/** `seed of the split 1, not 0; columns a, b, not a, b, c` */
export function discrepancyText(found: readonly Discrepancy[]): string {
  return found.map(({ what, here, there }) => `${what}: ${here} – not ${there}`).join('; ')
}
