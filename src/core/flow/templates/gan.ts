/**
 * Adversarial training of a flow (Goodfellow et al. 2014; Grover et al. 2018): a Real NVP as the generator, whose
 * likelihood stays exact, against a discriminator.
 */
import { realnvp } from './realnvp.ts'
import { type Template, widthFor } from './template.ts'
import { eventSize } from '../layer.ts'

export const gan: Template = {
  id: 'gan',
  title: 'Adversarial flow',
  summary: 'Real NVP trained as the generator of a GAN; its exact likelihood shows what that does to it.',
  source: 'Goodfellow et al. 2014, Generative Adversarial Nets; Grover, Dhar & Ermon 2018, Flow-GAN',
  measured: { data: 'Two moons', figure: '112', unit: 'nats above the entropy' },
  build(event, options = {}) {
    const size = typeof event === 'number' ? event : eventSize(event)
    const { design, training } = realnvp.build(event, options)
    return {
      design,
      training: {
        ...training, learningRate: 5e-4, schedule: 'constant',
        // The newest weights: the likelihood is not what is trained, so its best step says nothing.
        keepBest: false,
        objective: {
          kind: 'adversarial', penalty: 1,
          discriminator: { kind: 'mlp', width: widthFor(size), depth: 2, activation: 'leaky-relu' },
        },
      },
    }
  },
}
