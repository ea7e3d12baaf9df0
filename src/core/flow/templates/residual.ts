/** Residual flow (Chen et al. 2019): contractive residual blocks with actnorm between, and exact log-determinants in 2-D. */
import { type Template, startOf, training, widthFor } from './template.ts'

export const residual: Template = {
  id: 'residual',
  title: 'Residual flow',
  summary: 'Ten contractive residual blocks: every dimension changes in each of them, and no part of the network is fixed.',
  source: 'Chen, Behrmann, Duvenaud & Jacobsen 2019, Residual Flows for Invertible Generative Modeling',
  results: [
    { data: 'MNIST', figure: '0.970', unit: 'bits/dim', source: 'Chen et al. 2019, Table 2, Residual Flow' },
    { data: 'CIFAR-10', figure: '3.280', unit: 'bits/dim', source: 'Chen et al. 2019, Table 2, Residual Flow' },
    { data: 'ImageNet 32×32', figure: '4.010', unit: 'bits/dim', source: 'Chen et al. 2019, Table 2, Residual Flow' },
    { data: 'ImageNet 64×64', figure: '3.757', unit: 'bits/dim', source: 'Chen et al. 2019, Table 2, Residual Flow' },
  ],
  build(event, { couplings = 10, width, depth = 2 } = {}) {
    const start = startOf(event)
    return {
      design: {
        event: start.event,
        layers: [
          ...start.layers,
          {
            id: 'blocks', kind: 'repeat', times: couplings,
            layers: [
              { id: 'block', kind: 'residual', options: { width: width ?? widthFor(start.size), depth } },
              { id: 'norm', kind: 'actnorm' },
            ],
          },
        ],
        base: { kind: 'gaussian' },
      },
      training: { ...training, batch: 256, learningRate: 2e-2 },
    }
  },
}
