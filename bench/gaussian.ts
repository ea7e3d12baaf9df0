/** The full-covariance Gaussian that a flow has to beat: maximum likelihood with a small ridge chosen on validation. */
import type { RowsMessage } from '../src/shared/compute-protocol.ts'

interface Gaussian {
  readonly mean: Float64Array
  /** Lower Cholesky factor of the covariance, [D, D]. */
  readonly factor: Float64Array
}

function moments({ rows, values }: RowsMessage): { mean: Float64Array; covariance: Float64Array } {
  const size = values.length / rows
  const mean = new Float64Array(size)
  for (let i = 0; i < values.length; i++) mean[i % size]! += (values[i] as number) / rows
  const covariance = new Float64Array(size * size)
  for (let r = 0; r < rows; r++) {
    for (let a = 0; a < size; a++) {
      const da = (values[r * size + a] as number) - (mean[a] as number)
      for (let b = 0; b <= a; b++) covariance[a * size + b]! += da * ((values[r * size + b] as number) - (mean[b] as number)) / rows
    }
  }
  return { mean, covariance }
}

/** undefined where the matrix is not positive definite. */
function cholesky(matrix: Float64Array, size: number): Float64Array | undefined {
  const factor = new Float64Array(size * size)
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * size + b] as number
      for (let k = 0; k < b; k++) sum -= (factor[a * size + k] as number) * (factor[b * size + k] as number)
      if (a === b && !(sum > 0)) return undefined
      factor[a * size + b] = a === b ? Math.sqrt(sum) : sum / (factor[b * size + b] as number)
    }
  }
  return factor
}

function meanNll({ mean, factor }: Gaussian, { rows, values }: RowsMessage): number {
  const size = mean.length
  let logDeterminant = 0
  for (let a = 0; a < size; a++) logDeterminant += Math.log(factor[a * size + a] as number)
  let total = 0
  const solved = new Float64Array(size)
  for (let r = 0; r < rows; r++) {
    for (let a = 0; a < size; a++) {
      let sum = (values[r * size + a] as number) - (mean[a] as number)
      for (let k = 0; k < a; k++) sum -= (factor[a * size + k] as number) * (solved[k] as number)
      solved[a] = sum / (factor[a * size + a] as number)
      total += 0.5 * (solved[a] as number) ** 2
    }
  }
  return total / rows + logDeterminant + 0.5 * size * Math.log(2 * Math.PI)
}

/** Test NLL in nats. The ridge is a fraction of each variance added to it. */
export function gaussianTestNll(train: RowsMessage, validation: RowsMessage, test: RowsMessage): number {
  const { mean, covariance } = moments(train)
  const size = mean.length
  let best: { nll: number; model: Gaussian } | undefined
  for (const ridge of [0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.3, 1]) {
    const matrix = covariance.slice()
    for (let a = 0; a < size; a++) matrix[a * size + a]! *= 1 + ridge
    const factor = cholesky(matrix, size)
    if (factor === undefined) continue
    const model = { mean, factor }
    const nll = meanNll(model, validation)
    if (best === undefined || nll < best.nll) best = { nll, model }
  }
  if (best === undefined) throw new Error('gaussianTestNll: no ridge makes the covariance positive definite')
  return meanNll(best.model, test)
}
