/** Options of one training run: the fields from which the form, the check and the defaults are made. */
import { type OptionsOf, boolean, choice, flatOptions, integer, number, part } from '../flow/options.ts'
import { objectives } from '../objectives/index.ts'
import { optimizers } from '../programs/optimizers/adam.ts'
import type { Schedule } from '../programs/schedule.ts'

export const trainingFields = {
  objective: part({
    label: 'Objective', default: 'maximum-likelihood', parts: objectives,
    help: 'What is minimised: −log p of the data, or a divergence from a target density.',
  }),
  steps: integer({ label: 'Steps', default: 3000, minimum: 1, maximum: 100_000_000, help: 'Updates of the parameters.' }),
  batch: integer({ label: 'Batch', default: 512, minimum: 1, maximum: 1_048_576, help: 'Examples in one step.' }),
  optimizer: part({ label: 'Optimizer', default: 'adam', parts: optimizers, help: 'How a gradient becomes an update.' }),
  learningRate: number({ label: 'Learning rate', default: 1e-3, minimum: 1e-9, maximum: 10, help: 'The highest rate of the schedule.' }),
  schedule: choice({
    label: 'Schedule', default: 'cosine', choices: { constant: 'Constant', cosine: 'Cosine' },
    help: 'How the rate changes over the run, after the warm-up.',
  }),
  warmup: integer({ label: 'Warm-up', default: 0, minimum: 0, maximum: 10_000_000, help: 'Steps over which the rate first rises from 0.' }),
  finalFraction: number({ label: 'Final fraction', default: 0.01, minimum: 0, maximum: 1, help: 'Rate at the end of the cosine, as a fraction of the highest.' }),
  clipNorm: number({ label: 'Clip norm', default: 5, minimum: 0, maximum: 1e9, help: 'Largest global norm of the gradient; 0 does not clip.' }),
  averageDecay: number({
    label: 'Weight average', default: 0.998, minimum: 0, maximum: 0.999999,
    help: 'Decay per step of the moving average of the weights, which is what is evaluated and exported; 0 takes the weights themselves.',
  }),
  validateEvery: integer({ label: 'Validate every', default: 200, minimum: 1, maximum: 10_000_000, help: 'Steps between validations, each with a checkpoint.' }),
  patience: integer({ label: 'Patience', default: 0, minimum: 0, maximum: 1_000_000, help: 'Stop early after so many validations without a better one; 0 runs all steps.' }),
  keepBest: boolean({ label: 'Keep best', default: true, help: 'Evaluate and export the checkpoint with the best validation, not the last.' }),
  seed: integer({ label: 'Seed', default: 0, minimum: 0, maximum: 9_007_199_254_740_991, help: 'Every random number of a run comes from it: split, first weights, batches, noise.' }),
} as const

export type Training = OptionsOf<typeof trainingFields>

/** Training as it stands in JSON: a chosen part `{kind, options}` is written flat, `{kind, …options}`. */
export function trainingJson(training: Training): Readonly<Record<string, unknown>> {
  return flatOptions(training)
}

export function scheduleOf(training: Training): Schedule {
  const { schedule, learningRate, warmup, steps, finalFraction } = training
  return { kind: schedule, learningRate, warmup, steps, finalFraction }
}

/** Decay of the weight average at `step` (from 1): slower starts would remember the first weights for too long. */
export function averageDecayAt(training: Training, step: number): number {
  return Math.min(training.averageDecay, step / (10 + step))
}
