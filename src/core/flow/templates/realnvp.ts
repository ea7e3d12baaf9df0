/** Real NVP (Dinh, Sohl-Dickstein & Bengio 2017): affine couplings on alternating sides, normalised between (§3.7). */
import { couplingOptions, couplingPairs } from './coupling-pairs.ts'
import { modelOf } from './stack.ts'
import { type Template, startOf } from './template.ts'

const LIKELIHOOD = 'log-likelihood, nats'
const TABULAR = 'Papamakarios, Pavlakou & Murray 2017, Table 1, Real NVP (10)'

export const realnvp: Template = {
  id: 'realnvp',
  title: 'Real NVP',
  summary: 'Eight affine couplings that shift and scale each half by the other: the usual first choice.',
  source: 'Dinh, Sohl-Dickstein & Bengio 2017, Density estimation using Real NVP',
  results: [
    { data: 'CIFAR-10', figure: '3.49', unit: 'bits/dim', source: 'Dinh, Sohl-Dickstein & Bengio 2017, Table 1' },
    { data: 'POWER', figure: '0.17', unit: LIKELIHOOD, source: TABULAR },
    { data: 'GAS', figure: '8.33', unit: LIKELIHOOD, source: TABULAR },
    { data: 'HEPMASS', figure: '−18.71', unit: LIKELIHOOD, source: TABULAR },
    { data: 'MINIBOONE', figure: '−13.84', unit: LIKELIHOOD, source: TABULAR },
    { data: 'BSDS300', figure: '153.28', unit: LIKELIHOOD, source: TABULAR },
  ],
  usual: 'Eight couplings',
  variants: [{ id: 'five', title: 'Five couplings, as in lectures', options: { couplings: 5 } }],
  measured: { data: 'Two moons', figure: '0.01', unit: 'nats above the entropy' },
  build(event, { couplings = 8, ...network } = {}) {
    const start = startOf(event)
    return modelOf(start, couplingPairs(couplingOptions(start, { kind: 'affine' }, network), couplings, 'actnorm'))
  },
}
