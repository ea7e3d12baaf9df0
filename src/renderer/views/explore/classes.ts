/**
 * Bayes classification by a flow of p(x | class): which class is the most probable where, and which classes are told for
 * which. log p(c | x) = log p(x | c) + log p(c) − log Σ_k p(x | k) p(k), with the classes' shares of the training rows.
 */
import type { ClassColumn, ContextEncoding } from '../../../core/data/context.ts'
import { logPosteriors, mostProbable } from '../../../core/metrics/bayes.ts'

/** Classes whose densities can be shown beside one another. */
const MOST_CLASSES = 12

/** The class that a flow can be asked for: its only condition, of a few classes. */
export function classColumnOf(conditions: ContextEncoding): ClassColumn | undefined {
  const [only] = conditions
  return conditions.length === 1 && only?.kind === 'class' && only.classes.length > 1 && only.classes.length <= MOST_CLASSES ? only : undefined
}

/** log p(c) of each class. */
export function priorsOf({ counts }: ClassColumn): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return Float64Array.from(counts, (count) => Math.log(count / total))
}

export interface Regions {
  /** The most probable class of each cell. */
  readonly winner: Int32Array
  /** Its probability there. */
  readonly certainty: Float64Array
  /** log p(x), nats: where it is far below its largest, nothing was ever seen. */
  readonly evidence: Float64Array
}

/** Nats below the densest place at which a picture of regions begins to fade, and at which nothing is left of it. */
const FADES = 12
const GONE = 30

/** How strong each cell shows, 0 … 1: by how sure the class is, where there is any density. */
export function strengthOf({ certainty, evidence }: Regions): Float64Array {
  const most = evidence.reduce((a, b) => (Number.isFinite(b) ? Math.max(a, b) : a), -Infinity)
  return certainty.map((sure, cell) => {
    const seen = Math.min(1, Math.max(0, (GONE - (most - (evidence[cell] as number))) / (GONE - FADES)))
    return seen * Math.max(0, 2 * sure - 1)
  })
}

/** `logDensities`: of each class, [cells]. */
export function regionsOf(logDensities: readonly Float32Array[], column: ClassColumn): Regions {
  const count = logDensities.length
  const priors = priorsOf(column)
  const posterior = logPosteriors(logDensities, priors)
  const winner = mostProbable(posterior, count)
  const certainty = Float64Array.from(winner, (best, cell) => Math.exp(posterior[cell * count + best] as number))
  // log p(x) = log p(x | c) + log p(c) − log p(c | x), for any class.
  const evidence = Float64Array.from(winner, (best, cell) => (logDensities[best]?.[cell] as number) + (priors[best] as number) - (posterior[cell * count + best] as number))
  return { winner, certainty, evidence }
}

interface Confusion {
  /** Rows of class a that are told as class b, row-major [classes, classes]. */
  readonly counts: Int32Array
  /** What each row is told as. */
  readonly told: Int32Array
  /** Share that is told right; not a number without rows. */
  readonly accuracy: number
}

/** `truth`: the class of each row; `logDensities`: log p(x | c) of all rows, class by class. */
export function confusionOf(logDensities: readonly Float32Array[], truth: readonly number[], column: ClassColumn): Confusion {
  const size = column.classes.length
  const told = mostProbable(logPosteriors(logDensities, priorsOf(column)), size)
  const counts = new Int32Array(size * size)
  truth.forEach((own, row) => {
    const at = own * size + (told[row] as number)
    counts[at] = (counts[at] as number) + 1
  })
  const right = truth.filter((own, row) => told[row] === own).length
  return { counts, told, accuracy: right / truth.length }
}

/** Rows of each class that are asked about: few of events of many numbers, whose way through the flow comes with them. */
export function rowsOfEach(classes: number, dimension: number): number {
  const inAll = Math.min(1500, Math.floor(200_000 / Math.max(1, dimension)))
  return Math.max(10, Math.floor(inAll / classes))
}
