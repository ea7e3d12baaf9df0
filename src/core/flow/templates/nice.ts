/** NICE (Dinh, Krueger & Bengio 2014): additive couplings, a diagonal scaling and a logistic base, §3 and §5.1. */
import { couplingOptions, couplingPairs } from './coupling-pairs.ts'
import { modelOf } from './stack.ts'
import { type Template, startOf } from './template.ts'

const LIKELIHOOD = 'log-likelihood, nats'

export const nice: Template = {
  id: 'nice',
  title: 'NICE',
  summary: 'Six additive couplings and one scaling: simple, volume-preserving but for the last layer, and quick.',
  source: 'Dinh, Krueger & Bengio 2014, NICE: Non-linear Independent Components Estimation',
  results: [
    { data: 'MNIST', figure: '1980.50', unit: LIKELIHOOD, source: 'Dinh, Krueger & Bengio 2014, §5.1; 4.36 bits/dim' },
  ],
  measured: { data: 'Two moons', figure: '0.13', unit: 'nats above the entropy' },
  build(event, { couplings = 6, ...network } = {}) {
    const start = startOf(event)
    const pairs = couplingPairs(couplingOptions(start, { kind: 'additive' }, network), couplings)
    return modelOf(start, [...pairs, { id: 'scaling', kind: 'diagonal-scaling' }], { base: 'logistic' })
  },
}
