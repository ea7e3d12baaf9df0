/**
 * Box: takes data between two bounds to the reals, all of it and nothing else,
 *   x = low + w·σ(z),   z = log(x − low) − log(high − x),   w = high − low.
 * Generating: logDet = Σ [log w + log σ(z) + log σ(−z)] = Σ [log w − softplus(z) − softplus(−z)], exact even where σ has
 * run into 0 or 1. Normalizing takes neither distance as smaller than 10⁻⁷ w, so that an x on a bound does no harm.
 * Outside, where the density is 0, a penalty stands for log 0 that training can live with, as in the uniform base:
 * −10⁴ · d²/(d + 10⁻⁴) in the log-determinant, d being the distance from the box in widths.
 *
 * The logit layer keeps a margin from the bounds, for data that lie on them; here a flow's samples never leave the box.
 * Behind it a logistic base is the uniform distribution on the box.
 */
import { accept, error, reject } from '../../issues.ts'
import { sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, div, log, maximum, mul, neg, relu, sigmoid, softplus, sub } from '../../ir/tensor.ts'
import { defineLayer, eventSize } from '../layer.ts'
import { number } from '../options.ts'

/** Smallest distance from a bound, in widths of the box: what float32 still tells from 1. */
const MARGIN = 1e-7

const STEEPNESS = 1e4
const ROUNDING = 1e-4

interface Options { readonly low: number; readonly high: number }

/** log|dx/dz| of the whole event, [N], from z. */
function logDet(z: Tensor, event: readonly number[], { low, high }: Options): Tensor {
  return sub(eventSize(event) * Math.log(high - low), sumEvent(add(softplus(z), softplus(neg(z)))))
}

/** What stands for log 0 outside of the box, [N]; 0 inside. */
function penalty(x: Tensor, { low, high }: Options): Tensor {
  const distance = mul(add(relu(sub(low, x)), relu(sub(x, high))), 1 / (high - low))
  return mul(sumEvent(mul(distance, div(distance, add(distance, ROUNDING)))), STEEPNESS)
}

export default defineLayer({
  kind: 'box',
  version: 1,
  options: {
    low: number({ label: 'Low', default: 0, minimum: -1e9, maximum: 1e9, help: 'Lower bound, in units of the data.' }),
    high: number({ label: 'High', default: 1, minimum: -1e9, maximum: 1e9, help: 'Upper bound, in the same units.' }),
  },
  infer({ event, options: { low, high } }) {
    if (low < high) return accept({ event })
    return reject(error('box-bounds', `expected high above low = ${low}, got ${high}`, {
      at: 'high', fix: 'set low and high to the bounds between which the density lives',
    }))
  },
  parameters: () => [],
  normalize({ options, event }, x) {
    const { low, high } = options
    const least = MARGIN * (high - low)
    const z = sub(log(maximum(sub(x, low), least)), log(maximum(sub(high, x), least)))
    return { out: z, logDet: neg(add(logDet(z, event, options), penalty(x, options))) }
  },
  generate({ options, event }, z) {
    const { low, high } = options
    return { out: add(mul(sigmoid(z), high - low), low), logDet: logDet(z, event, options) }
  },
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Keeps a flow between two bounds: its samples never leave the box.',
    latex: 'x = a + (b - a)\\,\\sigma(z)',
    source: 'Papamakarios et al. 2021, Normalizing Flows for Probabilistic Modeling and Inference, §2.2 (unit cube)',
  },
  editor: { title: 'Box', group: 'data', icon: 'logit' },
  laws: {
    cases: [
      { name: 'vector', event: [3] },
      { name: 'image, other bounds', event: [2, 2, 1], options: { low: -1, high: 2 } },
    ],
    domain: 'unit',
  },
})
