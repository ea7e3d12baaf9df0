/** Inverse autoregressive flow (Kingma et al. 2016, §3 and §4): affine layers that generate in one pass. */
import { type Template, startOf, training, widthFor } from './template.ts'

export const iaf: Template = {
  id: 'iaf',
  title: 'Inverse autoregressive flow',
  summary: 'Four layers that sample in one pass and score one dimension at a time: made for posteriors and reverse KL.',
  source: 'Kingma, Salimans, Jozefowicz, Chen, Sutskever & Welling 2016, Improving Variational Inference with Inverse Autoregressive Flow',
  results: [
    { data: 'CIFAR-10', figure: '3.11', unit: 'bits/dim', source: 'Kingma et al. 2016, Table 2, as the posterior of a ResNet VAE' },
    { data: 'Binarised MNIST', figure: '−80.80', unit: 'bound, nats', source: 'Kingma et al. 2016, Table 1, depth 8, as the posterior of a VAE' },
  ],
  build(event, { couplings = 4, width, depth = 2 } = {}) {
    const start = startOf(event)
    const conditioner = { kind: 'made', width: width ?? widthFor(start.size), depth, activation: 'elu' }
    return {
      design: {
        event: start.event,
        layers: [
          ...start.layers,
          {
            id: 'steps', kind: 'repeat', times: couplings,
            layers: [
              { id: 'step', kind: 'autoregressive', options: { direction: 'inverse', transformer: { kind: 'affine' }, conditioner } },
              ...(start.size > 1 ? [{ id: 'turn', kind: 'permutation' }] : []),
            ],
          },
          { id: 'scaling', kind: 'diagonal-scaling' },
        ],
        base: { kind: 'gaussian' },
      },
      training,
    }
  },
}
