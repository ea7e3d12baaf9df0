/**
 * Bayes classification from class densities: log p(c | x) = log p(x | c) + log p(c) − log Σ_k p(x | k) p(k).
 * Figures: the share of examples whose most probable class is theirs, and the cross-entropy −E log p(c | x) in nats,
 * which a classifier that knows nothing but the frequencies has at their entropy.
 * Source: Bishop 2006, Pattern Recognition and Machine Learning, §1.5.
 */
import { LogSum } from '../data/special/log-sum.ts'

export interface ClassificationFigures {
  readonly accuracy: number
  /** −mean log p(true class | x), in nats. */
  readonly crossEntropy: number
}

/**
 * log p(c | x), row-major [rows, classes]. `logDensities` has log p(x | c) of all rows, [rows], class by class. A density
 * that is not a number counts as 0; where all of them are 0 the posterior is the prior.
 */
export function logPosteriors(logDensities: readonly ArrayLike<number>[], logPriors: ArrayLike<number>): Float64Array {
  const classes = logDensities.length
  const rows = logDensities[0]?.length ?? 0
  const posterior = new Float64Array(rows * classes)
  for (let row = 0; row < rows; row++) {
    const sum = new LogSum()
    for (let k = 0; k < classes; k++) {
      const density = logDensities[k]?.[row] ?? NaN
      const joint = Number.isNaN(density) ? Number.NEGATIVE_INFINITY : density + (logPriors[k] as number)
      posterior[row * classes + k] = joint
      sum.add(1, joint)
    }
    const evidence = sum.log()
    for (let k = 0; k < classes; k++) {
      const at = row * classes + k
      posterior[at] = Number.isFinite(evidence) ? (posterior[at] as number) - evidence : (logPriors[k] as number)
    }
  }
  return posterior
}

/** The most probable class of each row; the first of equals. */
export function mostProbable(logPosterior: Float64Array, classes: number): Int32Array {
  return Int32Array.from({ length: logPosterior.length / classes }, (_, row) => {
    const own = logPosterior.subarray(row * classes, (row + 1) * classes)
    return own.reduce((best, value, k) => (value > (own[best] as number) ? k : best), 0)
  })
}

/** `truth`: the class of each row. */
export function classificationFigures(
  logPosterior: Float64Array, classes: number, truth: ArrayLike<number>,
): ClassificationFigures {
  const chosen = mostProbable(logPosterior, classes)
  let [right, sum] = [0, 0]
  for (let row = 0; row < chosen.length; row++) {
    const own = truth[row] as number
    if (chosen[row] === own) right++
    sum -= logPosterior[row * classes + own] as number
  }
  return { accuracy: right / chosen.length, crossEntropy: sum / chosen.length }
}
