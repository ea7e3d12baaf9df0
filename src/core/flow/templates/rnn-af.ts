/** Recurrent autoregressive flow: one GRU walks along the dimensions, with the same parameters for each. */
import { autoregressiveSteps } from './autoregressive-steps.ts'
import { modelOf } from './stack.ts'
import { type Template, startOf, widthFor } from './template.ts'

const LIKELIHOOD = 'log-likelihood, nats'
const TABULAR = 'Oliva et al. 2018, TAN: recurrent maps, with linear ones and mixtures besides'

export const rnnAf: Template = {
  id: 'rnn-af',
  title: 'Recurrent autoregressive flow',
  summary: 'Four layers whose parameters come from a recurrent network: small however many the dimensions, one by one both ways.',
  source: 'Oliva et al. 2018, Transformation Autoregressive Networks; Kingma et al. 2016; Cho et al. 2014 for the recurrent unit',
  results: [
    { data: 'POWER', figure: '0.60', unit: LIKELIHOOD, source: TABULAR },
    { data: 'GAS', figure: '12.06', unit: LIKELIHOOD, source: TABULAR },
    { data: 'HEPMASS', figure: '−13.78', unit: LIKELIHOOD, source: TABULAR },
    { data: 'MINIBOONE', figure: '−11.01', unit: LIKELIHOOD, source: TABULAR },
    { data: 'BSDS300', figure: '159.80', unit: LIKELIHOOD, source: TABULAR },
  ],
  measured: { data: 'Two moons', figure: '< 0.01', unit: 'nats above the entropy' },
  build(event, { couplings = 4, width } = {}) {
    const start = startOf(event)
    const options = {
      transformer: { kind: 'rational-quadratic', bins: 8, bound: 5 },
      conditioner: { kind: 'gru', width: width ?? Math.min(widthFor(start.size), 128) },
    }
    return modelOf(start, [autoregressiveSteps(start, options, couplings, 'actnorm')])
  },
}
