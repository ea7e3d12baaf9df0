/**
 * Adam: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − α m̂ / (√v̂ + ε), in the form with both bias corrections in the
 * step size: α_t = α√(1−β₂ᵗ)/(1−β₁ᵗ), ε_t = ε√(1−β₂ᵗ) (Kingma & Ba 2015, algorithm 1 and the note at its end).
 * AdamW adds θ ← θ − αλθ, apart from the gradient, on weights only (Loshchilov & Hutter 2019, algorithm 2).
 */
import type { Tensor } from '../../ir/graph.ts'
import { add, div, mul, sqrt, square, sub } from '../../ir/tensor.ts'
import { number } from '../../flow/options.ts'
import { type OptimizerDefinition, defineOptimizer } from './optimizer.ts'

const shared = {
  beta1: number({ label: 'β₁', default: 0.9, minimum: 0, maximum: 0.9999, help: 'Decay of the mean of gradients, per step.' }),
  beta2: number({ label: 'β₂', default: 0.999, minimum: 0, maximum: 0.999999, help: 'Decay of the mean of squared gradients, per step.' }),
  epsilon: number({ label: 'ε', default: 1e-8, minimum: 1e-16, maximum: 1, help: 'Added to the root of the second moment.' }),
} as const

type Shared = { readonly beta1: number; readonly beta2: number; readonly epsilon: number }

const corrected = (step: number, rate: number, { beta1, beta2, epsilon }: Shared): readonly number[] => {
  const root = Math.sqrt(1 - beta2 ** step)
  return [(rate * root) / (1 - beta1 ** step), epsilon * root]
}

function moments(
  gradient: Tensor, state: readonly Tensor[], { beta1, beta2 }: Shared,
): readonly [mean: Tensor, variance: Tensor] {
  const [m, v] = state as readonly [Tensor, Tensor]
  return [
    add(mul(m, beta1), mul(gradient, 1 - beta1)),
    add(mul(v, beta2), mul(square(gradient), 1 - beta2)),
  ]
}

function moved(theta: Tensor, m: Tensor, v: Tensor, scalars: readonly Tensor[]): Tensor {
  const [rate, epsilon] = scalars as readonly [Tensor, Tensor]
  return sub(theta, div(mul(m, rate), add(sqrt(v), epsilon)))
}

export const adam = defineOptimizer({
  kind: 'adam',
  title: 'Adam',
  options: shared,
  state: ['mean', 'variance'],
  scalarNames: ['rate', 'epsilon'],
  scalars: corrected,
  update({ theta, gradient, state, scalars, options }) {
    const [m, v] = moments(gradient, state, options)
    return { theta: moved(theta, m, v, scalars), state: [m, v] }
  },
  docs: {
    summary: 'Steps scaled by running means of the gradient and of its square.',
    source: 'Kingma & Ba 2015, Adam: A Method for Stochastic Optimization, algorithm 1',
  },
})

export const adamw = defineOptimizer({
  kind: 'adamw',
  title: 'AdamW',
  options: {
    ...shared,
    weightDecay: number({ label: 'Weight decay', default: 0.01, minimum: 0, maximum: 10, help: 'λ: a step shrinks every weight by learning rate × λ. Biases and scales are left alone.' }),
  },
  state: ['mean', 'variance'],
  scalarNames: ['rate', 'epsilon', 'decay'],
  scalars: (step, rate, options) => [...corrected(step, rate, options), rate * options.weightDecay],
  update({ theta, gradient, state, scalars, decays, options }) {
    const [m, v] = moments(gradient, state, options)
    const shrunk = sub(theta, mul(mul(theta, decays), scalars[2] as Tensor))
    return { theta: moved(shrunk, m, v, scalars), state: [m, v] }
  },
  docs: {
    summary: 'Adam with weight decay apart from the gradient.',
    source: 'Loshchilov & Hutter 2019, Decoupled Weight Decay Regularization, algorithm 2',
  },
})

/** The catalogue of optimizers. */
export const optimizers: Readonly<Record<string, OptimizerDefinition>> = { adam, adamw }
