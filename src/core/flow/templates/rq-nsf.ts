/** Neural spline flow with couplings (Durkan et al. 2019, §4.1): RQ splines, and linear layers in LU form between. */
import { mixedPairs } from './coupling-pairs.ts'
import { splineParts } from './neural-spline.ts'
import { modelOf } from './stack.ts'
import { type Template, startOf } from './template.ts'

export const rqNsf: Template = {
  id: 'rq-nsf',
  title: 'Neural spline flow',
  summary: 'Eight spline couplings with linear layers between: sharp, many-moded densities.',
  source: 'Durkan, Bekasov, Murray & Papamakarios 2019, Neural Spline Flows',
  results: [
    { data: 'CIFAR-10', figure: '3.38', unit: 'bits/dim', source: 'Durkan, Bekasov, Murray & Papamakarios 2019, RQ-NSF with couplings' },
  ],
  measured: { data: 'Two moons', figure: '< 0.01', unit: 'nats above the entropy' },
  build(event, { couplings = 8, ...network } = {}) {
    const start = startOf(event)
    const options = { mask: start.mask, ...splineParts(start, 'mlp', network) }
    return modelOf(start, [mixedPairs(options, couplings, { kind: 'linear' })])
  },
}
