/**
 * Variational inference (Rezende & Mohamed 2015): spline couplings with linear layers between, fitted by reverse KL to a
 * density that is known up to its constant. The base is logistic: in a box its samples begin as uniform ones.
 */
import { type Template, startOf, training, widthFor } from './template.ts'

const BOUND = 6

export const vi: Template = {
  id: 'vi',
  title: 'Variational inference',
  summary: 'Spline couplings fitted to a density known up to its constant, such as U1–U4, without data.',
  source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows',
  build(event, { couplings = 4, width, depth = 2 } = {}) {
    const { event: shape, size, mask } = startOf(event)
    const options = {
      mask,
      transformer: { kind: 'rational-quadratic', bins: 16, bound: BOUND },
      conditioner: { kind: 'mlp', width: width ?? widthFor(size), depth, activation: 'relu' },
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
      training: { ...training, steps: 2000, learningRate: 2e-3, objective: { kind: 'reverse-kl' } },
      target: { source: size === 2 ? 'u1' : 'mixture' },
    }
  },
}
