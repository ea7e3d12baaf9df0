/**
 * Sigmoid: takes the reals to the open unit interval, z = σ(x), for a base that lives there.
 * logDet = −Σ [softplus(x) + softplus(−x)] = Σ [log σ(x) + log σ(−x)], exact even where σ itself has run into 0 or 1.
 * Generating clips z to [10⁻⁷, 1 − 10⁻⁷], so that a z of exactly 0 or 1 does no harm.
 */
import { accept } from '../../issues.ts'
import { clamp, sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, log, neg, sigmoid, softplus, sub } from '../../ir/tensor.ts'
import { defineLayer } from '../layer.ts'

/** Smallest distance from 0 and 1: what float32 still tells from 1. */
const MARGIN = 1e-7

/** −log|dz/dx| of the whole event, [N], from x. */
const stretch = (x: Tensor): Tensor => sumEvent(add(softplus(x), softplus(neg(x))))

export default defineLayer({
  kind: 'sigmoid',
  version: 1,
  options: {},
  infer: ({ event }) => accept({ event }),
  parameters: () => [],
  normalize: (_ctx, x) => ({ out: sigmoid(x), logDet: neg(stretch(x)) }),
  generate(_ctx, z) {
    const inside = clamp(z, MARGIN, 1 - MARGIN)
    const x = sub(log(inside), log(sub(1, inside)))
    return { out: x, logDet: stretch(x) }
  },
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Takes the reals to the unit interval, for a base such as the uniform one.',
    latex: 'z = \\sigma(x) = \\frac{1}{1 + e^{-x}}',
    source: 'Papamakarios et al. 2021, Normalizing Flows for Probabilistic Modeling and Inference, §2.2 (unit cube)',
  },
  editor: { title: 'Sigmoid', group: 'elementwise', icon: 'sigmoid' },
  laws: {
    cases: [{ name: 'vector', event: [3] }, { name: 'image', event: [2, 1, 2] }],
    domain: 'real',
    range: 'unit',
  },
})
