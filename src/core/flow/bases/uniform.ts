/**
 * Uniform on the unit cube (0, 1)^D: log p(z) = 0 inside. For flows that end in a sigmoid.
 *
 * Outside, where log p is −∞, a penalty takes its place that training can live with: −10⁴ · d²/(d + 10⁻⁴) for each
 * dimension, d being its distance from the interval. It starts flat, soon falls by 10⁴ nats per unit, and lets no more
 * than 3·10⁻⁴ of mass into the outside of one dimension.
 */
import { sumEvent } from '../../ir/compositions.ts'
import { add, div, mul, neg, relu, sub } from '../../ir/tensor.ts'
import { defineBase } from '../base.ts'

const STEEPNESS = 1e4
const ROUNDING = 1e-4

export default defineBase({
  kind: 'uniform',
  title: 'Uniform',
  options: {},
  parameters: () => [],
  logProb(_ctx, _site, z) {
    const distance = add(relu(neg(z)), relu(sub(z, 1)))
    return mul(sumEvent(mul(distance, div(distance, add(distance, ROUNDING)))), -STEEPNESS)
  },
  noise: 'uniform',
  sample: (_ctx, _site, noise, temperature) => add(mul(sub(noise, 0.5), temperature), 0.5),
  support: 'unit',
  docs: {
    summary: 'Independent dimensions, uniform between 0 and 1; put a sigmoid before it.',
    latex: 'p(z) = 1 \\text{ on } (0, 1)^D',
    source: 'Papamakarios et al. 2021, Normalizing Flows for Probabilistic Modeling and Inference, §2.2',
  },
})
