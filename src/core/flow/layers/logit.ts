/**
 * Logit: takes data between two bounds to the reals, away from the edges by a margin α:
 *   p = α + (1 − 2α)(x − low)/(high − low),   z = log p − log(1 − p).
 * logDet = Σ [−log p − log(1 − p) + log((1 − 2α)/(high − low))], with −log p − log(1 − p) = softplus(z) + softplus(−z).
 * Both p and 1 − p are computed from x, and neither falls below 10⁻⁷: data outside of the bounds is clipped there.
 * Source: Dinh, Sohl-Dickstein & Bengio 2017, Density estimation using Real NVP, §4.1.
 */
import { accept, error, reject } from '../../issues.ts'
import { clamp, sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, log, maximum, mul, neg, sigmoid, softplus, sub } from '../../ir/tensor.ts'
import { defineLayer, eventSize } from '../layer.ts'
import { number } from '../options.ts'

/** Smallest distance of p from 0 and 1: what float32 still tells from 1. */
const MARGIN = 1e-7

interface Options { readonly low: number; readonly high: number; readonly alpha: number }

/** log|dz/dx| of the whole event, [N]. */
function logDet(z: Tensor, event: readonly number[], { low, high, alpha }: Options): Tensor {
  return add(sumEvent(add(softplus(z), softplus(neg(z)))), eventSize(event) * Math.log((1 - 2 * alpha) / (high - low)))
}

export default defineLayer({
  kind: 'logit',
  version: 1,
  options: {
    low: number({ label: 'Low', default: 0, minimum: -1e9, maximum: 1e9, help: 'Lower bound, in units of the data.' }),
    high: number({ label: 'High', default: 1, minimum: -1e9, maximum: 1e9, help: 'Upper bound, in the same units.' }),
    alpha: number({
      label: 'Margin α', default: 0.05, minimum: 1e-6, maximum: 0.49,
      help: 'How far the bounds stay from 0 and 1 before the logit; smaller spreads the edges further out.',
    }),
  },
  infer({ event, options: { low, high } }) {
    if (low < high) return accept({ event })
    return reject(error('logit-bounds', `expected high above low = ${low}, got ${high}`, {
      at: 'high', fix: 'set low and high to the smallest and the largest value that the data can take',
    }))
  },
  parameters: () => [],
  normalize({ options, event }, x) {
    const { low, high, alpha } = options
    const width = (high - low) / (1 - 2 * alpha)
    // The bounds at which p is 0 and 1, less the margin.
    const [first, last] = [low - alpha * width, high + alpha * width]
    const inside = clamp(x, first + MARGIN * width, last - MARGIN * width)
    const p = maximum(mul(sub(inside, first), 1 / width), MARGIN)
    const q = maximum(mul(sub(last, inside), 1 / width), MARGIN)
    const z = sub(log(p), log(q))
    return { out: z, logDet: logDet(z, event, options) }
  },
  generate({ options, event }, z) {
    const { low, high, alpha } = options
    const width = (high - low) / (1 - 2 * alpha)
    return { out: add(mul(sub(sigmoid(z), alpha), width), low), logDet: neg(logDet(z, event, options)) }
  },
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Takes data between two bounds to the reals.',
    latex: 'z = \\operatorname{logit}\\left(\\alpha + (1 - 2\\alpha)\\,\\frac{x - a}{b - a}\\right),\\ a \\le x \\le b',
    source: 'Dinh, Sohl-Dickstein & Bengio 2017, Density estimation using Real NVP, §4.1',
  },
  editor: { title: 'Logit', group: 'data', icon: 'logit' },
  laws: {
    cases: [
      { name: 'vector', event: [3] },
      { name: 'small margin', event: [2], options: { alpha: 1e-6 } },
      { name: 'image, other bounds', event: [2, 2, 1], options: { low: -1, high: 2, alpha: 0.01 } },
    ],
    domain: 'unit',
  },
})
