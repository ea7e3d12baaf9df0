/**
 * Bayesian logistic regression: the posterior of the weights w = (w₁ … w_F, intercept), given examples with a label 0 or
 * 1 and a Gaussian prior of standard deviation τ on every weight,
 *   log p̃(w) = Σ_r [y_r s_r − softplus(s_r)] − ½‖w‖²/τ² − D log τ − (D/2) log 2π,   s_r = w·(features_r, 1).
 * The prior is normalised, so Z is the marginal likelihood (evidence) of the labels.
 * Source: Bishop 2006, Pattern Recognition and Machine Learning, §4.5.
 */
import { number } from '../flow/options.ts'
import { add, matmul, mul, reduceSum, reshape, softplus, square, sub } from '../ir/tensor.ts'
import { type Issue, error } from '../issues.ts'
import { type TargetSite, defineTarget } from './definition.ts'
import type { TargetTable } from './target.ts'

interface Options { readonly prior: number }

function tableOf({ table }: TargetSite<Options>): TargetTable {
  if (table === undefined) throw new Error('logistic-regression: its table was not read')
  return table
}

/** Features with a column of ones, [D, rows], and y·features summed over the rows, [D]. */
function transposed({ features, labels, rows, columns }: TargetTable): { readonly design: Float64Array; readonly sums: Float64Array } {
  const width = columns.length
  const design = new Float64Array((width + 1) * rows).fill(1)
  const sums = new Float64Array(width + 1)
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i <= width; i++) {
      const value = i < width ? (features[row * width + i] as number) : 1
      design[i * rows + row] = value
      sums[i] = (sums[i] as number) + (labels[row] as number) * value
    }
  }
  return { design, sums }
}

function checkDimension(site: TargetSite<Options>): readonly Issue[] {
  const wanted = tableOf(site).columns.length + 1
  if (site.dimension === wanted) return []
  return [error('target-dimension', `there are ${wanted} weights, one for each of ${wanted - 1} columns and the intercept; the design has ${site.dimension} dimensions`, {
    fix: `make a design for it with \`flowsmith new TEMPLATE --dim ${wanted} --out DESIGN.json\``,
  })]
}

export const logisticRegression = defineTarget({
  kind: 'logistic-regression',
  title: 'Bayesian logistic regression',
  options: {
    prior: number({
      label: 'Prior', default: 1, minimum: 1e-6, maximum: 1e6, help: 'Standard deviation of the Gaussian prior on every weight.',
    }),
  },
  argument: 'file',
  dimensions: (table) => (table?.columns.length ?? 0) + 1,
  check: checkDimension,
  logDensity(site, w) {
    const { options: { prior }, dimension } = site
    const { rows } = tableOf(site)
    const { design, sums } = transposed(tableOf(site))
    const batch = w.shape[0] ?? 'N'
    const scores = matmul(w, w.graph.constant(design, [dimension, rows]))
    const positive = reshape(matmul(w, w.graph.constant(sums, [dimension, 1])), [batch])
    const logPrior = sub(mul(reduceSum(square(w), [1]), -0.5 / prior ** 2), dimension * (Math.log(prior) + 0.5 * Math.log(2 * Math.PI)))
    return add(sub(positive, reduceSum(softplus(scores), [1])), logPrior)
  },
  width: (site) => 2 * tableOf(site).rows,
  docs: {
    summary: 'The posterior of the weights of a logistic regression on a table with a label of 0 or 1.',
    latex: '\\log \\tilde p(w) = \\sum_r \\left[y_r s_r - \\log(1 + e^{s_r})\\right] + \\log \\mathcal N(w;\\, 0, \\tau^2 I),\\ s_r = w \\cdot (x_r, 1)',
    source: 'Bishop 2006, Pattern Recognition and Machine Learning, §4.5',
  },
})
