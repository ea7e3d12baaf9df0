/**
 * Variational autoencoders (Kingma & Welling 2014): the design is the posterior's flow over the latents. Without layers
 * it is the standard one; `vae-planar` bends its posterior by planar flows (Rezende & Mohamed 2015, §6.2).
 */
import type { DesignNode } from '../design.ts'
import { eventSize } from '../layer.ts'
import { repeated } from './stack.ts'
import { type Model, type Template, type TemplateOptions, training, widthFor } from './template.ts'

/** Compares posteriors with the same encoder and decoder. */
const COMPARISON = 'van den Berg et al. 2018, also in Grathwohl et al. 2019, Table 3'

/** Data of more dimensions count as images, and those as black and white. */
const FEW = 16

/** A quarter of the data's dimensions, 2 … 16. */
const latentsFor = (size: number): number => Math.min(16, Math.max(2, Math.round(size / 4)))

function autoencoder(size: number, layers: readonly DesignNode[], { width = widthFor(size), depth = 2 }: TemplateOptions): Model {
  const network = { kind: 'mlp', width, depth, activation: 'silu' }
  return {
    design: { event: [latentsFor(size)], layers, base: { kind: 'class-gaussian' } },
    training: {
      ...training, batch: 128, learningRate: 2e-3,
      objective: {
        kind: 'elbo', dimensions: size, likelihood: size <= FEW ? 'gaussian' : 'bernoulli',
        features: Math.min(64, 4 * latentsFor(size)), encoder: network, decoder: network,
      },
    },
  }
}

export const vae: Template = {
  id: 'vae',
  title: 'Variational autoencoder',
  summary: 'Encoder, Gaussian posterior and decoder: no flow layers, the model that flow posteriors are compared with.',
  source: 'Kingma & Welling 2014, Auto-Encoding Variational Bayes',
  results: [
    { data: 'MNIST', figure: '−86.55', unit: 'bound, nats', source: `${COMPARISON}, no flow` },
  ],
  measured: { data: 'Binarised digits', figure: '−16.8', unit: 'nats, bound' },
  build: (event, options = {}) => autoencoder(typeof event === 'number' ? event : eventSize(event), [], options),
}

export const vaePlanar: Template = {
  id: 'vae-planar',
  title: 'VAE with planar posterior',
  summary: 'Ten planar flows bend the posterior of a variational autoencoder, each as the encoder says.',
  source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows',
  results: [
    { data: 'MNIST', figure: '−86.06', unit: 'bound, nats', source: `${COMPARISON}, planar flows` },
    { data: 'Binarised MNIST', figure: '−85.1', unit: 'bound, nats', source: 'Rezende & Mohamed 2015, 80 planar flows' },
  ],
  measured: { data: 'Binarised digits', figure: '−16.4', unit: 'nats, bound' },
  build(event, options = {}) {
    const planar: DesignNode = { id: 'planar', kind: 'planar', options: { direction: 'generating' } }
    const layers = [repeated('flow', options.couplings ?? 10, [planar])]
    return autoencoder(typeof event === 'number' ? event : eventSize(event), layers, options)
  },
}
