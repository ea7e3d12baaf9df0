/**
 * Leaky tanh, element by element: tanh between ±m, and beyond it straight on with the slope that it has there,
 *   z = tanh(c) + (1 − tanh² m) (x − c),   c = x clipped to [−m, m],
 * so that all reals are reached and no derivative is below 1 − tanh² m.
 * logDet = Σ log(1 − tanh² c) = 2 Σ [log 2 − c − softplus(−2c)]. Inverse: artanh between ±tanh m, straight beyond.
 * Source: flowjax (Ward), bijection LeakyTanh; tanh as in Papamakarios et al. 2021, §2.2.
 */
import { accept } from '../../issues.ts'
import { clamp, sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, log, mul, neg, softplus, sub, tanh } from '../../ir/tensor.ts'
import { defineLayer } from '../layer.ts'
import { number } from '../options.ts'

/** 1 − tanh² m, without cancellation. */
const slopeAt = (m: number): number => 1 / Math.cosh(m) ** 2

/** Σ log(1 − tanh² c), [N]. */
const logDetAt = (c: Tensor): Tensor =>
  sumEvent(mul(sub(sub(Math.LN2, c), softplus(mul(c, -2))), 2))

export default defineLayer({
  kind: 'leaky-tanh',
  version: 1,
  options: {
    bound: number({
      label: 'Bound', default: 3, minimum: 0.1, maximum: 5,
      help: 'm: tanh between −m and m, straight lines beyond; at 5 their slope is 2·10⁻⁴: float32 loses four digits.',
    }),
  },
  infer: ({ event }) => accept({ event }),
  parameters: () => [],
  normalize({ options: { bound } }, x) {
    const inside = clamp(x, -bound, bound)
    return { out: add(tanh(inside), mul(sub(x, inside), slopeAt(bound))), logDet: logDetAt(inside) }
  },
  generate({ options: { bound } }, z) {
    const end = Math.tanh(bound)
    const inside = clamp(z, -end, end)
    const c = mul(log(add(1, inside)), 0.5)
    // artanh as a difference of two logarithms, each of them of a number that is far from 0.
    const inner = sub(c, mul(log(sub(1, inside)), 0.5))
    return { out: add(inner, mul(sub(z, inside), 1 / slopeAt(bound))), logDet: neg(logDetAt(inner)) }
  },
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'tanh in the middle and straight lines beyond: squeezes far points towards the centre, and can be undone.',
    latex: 'z = \\tanh c + (1 - \\tanh^2 m)(x - c),\\quad c = \\min(\\max(x, -m), m)',
    source: 'Ward, flowjax: LeakyTanh; Papamakarios et al. 2021, Normalizing Flows for Probabilistic Modeling, §2.2',
  },
  editor: { title: 'Leaky tanh', group: 'elementwise', icon: 'tanh' },
  laws: {
    cases: [
      // Steep inverses drown the differences of the laws in rounding: the bounds are below the usual one.
      { name: 'vector', event: [3], options: { bound: 2 } },
      { name: 'small bound', event: [2], options: { bound: 0.7 } },
      { name: 'image', event: [2, 1, 2], options: { bound: 1.6 } },
    ],
    domain: 'real',
  },
})
