/** Masked autoregressive flow (Papamakarios et al. 2017, §3 and §4.1): affine layers, the order turned around between. */
import { autoregressiveSteps } from './autoregressive-steps.ts'
import { modelOf, perceptron } from './stack.ts'
import { type Template, startOf } from './template.ts'

const LIKELIHOOD = 'log-likelihood, nats'
const TABULAR = 'Papamakarios, Pavlakou & Murray 2017, Table 1, MAF (5)'

export const maf: Template = {
  id: 'maf',
  title: 'Masked autoregressive flow',
  summary: 'Five layers in which every dimension is shifted and scaled by those before it: one pass to score, one by one to sample.',
  source: 'Papamakarios, Pavlakou & Murray 2017, Masked Autoregressive Flow for Density Estimation',
  results: [
    { data: 'POWER', figure: '0.14', unit: LIKELIHOOD, source: TABULAR },
    { data: 'GAS', figure: '9.07', unit: LIKELIHOOD, source: TABULAR },
    { data: 'HEPMASS', figure: '−17.70', unit: LIKELIHOOD, source: TABULAR },
    { data: 'MINIBOONE', figure: '−11.75', unit: LIKELIHOOD, source: TABULAR },
    { data: 'BSDS300', figure: '155.69', unit: LIKELIHOOD, source: TABULAR },
  ],
  measured: { data: 'Two moons', figure: '0.03', unit: 'nats above the entropy' },
  build(event, { couplings = 5, ...network } = {}) {
    const start = startOf(event)
    const options = { transformer: { kind: 'affine' }, conditioner: perceptron('made', start, network) }
    return modelOf(start, [autoregressiveSteps(start, options, couplings, 'actnorm')])
  },
}
