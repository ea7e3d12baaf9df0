/** What keeps data and design from being trained together, found before a run is started, each with its one-press fix. */
import { dequantizedColumns } from '../../../core/design/dequantized.ts'
import type { DataSettings, ProjectDocument } from '../../../core/design/document.ts'
import type { Edit } from '../../../core/design/edits.ts'
import { eventSize } from '../../../core/flow/layer.ts'
import { flatOptions } from '../../../core/flow/options.ts'
import { dataEvent, integersOf, takesData } from '../../../core/objectives/shapes.ts'
import { type Issue, error, warning } from '../../../core/issues.ts'
import type { DataPreview } from '../../../shared/api.ts'

export interface Problem {
  readonly issue: Issue
  readonly fix?: Fix | undefined
  /** Where there are two right things to do. */
  readonly other?: Fix | undefined
}
export interface Fix {
  readonly label: string
  readonly edit: Edit
}

/** Shares of the rows: training, validation, test. They are the same for every run, so that runs can be compared. */
const SPLIT = [0.8, 0.1, 0.1] as const

/** Rows of each part of a file: the last two are rounded, training gets the rest. */
export function splitOf(rows: number): readonly [number, number, number] {
  const held = Math.max(1, Math.round(rows * SPLIT[1]))
  return [rows - 2 * held, held, held]
}

/** `column "age"`, `columns "age", "height" and 3 more`. */
function columns(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`)
  const text = names.length <= 4 ? quoted.join(', ') : `${quoted.slice(0, 3).join(', ')} and ${names.length - 3} more`
  return `${names.length === 1 ? 'column' : 'columns'} ${text}`
}
const dims = (count: number): string => `${count} ${count === 1 ? 'dimension' : 'dimensions'}`

const setData = (data: DataSettings): Edit => ({ type: 'set-data', data })

export function dataProblems(document: ProjectDocument, preview: DataPreview): readonly Problem[] {
  const { data } = document
  if (data === undefined || !takesData(document.training.objective)) return []
  return [
    ...preview.issues.map((issue): Problem => ({ issue })),
    ...constants(document, data, preview),
    ...integers(document, data, preview),
    // Behind what leaves columns out.
    ...mismatch(document, preview),
    ...batches(document, preview),
  ]
}

function mismatch({ design, training }: ProjectDocument, preview: DataPreview): Problem[] {
  const own = dataEvent(training.objective, design.event)
  const [wanted, got] = [eventSize(own), eventSize(preview.event)]
  if (wanted === got) return []
  if (own !== design.event) {
    const { kind, options } = training.objective
    return [{
      issue: error('objective-data-dimension', `the autoencoder models ${dims(wanted)}, the data have ${dims(got)}`, {
        at: 'data', fix: `let it model ${dims(got)}, or choose ${wanted} of the columns`,
      }),
      fix: { label: `Model ${dims(got)}`, edit: { type: 'set-training', name: 'objective', value: { kind, ...flatOptions(options), dimensions: got } } },
    }]
  }
  return [{
    issue: error('data-dimension', `the design takes ${dims(wanted)}, the data have ${dims(got)}`, {
      at: 'data', fix: `set the design to ${dims(got)}, or choose ${wanted} of the columns`,
    }),
    fix: { label: `Set the design to ${got}`, edit: { type: 'set-event', event: [...preview.event] } },
  }]
}

/** Whether noise is added to this column. */
function isDequantized(data: DataSettings, covered: ReadonlySet<string>, name: string, integer: boolean): boolean {
  if (covered.has(name)) return true
  return integer && (data.dequantize === 'auto' || (Array.isArray(data.dequantize) && data.dequantize.includes(name)))
}

function integers(document: ProjectDocument, data: DataSettings, preview: DataPreview): Problem[] {
  const fate = integersOf(document.training.objective)
  if (fate === 'discrete') return []
  const covered = new Set(dequantizedColumns(document, preview.columns.map(({ name }) => name)))
  const left = preview.columns.filter(({ name, integer, constant }) => integer && !constant && !isDequantized(data, covered, name, integer)).map(({ name }) => name)
  const real = Array.isArray(data.dequantize) ? data.dequantize.filter((name) => preview.columns.find((column) => column.name === name)?.integer !== true) : []
  const problems: Problem[] = []
  if (real.length > 0) {
    problems.push({
      issue: error('dequantize-real', `${columns(real)} cannot be dequantized: not whole numbers`, { at: 'data', fix: 'dequantize the columns of whole numbers only' }),
      fix: { label: 'Dequantize whole numbers', edit: setData({ ...data, dequantize: 'auto' }) },
    })
  }
  if (left.length === 0) return problems
  if (fate === 'refused' && data.dequantize !== 'off') return [...problems, undequantizable(document, left)]
  const message = `${columns(left)} ${left.length === 1 ? 'holds' : 'hold'} only whole numbers: a density can grow without bound on them`
  const fix = { label: 'Dequantize', edit: setData({ ...data, dequantize: 'auto' }) }
  const details = { at: 'data', fix: 'add uniform noise of one unit: the likelihood becomes a bound on that of the integers' }
  problems.push(data.dequantize === 'off'
    ? { issue: warning('integers-not-dequantized', `${message}, so the likelihood is not a result`, details), fix }
    : { issue: error('integers-not-dequantized', message, details), fix })
  return problems
}

/** The decoder of an autoencoder has a density of whole numbers, and no layer that could blur them. */
function undequantizable({ training }: ProjectDocument, left: readonly string[]): Problem {
  const { kind, options } = training.objective
  return {
    issue: error('integers-not-dequantized', `${columns(left)} ${left.length === 1 ? 'holds' : 'hold'} only whole numbers, and this objective has a density of them`, {
      at: 'data', fix: 'take the Bernoulli likelihood, for which data above its threshold count as 1; or do not dequantize, and fit them as they are',
    }),
    fix: { label: 'Use the Bernoulli likelihood', edit: { type: 'set-training', name: 'objective', value: { kind, ...flatOptions(options), likelihood: 'bernoulli' } } },
  }
}

function constants(document: ProjectDocument, data: DataSettings, preview: DataPreview): Problem[] {
  // A coin that never falls on its other side has a probability all the same.
  if (integersOf(document.training.objective) === 'discrete') return []
  const covered = new Set(dequantizedColumns(document, preview.columns.map(({ name }) => name)))
  const flat = preview.columns.filter(({ name, constant, integer }) => constant && !isDequantized(data, covered, name, integer)).map(({ name }) => name)
  if (flat.length === 0) return []
  const rest = preview.columns.map(({ name }) => name).filter((name) => !flat.includes(name))
  return [{
    issue: error('constant-column', `${columns(flat)} ${flat.length === 1 ? 'is' : 'are'} the same in every row: there is no density to learn`, {
      at: 'data', fix: `leave ${flat.length === 1 ? 'it' : 'them'} out`,
    }),
    fix: rest.length === 0 ? undefined : { label: flat.length === 1 ? `Leave out ${flat[0]}` : `Leave out ${flat.length}`, edit: setData({ ...data, columns: rest }) },
  }]
}

function batches({ training }: ProjectDocument, preview: DataPreview): Problem[] {
  const [train] = splitOf(preview.rows)
  if (preview.rows < 3) {
    return [{ issue: error('too-few-rows', `training, validation and test need a row each; there ${preview.rows === 1 ? 'is 1' : `are ${preview.rows}`}`, { at: 'data', fix: 'choose data with more rows' }) }]
  }
  if (isSyntheticSource(preview.source) || train >= training.batch) return []
  const fitting = 2 ** Math.floor(Math.log2(Math.max(train, 1)))
  return [{
    issue: error('fewer-rows-than-batch', `a batch takes ${training.batch.toLocaleString('en')} rows, the training part has ${train.toLocaleString('en')}`, {
      at: 'training', fix: `take batches of ${fitting} or fewer`,
    }),
    fix: { label: `Batch ${fitting}`, edit: { type: 'set-training', name: 'batch', value: fitting } },
  }]
}

/** Synthetic rows are drawn, in parts of their own. */
export const isSyntheticSource = (source: string): boolean => source.startsWith('synthetic:')

/** Where in the file: without the folders of its path, which are the studio's business. */
export function whereOf({ at }: Issue): string | undefined {
  const where = at?.replace(/^.*[/\\](?=[^/\\]*\.(csv|txt|tsv|npy|npz))/i, '')
  return where === undefined || where === 'data' || where === 'training' ? undefined : where
}

/** One of each kind, with how many more of it there are: a file can be wrong in every row. */
export function gathered(problems: readonly Problem[]): readonly (Problem & { readonly more: number })[] {
  const found = new Map<string, Problem & { more: number }>()
  for (const problem of problems) {
    const { code } = problem.issue
    const before = found.get(code)
    if (before === undefined) found.set(code, { ...problem, more: 0 })
    else before.more++
  }
  return [...found.values()]
}
