/** NICE (Dinh, Krueger & Bengio 2014): additive couplings, a diagonal scaling and a logistic base, §3 and §5.1. */
import { type Template, startOf, training, widthFor } from './template.ts'

const LIKELIHOOD = 'log-likelihood, nats'

export const nice: Template = {
  id: 'nice',
  title: 'NICE',
  summary: 'Six additive couplings and one scaling: simple, volume-preserving but for the last layer, and quick.',
  source: 'Dinh, Krueger & Bengio 2014, NICE: Non-linear Independent Components Estimation',
  results: [
    { data: 'MNIST', figure: '1980.50', unit: LIKELIHOOD, source: 'Dinh, Krueger & Bengio 2014, §5.1; 4.36 bits/dim' },
  ],
  build(event, { couplings = 6, width, depth = 2 } = {}) {
    const start = startOf(event)
    const options = {
      mask: start.mask, transformer: { kind: 'additive' },
      conditioner: { kind: 'mlp', width: width ?? widthFor(start.size), depth, activation: 'relu' },
    }
    return {
      design: {
        event: start.event,
        layers: [
          ...start.layers,
          {
            id: 'pairs', kind: 'repeat', times: Math.ceil(couplings / 2),
            layers: [
              { id: 'first', kind: 'coupling', options },
              { id: 'second', kind: 'coupling', options: { ...options, swap: true } },
            ],
          },
          { id: 'scaling', kind: 'diagonal-scaling' },
        ],
        base: { kind: 'logistic' },
      },
      training,
    }
  },
}
