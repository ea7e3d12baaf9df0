/** Neural spline flow with couplings (Durkan et al. 2019, §4.1): RQ splines, and linear layers in LU form between. */
import { type Template, startOf, training, widthFor } from './template.ts'

/** Standardised data lies within a few deviations; rotations and earlier layers move it a little further. */
const BOUND = 5
/**
 * Up to so many dimensions, more bins, for densities with edges, and plain networks instead of residual ones: on the
 * checkerboard and the eight Gaussians they come as close to the entropy at half the cost.
 */
const FEW = 4

export const rqNsf: Template = {
  id: 'rq-nsf',
  title: 'Neural spline flow',
  summary: 'Eight spline couplings with linear layers between: sharp, many-moded densities.',
  source: 'Durkan, Bekasov, Murray & Papamakarios 2019, Neural Spline Flows',
  results: [
    { data: 'CIFAR-10', figure: '3.38', unit: 'bits/dim', source: 'Durkan, Bekasov, Murray & Papamakarios 2019, RQ-NSF with couplings' },
  ],
  build(event, { couplings = 8, width, depth = 2 } = {}) {
    const start = startOf(event)
    const few = start.size <= FEW
    const options = {
      mask: start.mask,
      transformer: { kind: 'rational-quadratic', bins: few ? 16 : 8, bound: BOUND },
      conditioner: { kind: 'mlp', width: width ?? widthFor(start.size), depth, activation: 'relu', residual: !few },
    }
    return {
      design: {
        event: start.event,
        layers: [
          ...start.layers,
          {
            id: 'pairs', kind: 'repeat', times: Math.ceil(couplings / 2),
            layers: [
              { id: 'firstMix', kind: 'linear' },
              { id: 'first', kind: 'coupling', options },
              { id: 'secondMix', kind: 'linear' },
              { id: 'second', kind: 'coupling', options: { ...options, swap: true } },
            ],
          },
        ],
        base: { kind: 'gaussian' },
      },
      training,
    }
  },
}
