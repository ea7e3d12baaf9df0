/** Neural autoregressive flow (Huang et al. 2018, §3): each dimension through a monotone network of sigmoids. */
import { autoregressiveSteps } from './autoregressive-steps.ts'
import { modelOf, perceptron } from './stack.ts'
import { type Template, startOf } from './template.ts'

const LIKELIHOOD = 'log-likelihood, nats'
const TABULAR = 'Huang, Krueger, Lacoste & Courville 2018, density estimation, MAF-DDSF (5)'

export const naf: Template = {
  id: 'naf',
  title: 'Neural autoregressive flow',
  summary: 'Five layers of monotone networks of sigmoids, each dimension by those before it; sampling inverts them numerically.',
  source: 'Huang, Krueger, Lacoste & Courville 2018, Neural Autoregressive Flows',
  results: [
    { data: 'POWER', figure: '0.62', unit: LIKELIHOOD, source: TABULAR },
    { data: 'GAS', figure: '11.91', unit: LIKELIHOOD, source: TABULAR },
    { data: 'HEPMASS', figure: '−15.09', unit: LIKELIHOOD, source: TABULAR },
    { data: 'MINIBOONE', figure: '−8.86', unit: LIKELIHOOD, source: TABULAR },
    { data: 'BSDS300', figure: '157.73', unit: LIKELIHOOD, source: TABULAR },
  ],
  measured: { data: 'Two moons', figure: '< 0.01', unit: 'nats above the entropy' },
  build(event, { couplings = 5, ...network } = {}) {
    const start = startOf(event)
    const options = { transformer: { kind: 'deep-sigmoidal' }, conditioner: perceptron('made', start, network, 'elu') }
    return modelOf(start, [autoregressiveSteps(start, options, couplings, 'actnorm')])
  },
}
