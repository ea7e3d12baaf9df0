/** Autoregressive neural spline flow (Durkan et al. 2019, §4.1): RQ splines, and linear layers in LU form between. */
import { hasFew, splineParts } from './neural-spline.ts'
import { modelOf, repeated } from './stack.ts'
import { type Template, startOf } from './template.ts'

const LIKELIHOOD = 'log-likelihood, nats'
const TABULAR = 'Durkan, Bekasov, Murray & Papamakarios 2019, Table 1, RQ-NSF (AR)'
/** On the rings it comes a third closer to the entropy than the usual rate. */
const RATE_FOR_FEW = 2e-3

export const arRqNsf: Template = {
  id: 'ar-rq-nsf',
  title: 'Autoregressive spline flow',
  summary: 'Five layers of splines, each dimension by those before it: the sharpest densities, sampled one by one.',
  source: 'Durkan, Bekasov, Murray & Papamakarios 2019, Neural Spline Flows',
  results: [
    { data: 'POWER', figure: '0.66', unit: LIKELIHOOD, source: TABULAR },
    { data: 'GAS', figure: '13.09', unit: LIKELIHOOD, source: TABULAR },
    { data: 'HEPMASS', figure: '−14.01', unit: LIKELIHOOD, source: TABULAR },
    { data: 'MINIBOONE', figure: '−9.22', unit: LIKELIHOOD, source: TABULAR },
    { data: 'BSDS300', figure: '157.31', unit: LIKELIHOOD, source: TABULAR },
  ],
  measured: { data: 'Two moons', figure: '< 0.01', unit: 'nats above the entropy' },
  build(event, { couplings = 5, ...network } = {}) {
    const start = startOf(event)
    const steps = repeated('steps', couplings, [
      { id: 'mix', kind: 'linear' },
      { id: 'step', kind: 'autoregressive', options: splineParts(start, 'made', network) },
    ])
    return modelOf(start, [steps], { trained: hasFew(start) ? { learningRate: RATE_FOR_FEW } : {} })
  },
}
