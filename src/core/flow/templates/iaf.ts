/** Inverse autoregressive flow (Kingma et al. 2016, §3 and §4): affine layers that generate in one pass. */
import { autoregressiveSteps } from './autoregressive-steps.ts'
import { modelOf, perceptron } from './stack.ts'
import { type Template, startOf } from './template.ts'

export const iaf: Template = {
  id: 'iaf',
  title: 'Inverse autoregressive flow',
  summary: 'Four layers that sample in one pass and score one dimension at a time: made for posteriors and reverse KL.',
  source: 'Kingma, Salimans, Jozefowicz, Chen, Sutskever & Welling 2016, Improving Variational Inference with Inverse Autoregressive Flow',
  results: [
    { data: 'CIFAR-10', figure: '3.11', unit: 'bits/dim', source: 'Kingma et al. 2016, Table 2, as the posterior of a ResNet VAE' },
    { data: 'Binarised MNIST', figure: '−80.80', unit: 'bound, nats', source: 'Kingma et al. 2016, Table 1, depth 8, as the posterior of a VAE' },
  ],
  measured: { data: 'Two moons', figure: '0.12', unit: 'nats above the entropy' },
  build(event, { couplings = 4, ...network } = {}) {
    const start = startOf(event)
    const conditioner = perceptron('made', start, network, 'elu')
    const options = { direction: 'inverse', transformer: { kind: 'affine' }, conditioner }
    return modelOf(start, [autoregressiveSteps(start, options, couplings), { id: 'scaling', kind: 'diagonal-scaling' }])
  },
}
