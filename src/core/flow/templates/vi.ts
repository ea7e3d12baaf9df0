/**
 * Variational inference (Rezende & Mohamed 2015): spline couplings with linear layers between, fitted by reverse KL to a
 * density that is known up to its constant. The couplings have their formula in the generating direction, the one that is
 * trained: through the inverse of a spline gradients have heavy tails, which clipping turns into a drift. The base is
 * logistic: in a box its samples begin as uniform ones. Eight couplings come within about a hundredth of a nat of U1–U4
 * from any first weights; of four, some lose a part of them.
 */
import { type Template, startOf, training, widthFor } from './template.ts'

const BOUND = 6

export const vi: Template = {
  id: 'vi',
  title: 'Variational inference',
  summary: 'Spline couplings fitted to a density known up to its constant, such as U1–U4, without data.',
  source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows',
  build(event, { couplings = 8, width, depth = 2 } = {}) {
    const { event: shape, size, mask } = startOf(event)
    const options = {
      mask,
      transformer: { kind: 'rational-quadratic', bins: 8, bound: BOUND },
      conditioner: { kind: 'mlp', width: width ?? widthFor(size), depth, activation: 'relu' },
      direction: 'generating',
    }
    return {
      design: {
        event: shape,
        layers: [
          ...(shape.length === 1 ? [] : [{ id: 'flatten', kind: 'flatten' }]),
          {
            id: 'pairs', kind: 'repeat', times: Math.ceil(couplings / 2),
            layers: [
              { id: 'firstMix', kind: 'linear' },
              { id: 'first', kind: 'coupling', options },
              { id: 'secondMix', kind: 'linear' },
              { id: 'second', kind: 'coupling', options: { ...options, swap: true } },
            ],
          },
        ],
        base: { kind: 'logistic' },
      },
      training: { ...training, steps: 1500, learningRate: 2e-3, clipNorm: 20, objective: { kind: 'reverse-kl' } },
      target: { source: size === 2 ? 'u1' : 'mixture' },
    }
  },
}
