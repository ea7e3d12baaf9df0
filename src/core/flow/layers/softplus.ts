/**
 * Softplus, element by element: y = log(1 + e^t) takes the reals to the positive ones, and is nearly t for large t, so
 * that large values are not compressed as by a logarithm. Either direction of the flow may be the softplus.
 * log dy/dt = log σ(t) = −softplus(−t). Inverse: t = y + log(1 − e^−y) = softplus(y) + log tanh(y/2), which cancels
 * nowhere; y at or below 0 is clipped to e⁻⁴⁰.
 */
import { accept } from '../../issues.ts'
import { sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, log, maximum, mul, neg, softplus, tanh } from '../../ir/tensor.ts'
import { LARGEST_LOG } from '../bounded.ts'
import { type Directed, directionOption } from '../directions.ts'
import { type LayerContext, type LayerOutput, defineLayer } from '../layer.ts'

type Context = LayerContext<Directed>

const forward = (t: Tensor): LayerOutput => ({ out: softplus(t), logDet: neg(sumEvent(softplus(neg(t)))) })

function backward(y: Tensor): LayerOutput {
  const positive = maximum(y, Math.exp(-LARGEST_LOG))
  const logTanh = log(tanh(mul(positive, 0.5)))
  // −log σ(t) = −log(1 − e^−y).
  return { out: add(softplus(positive), logTanh), logDet: neg(sumEvent(add(logTanh, softplus(neg(positive))))) }
}

const run = ({ options }: Context, x: Tensor, at: Directed['direction']): LayerOutput =>
  options.direction === at ? forward(x) : backward(x)

export default defineLayer({
  kind: 'softplus',
  version: 1,
  options: {
    direction: directionOption('Generating is for positive data, which it takes to the reals.', 'generating'),
  },
  infer: ({ event }) => accept({ event }),
  parameters: () => [],
  normalize: (ctx, x) => run(ctx, x, 'normalizing'),
  generate: (ctx, z) => run(ctx, z, 'generating'),
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Takes positive data to the reals, gently: large values stay nearly as they are.',
    latex: 'x = \\log(1 + e^{z}) \\quad\\text{or}\\quad z = \\log(1 + e^{x})',
    source: 'Dugas et al. 2001, Incorporating Second-Order Functional Knowledge for Better Option Pricing, §2',
  },
  editor: { title: 'Softplus', group: 'elementwise', icon: 'softplus' },
  laws: {
    cases: [
      { name: 'generating', event: [3] },
      { name: 'normalizing', event: [2], options: { direction: 'normalizing' }, domain: 'real', range: 'positive' },
      { name: 'image', event: [2, 1, 2] },
    ],
    domain: 'positive',
  },
})
