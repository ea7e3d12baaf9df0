/**
 * Variational inference (Rezende & Mohamed 2015): spline couplings with linear layers between, fitted by reverse KL to a
 * density that is known up to its constant. The couplings have their formula in the generating direction, the one that is
 * trained: through the inverse of a spline gradients have heavy tails, which clipping turns into a drift. The base is
 * logistic: in a box its samples begin as uniform ones. Eight couplings come within about a hundredth of a nat of U1–U4
 * from any first weights; of four, some lose a part of them.
 */
import { couplingOptions, mixedPairs } from './coupling-pairs.ts'
import { modelOf } from './stack.ts'
import { type Template, startOf } from './template.ts'

const BOUND = 6

export const vi: Template = {
  id: 'vi',
  title: 'Variational inference',
  summary: 'Spline couplings fitted to a density known up to its constant, such as U1–U4, without data.',
  source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows',
  measured: { data: 'U1', figure: '0.01', unit: 'nats from log Z' },
  build(event, { couplings = 8, ...network } = {}) {
    const start = startOf(event)
    const options = couplingOptions(start, { kind: 'rational-quadratic', bins: 8, bound: BOUND }, network)
    const pairs = mixedPairs({ ...options, direction: 'generating' }, couplings, { kind: 'linear' })
    // There are no data to standardise.
    const bare = { ...start, layers: start.layers.filter(({ kind }) => kind !== 'standardize') }
    const trained = { steps: 1500, learningRate: 2e-3, clipNorm: 20, objective: { kind: 'reverse-kl' } }
    return { ...modelOf(bare, [pairs], { base: 'logistic', trained }), target: { source: start.size === 2 ? 'u1' : 'mixture' } }
  },
}
