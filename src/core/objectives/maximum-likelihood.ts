/**
 * Maximum likelihood, which is the forward Kullback–Leibler divergence up to the entropy of the data:
 * loss = −mean log p(x) over the batch, in nats (Papamakarios et al. 2021, eq. 13).
 */
import { mean } from '../ir/compositions.ts'
import { neg } from '../ir/tensor.ts'
import { density } from '../programs/density.ts'
import { defineObjective } from './objective.ts'

export const maximumLikelihood = defineObjective({
  kind: 'maximum-likelihood',
  title: 'Maximum likelihood',
  takesData: true,
  loss(flow, inputs, x) {
    if (x === undefined) throw new Error('maximum-likelihood: takes a batch of data')
    const { logProb, buffers } = density(flow, inputs, x)
    return { loss: neg(mean(logProb, [0])), buffers }
  },
})
