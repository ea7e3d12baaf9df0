/** Affine couplings with linear layers in QR form between (Hoogeboom et al. 2019, §4.2). */
import { type Template, startOf, training, widthFor } from './template.ts'

/** The nearest published: the same flow, its mixing in another form. */
const GLOW = 'Kingma & Dhariwal 2018, Glow, also in Grathwohl et al. 2019, Table 2: mixing of channels, not in QR form'

export const linearQr: Template = {
  id: 'linear-qr',
  title: 'Couplings with QR mixing',
  summary: 'Eight affine couplings, and before each a learned rotation and triangular matrix that mixes all dimensions.',
  source: 'Hoogeboom, van den Berg & Welling 2019, Emerging Convolutions for Generative Normalizing Flows',
  results: [
    { data: 'CIFAR-10', figure: '3.35', unit: 'bits/dim', source: GLOW },
    { data: 'MNIST', figure: '1.05', unit: 'bits/dim', source: GLOW },
  ],
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
              { id: 'firstMix', kind: 'qr-linear', options: { bias: true } },
              { id: 'first', kind: 'coupling', options },
              { id: 'secondMix', kind: 'qr-linear', options: { bias: true } },
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
