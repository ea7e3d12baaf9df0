/**
 * What importance weights say of an approximation q of p = p̃/Z, from n draws x ~ q with log w = log p̃(x) − log q(x):
 *   ELBO = mean(log w) ≤ log Z,   log Z ≈ log mean(w),   effective sample size = (Σw)²/Σw².
 * The standard error of log Z is that of mean(w) divided by mean(w) (the delta method). All in nats, by the largest weight
 * first, so that nothing overflows.
 * Source: Owen 2013, Monte Carlo theory, methods and examples, §9.2 and §9.3.
 */
export interface ImportanceFigures {
  readonly elbo: number
  readonly elboError: number
  readonly logZ: number
  readonly logZError: number
  /** In draws, 1 … n. */
  readonly effectiveSampleSize: number
}

/** Figures are NaN or infinite where a weight is; a weight of zero (−∞) makes the ELBO −∞ and nothing else. */
export function importanceFigures(logWeights: ArrayLike<number>): ImportanceFigures {
  const n = logWeights.length
  let [sum, top] = [0, -Infinity]
  for (let i = 0; i < n; i++) {
    const value = logWeights[i] as number
    sum += value
    if (value > top) top = value
  }
  const elbo = sum / n
  let [spread, weights, squares] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    const value = logWeights[i] as number
    const weight = Math.exp(value - top)
    spread += (value - elbo) ** 2
    weights += weight
    squares += weight * weight
  }
  const effectiveSampleSize = (weights * weights) / squares
  return {
    elbo,
    elboError: Math.sqrt(spread / Math.max(n - 1, 1) / n),
    logZ: top + Math.log(weights / n),
    logZError: Math.sqrt(Math.max(n / effectiveSampleSize - 1, 0) / Math.max(n - 1, 1)),
    effectiveSampleSize,
  }
}
