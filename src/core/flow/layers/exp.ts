/**
 * Exponential, element by element: z = e^x takes the reals to the positive ones; the logarithm when it generates.
 * logDet = Σ x. x is clipped to ±40, where e^x and its square are numbers of float32; generating clips z to e⁻⁴⁰.
 */
import { accept } from '../../issues.ts'
import { clamp, sumEvent } from '../../ir/compositions.ts'
import { exp, log, maximum, neg } from '../../ir/tensor.ts'
import { LARGEST_LOG } from '../bounded.ts'
import { defineLayer } from '../layer.ts'

export default defineLayer({
  kind: 'exp',
  version: 1,
  options: {},
  infer: ({ event }) => accept({ event }),
  parameters: () => [],
  normalize(_ctx, x) {
    const inside = clamp(x, -LARGEST_LOG, LARGEST_LOG)
    return { out: exp(inside), logDet: sumEvent(inside) }
  },
  generate(_ctx, z) {
    const x = log(maximum(z, Math.exp(-LARGEST_LOG)))
    return { out: x, logDet: neg(sumEvent(x)) }
  },
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Takes the reals to the positive numbers; data that is a logarithm becomes what it is the logarithm of.',
    latex: 'z = e^{x}',
    source: 'Papamakarios et al. 2021, Normalizing Flows for Probabilistic Modeling and Inference, §2.2',
  },
  editor: { title: 'Exp', group: 'elementwise', icon: 'exponential' },
  laws: {
    cases: [{ name: 'vector', event: [3] }, { name: 'image', event: [2, 1, 2] }],
    domain: 'real',
    range: 'positive',
  },
})
