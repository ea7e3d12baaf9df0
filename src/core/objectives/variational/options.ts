/** Options that every variational objective has. */
import { conditioners } from '../../flow/conditioners/index.ts'
import { choice, integer, number, part } from '../../flow/options.ts'
import type { LikelihoodKind } from './likelihood.ts'

export const variationalFields = {
  dimensions: integer({
    label: 'Data dimensions', default: 2, minimum: 1, maximum: 65_536,
    help: 'Number of columns of the data; the event of the flow is the latent space.',
  }),
  likelihood: choice<LikelihoodKind>({
    label: 'Likelihood', default: 'gaussian', choices: { bernoulli: 'Bernoulli', gaussian: 'Gaussian' },
    help: 'What the decoder says of the data: independent coins, or normals with a learned deviation a dimension.',
  }),
  threshold: number({
    label: 'Threshold', default: 0.5, minimum: -1e9, maximum: 1e9, when: { likelihood: 'bernoulli' },
    help: 'For the Bernoulli likelihood: data above it count as 1, the others as 0.',
  }),
  encoder: part({ label: 'Encoder', default: 'mlp', parts: conditioners, help: 'The network from the data to the posterior.' }),
  warmup: number({
    label: 'KL warm-up', default: 0.5, minimum: 0, maximum: 1,
    help: 'Fraction of the steps over which the weight of the divergence from the prior rises from 0 to 1.',
  }),
  trainingSamples: integer({
    label: 'Samples in training', default: 1, minimum: 1, maximum: 256,
    help: 'Posterior samples of an example in a step; more than 1 trains the importance-weighted bound.',
  }),
  samples: integer({
    label: 'Samples in evaluation', default: 64, minimum: 1, maximum: 4096,
    help: 'Posterior samples of an example when it is evaluated: the bound gets tighter with more.',
  }),
} as const

/** Weight of the divergence at a step: rises evenly over the warm-up. */
export function klWeight(warmup: number, step: number, steps: number): number {
  return warmup === 0 ? 1 : Math.min(1, step / (warmup * steps))
}
