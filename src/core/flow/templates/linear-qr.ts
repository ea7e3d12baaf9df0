/** Affine couplings with linear layers in QR form between (Hoogeboom et al. 2019). */
import { couplingOptions, mixedPairs } from './coupling-pairs.ts'
import { modelOf } from './stack.ts'
import { type Template, startOf } from './template.ts'

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
  measured: { data: 'Two moons', figure: '0.02', unit: 'nats above the entropy' },
  build(event, { couplings = 8, ...network } = {}) {
    const start = startOf(event)
    const options = couplingOptions(start, { kind: 'affine' }, network)
    return modelOf(start, [mixedPairs(options, couplings, { kind: 'qr-linear', options: { bias: true } })])
  },
}
