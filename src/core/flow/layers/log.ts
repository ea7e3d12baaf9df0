/**
 * Logarithm, element by element, of positive data: z = log(x − low).
 * logDet = −Σ z. Data at or below `low` is clipped to e⁻⁴⁰ above it; generating clips z to ±40, where e^z and its
 * square are numbers of float32.
 */
import { accept } from '../../issues.ts'
import { clamp, sumEvent } from '../../ir/compositions.ts'
import { add, exp, log, maximum, neg, sub } from '../../ir/tensor.ts'
import { LARGEST_LOG } from '../bounded.ts'
import { defineLayer } from '../layer.ts'
import { number } from '../options.ts'

export default defineLayer({
  kind: 'log',
  version: 1,
  options: {
    low: number({
      label: 'Low', default: 0, minimum: -1e9, maximum: 1e9,
      help: 'Lower bound, in units of the data, which lies above it.',
    }),
  },
  infer: ({ event }) => accept({ event }),
  parameters: () => [],
  normalize({ options: { low } }, x) {
    const z = log(maximum(low === 0 ? x : sub(x, low), Math.exp(-LARGEST_LOG)))
    return { out: z, logDet: neg(sumEvent(z)) }
  },
  generate({ options: { low } }, z) {
    const inside = clamp(z, -LARGEST_LOG, LARGEST_LOG)
    return { out: low === 0 ? exp(inside) : add(exp(inside), low), logDet: sumEvent(inside) }
  },
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Takes positive data, such as prices and durations, to the reals.',
    latex: 'z = \\log(x - x_{\\min})',
    source: 'Papamakarios et al. 2021, Normalizing Flows for Probabilistic Modeling and Inference, §2.2',
  },
  editor: { title: 'Log', group: 'data', icon: 'logarithm' },
  laws: {
    cases: [
      { name: 'vector', event: [3] },
      { name: 'above a bound', event: [2], options: { low: -1 } },
      { name: 'image', event: [2, 1, 2] },
    ],
    domain: 'positive',
  },
})
