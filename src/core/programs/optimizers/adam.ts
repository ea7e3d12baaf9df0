/**
 * Adam: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − α m̂ / (√v̂ + ε), in the form with both bias corrections in the
 * step size: α_t = α√(1−β₂ᵗ)/(1−β₁ᵗ), ε_t = ε√(1−β₂ᵗ) (Kingma & Ba 2015, algorithm 1 and the note at its end).
 * AdamW adds θ ← θ − αλθ, apart from the gradient, on weights only (Loshchilov & Hutter 2019, algorithm 2).
 */
import type { Tensor } from '../../ir/graph.ts'
import { add, div, mul, sqrt, square, sub, where } from '../../ir/tensor.ts'
import { number } from '../../flow/options.ts'
import { type OptimizerDefinition, defineOptimizer } from './optimizer.ts'

const shared = {
  beta1: number({ label: 'β₁', default: 0.9, minimum: 0, maximum: 0.9999, help: 'Decay of the mean of gradients, per step.' }),
  beta2: number({ label: 'β₂', default: 0.999, minimum: 0, maximum: 0.999999, help: 'Decay of the mean of squared gradients, per step.' }),
  epsilon: number({ label: 'ε', default: 1e-8, minimum: 1e-16, maximum: 1, help: 'Added to the root of the second moment.' }),
} as const

type Shared = { readonly beta1: number; readonly beta2: number; readonly epsilon: number }

/** Keeps rates of 0, as at the end of a schedule, from dividing by 0: no weight moves by so little. */
const SMALLEST_RATE = 1e-30

/**
 * The state holds M = m/(1−β₁) and V = v/(1−β₂), so that a moment takes two passes over the vector instead of three:
 * the update is M / (a√V + b) with a = √(1−β₂) / (α_t(1−β₁)) and b = ε_t / (α_t(1−β₁)).
 */
function corrected(step: number, rate: number, { beta1, beta2, epsilon }: Shared): readonly number[] {
  const root = Math.sqrt(1 - beta2 ** step)
  const size = (Math.max(rate, SMALLEST_RATE) * root * (1 - beta1)) / (1 - beta1 ** step)
  return [Math.sqrt(1 - beta2) / size, (epsilon * root) / size]
}

/** One update of all parameters that leaves everything as it was where the step is not applied. */
function move(
  theta: Tensor, gradient: Tensor, state: readonly Tensor[], scalars: readonly Tensor[], applied: Tensor, { beta1, beta2 }: Shared,
): { readonly theta: Tensor; readonly state: readonly Tensor[] } {
  const [m, v] = state as readonly [Tensor, Tensor]
  const [a, b] = scalars as readonly [Tensor, Tensor]
  // The gradient is 0 then: a decay of 1 keeps the moments, an infinite denominator the parameters.
  const mean = add(mul(m, where(applied, beta1, 1)), gradient)
  const variance = add(mul(v, where(applied, beta2, 1)), square(gradient))
  const denominator = add(mul(sqrt(variance), where(applied, a, 0)), where(applied, b, Infinity))
  return { theta: sub(theta, div(mean, denominator)), state: [mean, variance] }
}

export const adam = defineOptimizer({
  kind: 'adam',
  title: 'Adam',
  options: shared,
  state: ['mean', 'variance'],
  scalarNames: ['scale', 'offset'],
  scalars: corrected,
  update: ({ theta, gradient, state, scalars, applied, options }) => move(theta, gradient, state, scalars, applied, options),
  docs: {
    summary: 'Steps scaled by running means of the gradient and of its square.',
    source: 'Kingma & Ba 2015, Adam: A Method for Stochastic Optimization, algorithm 1',
  },
})

const adamw = defineOptimizer({
  kind: 'adamw',
  title: 'AdamW',
  options: {
    ...shared,
    weightDecay: number({ label: 'Weight decay', default: 0.01, minimum: 0, maximum: 10, help: 'λ: a step shrinks every weight by learning rate × λ. Biases and scales are left alone.' }),
  },
  state: ['mean', 'variance'],
  scalarNames: ['scale', 'offset', 'decay'],
  scalars: (step, rate, options) => [...corrected(step, rate, options), rate * options.weightDecay],
  update({ theta, gradient, state, scalars, decays, applied, options }) {
    const shrunk = sub(theta, mul(mul(theta, decays), where(applied, scalars[2] as Tensor, 0)))
    return move(shrunk, gradient, state, scalars, applied, options)
  },
  docs: {
    summary: 'Adam with weight decay apart from the gradient.',
    source: 'Loshchilov & Hutter 2019, Decoupled Weight Decay Regularization, algorithm 2',
  },
})

/** The catalogue of optimizers. */
export const optimizers: Readonly<Record<string, OptimizerDefinition>> = { adam, adamw }
