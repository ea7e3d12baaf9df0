/**
 * Maximum likelihood, which is the forward Kullback–Leibler divergence up to the entropy of the data:
 * loss = −mean log p(x) over the batch, in nats (Papamakarios et al. 2021, eq. 13).
 */
import type { Tensor } from '../ir/graph.ts'
import { mean } from '../ir/compositions.ts'
import { neg } from '../ir/tensor.ts'
import { density } from '../programs/density.ts'
import { defineObjective } from './objective.ts'

function given(x: Tensor | undefined): Tensor {
  if (x === undefined) throw new Error('maximum-likelihood: takes a batch of data')
  return x
}

export const maximumLikelihood = defineObjective({
  kind: 'maximum-likelihood',
  title: 'Maximum likelihood',
  options: {},
  takesData: true,
  takesTarget: false,
  likelihood: 'exact',
  loss({ flow, inputs }, x) {
    const { logProb, buffers } = density(flow, inputs, given(x))
    return { loss: neg(mean(logProb, [0])), buffers }
  },
  evaluate({ flow, inputs }, x) {
    const { logProb, out } = density(flow, inputs, given(x))
    return { logProb, z: out }
  },
  docs: {
    summary: 'Minimises −log p of the data, the forward Kullback–Leibler divergence up to their entropy.',
    latex: '\\mathcal L = -\\tfrac1N \\sum_n \\log p(x_n)',
    source: 'Papamakarios et al. 2021, Normalizing flows for probabilistic modeling and inference, eq. 13',
  },
})
