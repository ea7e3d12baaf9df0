/** The context of the parts of a data set: fitted to the training part, the same encoding for all. */
import { type ContextEncoding, encodeContext, fitContext } from '../../core/data/context.ts'
import type { DataSet, SideColumn } from '../../core/data/dataset.ts'
import { CLASS_COLUMN, type SyntheticTarget } from '../../core/data/synthetic/target.ts'
import { type Issue, type Result, accept, error, reject } from '../../core/issues.ts'
import type { Key } from '../../core/random.ts'
import { suggest } from '../../core/suggest.ts'

type Part = 'train' | 'validation' | 'test'
const parts = ['train', 'validation', 'test'] as const

export interface PreparedContext {
  /** Empty where there is no context. */
  readonly encoding: ContextEncoding
  /** [rows, C] of each part. */
  readonly vectors: Readonly<Partial<Record<Part, Float32Array>>>
}

const none: PreparedContext = { encoding: [], vectors: {} }

/** `columns` gives the context columns of a part. A run that is there already has its encoding: that is taken again. */
function prepareParts(
  columns: (part: Part) => readonly SideColumn[], label: string | undefined, source: string, known: ContextEncoding | undefined,
): Result<PreparedContext> {
  const fitted = known?.length === columns('train').length ? accept(known) : fitContext(columns('train'), label, source)
  if (!fitted.ok || fitted.value.length === 0) return fitted.ok ? accept(none) : fitted
  const vectors: Partial<Record<Part, Float32Array>> = {}
  const issues: Issue[] = []
  for (const part of parts) {
    const encoded = encodeContext(fitted.value, columns(part), source)
    if (encoded.ok) vectors[part] = encoded.value
    else issues.push(...encoded.issues.map((issue) => outsideTraining(issue, part, source)))
  }
  return issues.length > 0 ? reject(...issues) : accept({ encoding: fitted.value, vectors }, fitted.issues)
}

/** Rows of a part have lost their place in the file. */
function outsideTraining(issue: Issue, part: Part, source: string): Issue {
  return {
    ...issue, at: `${source}, ${part} part`,
    fix: 'all rows of that class happen to be held out: take the class out of the file, or choose another --seed',
  }
}

/** The context of the parts of a file's rows. */
export function prepareContext(
  datasets: Readonly<Record<Part, DataSet>>, label: string | undefined, source: string, known?: ContextEncoding,
): Result<PreparedContext> {
  return prepareParts((part) => datasets[part].context ?? [], label, source, known)
}

/** Issue where a synthetic target does not offer the columns that are asked for. */
export function syntheticContext(target: SyntheticTarget, asked: readonly string[]): Issue | undefined {
  const unknown = asked.find((name) => name !== CLASS_COLUMN)
  if (asked.length > 0 && target.classes === undefined) {
    return error('context-synthetic', `${target.title} has no parts that could be a context`, {
      at: `synthetic:${target.id}`, fix: 'leave --context out, or choose a target with classes such as synthetic:moons',
    })
  }
  if (unknown === undefined) return undefined
  return error('unknown-column', `${target.title} has no context column "${unknown}"`, {
    at: `synthetic:${target.id}`, fix: suggest(unknown, [CLASS_COLUMN]),
  })
}

/** The classes of `count` points of a target, as the column that it offers. */
export function syntheticClasses({ classes }: SyntheticTarget, stream: Key, count: number): SideColumn {
  if (classes === undefined) throw new Error('syntheticClasses: the target has none')
  return { name: CLASS_COLUMN, values: classes.sample(stream, count), classes: classes.names }
}

/** The context of a target's drawn parts. `stream` and `rows` are those that a part's points are drawn with. */
export function prepareSyntheticContext(
  target: SyntheticTarget, asked: readonly string[], stream: (part: Part) => Key, rows: Readonly<Record<Part, number>>,
  known?: ContextEncoding,
): Result<PreparedContext> {
  if (asked.length === 0) return accept(none)
  const unfit = syntheticContext(target, asked)
  if (unfit !== undefined) return reject(unfit)
  const columns = (part: Part): SideColumn[] => [syntheticClasses(target, stream(part), rows[part])]
  return prepareParts(columns, undefined, `synthetic:${target.id}`, known)
}
