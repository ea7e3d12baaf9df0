/** Masked autoregressive flow (Papamakarios et al. 2017, §3 and §4.1): affine layers, the order turned around between. */
import { type Template, startOf, training, widthFor } from './template.ts'

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
  build(event, { couplings = 5, width, depth = 2 } = {}) {
    const start = startOf(event)
    const conditioner = { kind: 'made', width: width ?? widthFor(start.size), depth, activation: 'relu' }
    return {
      design: {
        event: start.event,
        layers: [
          ...start.layers,
          {
            id: 'steps', kind: 'repeat', times: couplings,
            layers: [
              { id: 'step', kind: 'autoregressive', options: { transformer: { kind: 'affine' }, conditioner } },
              { id: 'norm', kind: 'actnorm' },
              ...(start.size > 1 ? [{ id: 'turn', kind: 'permutation' }] : []),
            ],
          },
        ],
        base: { kind: 'gaussian' },
      },
      training,
    }
  },
}
