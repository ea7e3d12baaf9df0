/**
 * Bayes classification by a conditional flow: log p(x | c) for every class of its one class column, and the classes'
 * shares of the training rows as priors. Other context columns keep each row's own values.
 */
import { type ClassSlot, classSlot, classesOf, logPriors, withClass } from '../../core/data/context-class.ts'
import { quotedText, shortestFloat32 } from '../../core/data/csv.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { classificationFigures, logPosteriors, mostProbable } from '../../core/metrics/bayes.ts'
import type { ModelReference, RowsMessage } from '../../shared/compute-protocol.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import type { JobStarter } from './compute-client.ts'
import { logDensities } from './evaluate.ts'
import { contextOf } from './model.ts'
import type { RunFile } from './run-file.ts'

/** In the form in which `eval --json` prints it. */
export interface Classification {
  readonly accuracy: number
  /** −mean log p(true class | x), in nats. */
  readonly cross_entropy_nats: number
}

/** The class column that a run can classify by, or why there is none. */
export function classifiable(run: RunFile, folder: string): Result<ClassSlot> {
  const encoding = contextOf(run)
  const slot = classSlot(encoding)
  if (slot !== undefined) return accept(slot)
  const classes = encoding.filter(({ kind }) => kind === 'class').map(({ name }) => name)
  const [got, fix] = classes.length > 1
    ? [`several: ${classes.join(', ')}`, 'train a flow with one of them in --context']
    : ['none', 'train a flow of p(x | class) with the column of the class in --context']
  return reject(error('classify-without-class', `expected a flow that depends on one class column, got ${got}`, { at: folder, fix }))
}

/** log p(c | x), row-major [rows, classes]; `rows` has a context whose class does not count. */
export async function posteriorsOf(
  client: JobStarter, model: ModelReference, slot: ClassSlot, rows: RowsMessage,
  onEvent: (event: RunEvent) => void = () => undefined,
): Promise<Float64Array> {
  const { context } = rows
  if (context === undefined) throw new Error('posteriorsOf: the rows have no context')
  const densities: Float32Array[] = []
  for (const [index, name] of slot.column.classes.entries()) {
    // Far from a class its density may well be 0: nothing to tell of but how far the work is.
    densities.push(await logDensities(client, model, { ...rows, context: withClass(context, slot, index) }, (event) => {
      if (event.type === 'advanced') onEvent({ ...event, subject: `${slot.column.name} ${name}` })
    }))
  }
  return logPosteriors(densities, logPriors(slot))
}

/** How well a run tells the classes of rows apart that bring their own; undefined where it has no one class column. */
export async function classification(
  client: JobStarter, model: ModelReference, run: RunFile, rows: RowsMessage,
  onEvent: (event: RunEvent) => void = () => undefined,
): Promise<Classification | undefined> {
  const slot = classSlot(contextOf(run))
  if (slot === undefined || rows.context === undefined) return undefined
  const posterior = await posteriorsOf(client, model, slot, rows, onEvent)
  const truth = classesOf(rows.context, slot)
  const { accuracy, crossEntropy } = classificationFigures(posterior, slot.column.classes.length, truth)
  return { accuracy, cross_entropy_nats: crossEntropy }
}

/** Each row's most probable class, under the column's own name, and the probability of every class. */
export function classTable({ column }: ClassSlot, logPosterior: Float64Array): string {
  const { name, classes } = column
  const count = classes.length
  const lines = [[name, ...classes.map((each) => `probability_${each}`)].map(quotedText).join(',')]
  mostProbable(logPosterior, count).forEach((chosen, row) => {
    const own = Array.from(logPosterior.subarray(row * count, (row + 1) * count), (value) => shortestFloat32(Math.exp(value)))
    lines.push([quotedText(classes[chosen] ?? ''), ...own].join(','))
  })
  return `${lines.join('\n')}\n`
}
