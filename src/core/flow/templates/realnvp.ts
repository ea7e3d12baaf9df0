/** Real NVP (Dinh, Sohl-Dickstein & Bengio 2017): affine couplings on alternating sides, normalised between (§3.7). */
import { type Template, startOf, training, widthFor } from './template.ts'

export const realnvp: Template = {
  id: 'realnvp',
  title: 'Real NVP',
  summary: 'Eight affine couplings that shift and scale each half by the other: the usual first choice.',
  source: 'Dinh, Sohl-Dickstein & Bengio 2017, Density estimation using Real NVP',
  build(event, { couplings = 8, width, depth = 2 } = {}) {
    const start = startOf(event)
    const options = {
      mask: start.mask, transformer: { kind: 'affine' },
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
              { id: 'firstNorm', kind: 'actnorm' },
              { id: 'second', kind: 'coupling', options: { ...options, swap: true } },
              { id: 'secondNorm', kind: 'actnorm' },
            ],
          },
        ],
        base: { kind: 'gaussian' },
      },
      training,
    }
  },
}
