/** What the figures of a run measure: it follows from its objective. */
import type { RunSummary } from '../../../shared/api.ts'

export interface Measure {
  /** Of the chart. */
  readonly title: string
  /** Of a figure of held-out examples: `NLL`. */
  readonly short: string
  /** Of the figure of training. */
  readonly train: string
  /** Where the figure of training is of its own kind, why it is. */
  readonly trainNote?: string | undefined
  /** Name of the first steps, in which a part of its loss weighs less. */
  readonly eased?: string | undefined
  /** Of what is judged beside the training. */
  readonly held: string
  /** Name of the value that nothing gets below. */
  readonly floor: string
  /** Whether bits per dimension mean anything. */
  readonly bits: boolean
  /** Whether no data go through its layers, so that these have no log-determinants to show. */
  readonly untraced?: boolean | undefined
}

const LIKELIHOOD: Measure = {
  title: 'Negative log-likelihood', short: 'NLL', train: 'Train NLL', held: 'Validation NLL', floor: 'Entropy', bits: true,
}

const measures: Readonly<Record<string, Measure>> = {
  elbo: {
    title: 'Negative bound', short: '−bound', train: 'Train −ELBO', held: 'Validation −bound', floor: 'Entropy', bits: true,
    trainNote: 'The divergence from the prior weighs less while the KL warms up: until then training lies below.',
    eased: 'KL warm-up', untraced: true,
  },
  'elbo-decoder': {
    title: 'Negative bound', short: '−bound', train: 'Train −ELBO', held: 'Validation −bound', floor: 'Entropy', bits: true,
    trainNote: 'The divergence from the prior weighs less while the KL warms up: until then training lies below.',
    eased: 'KL warm-up',
  },
  adversarial: {
    title: 'Adversarial loss and negative log-likelihood', short: 'NLL', train: 'Adversarial loss', held: 'Validation NLL', floor: 'Entropy', bits: false,
    trainNote: 'The loss of the game is no likelihood: the validation is, as the generator is a flow.',
  },
  'reverse-kl': {
    title: '−ELBO', short: '−ELBO', train: 'Train loss', held: '−ELBO', floor: '−log Z', bits: false,
    trainNote: 'log p̃ weighs less while it is annealed: until then the loss is not −ELBO.',
    eased: 'Annealing',
  },
}

export const measureOf = (objective: string): Measure => measures[objective] ?? LIKELIHOOD

/** Whether the loss of training is the same figure as that of the validation, so that both can be held against the floor. */
export const isComparable = (measure: Measure): boolean => measure.trainNote === undefined

/** What no model gets below, in nats, where it is known: the entropy of the data, or −log Z of a target density. */
export function floorOf({ entropy, logZ }: Pick<RunSummary, 'entropy' | 'logZ'>): number | undefined {
  return entropy ?? (typeof logZ === 'number' ? -logZ : undefined)
}
