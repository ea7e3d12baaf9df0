/** What a run tells while it goes on. Events carry numbers for people and charts; the files are the truth. */
import type { Issue } from '../core/issues.ts'

export type RunEvent =
  | { readonly type: 'prepared'; readonly parameters: number; readonly seconds: number }
  | { readonly type: 'started'; readonly step: number; readonly steps: number }
  | Progress
  | Validated
  | { readonly type: 'notice'; readonly issue: Issue }
  /** Records that went into metrics.jsonl, at most ten times a second. */
  | { readonly type: 'metrics'; readonly records: readonly MetricRecord[] }
  | Advanced
  | { readonly type: 'finished'; readonly outcome: RunOutcome; readonly step: number; readonly best: Best | undefined }

/** About ten times a second. */
export interface Progress {
  readonly type: 'progress'
  readonly step: number
  readonly steps: number
  /** Mean loss of the steps since the last event, in nats. */
  readonly loss: number
  /** Mean global norm of their gradients, before clipping. */
  readonly gradientNorm: number
  readonly learningRate: number
  readonly stepsPerSecond: number
  readonly secondsLeft: number
  /** Steps left out so far because their loss or gradient was not finite. */
  readonly skipped: number
}

/** Code of the issue with which a job ends that somebody has ended: nothing is wrong. */
export const WORK_CANCELLED = 'work-cancelled'

/** How far a job is that looks at a trained flow, about ten times a second. */
export interface Advanced {
  readonly type: 'advanced'
  readonly done: number
  readonly total: number
  /** What is counted, in the plural. */
  readonly unit: string
  /** Of what, where there are several one after the other. */
  readonly subject?: string | undefined
  readonly secondsLeft: number | undefined
}

export interface Validated {
  readonly type: 'validated'
  readonly step: number
  /** Mean −log p of the validation part under the averaged weights, in nats. */
  readonly nll: number
  readonly best: boolean
}

export interface Best {
  readonly step: number
  readonly nll: number
}

/** `stopped` was asked for; `early` is early stopping; `interrupted` died and can be resumed. */
export type RunOutcome = 'completed' | 'early' | 'stopped' | 'failed'

/** One line of `metrics.jsonl`. */
export type MetricRecord =
  | {
    readonly type: 'train'
    /** Last step of those that are averaged here. */
    readonly step: number
    readonly loss: number
    readonly gradient_norm: number
    readonly learning_rate: number
    readonly skipped: number
  }
  | { readonly type: 'validation'; readonly step: number; readonly nll: number }
  /** Mean log|det| of each layer, of data on their way to the base, over validation examples or draws, in nats, by the layer's path. */
  | { readonly type: 'layers'; readonly step: number; readonly log_det: Readonly<Record<string, number>> }
  | { readonly type: 'notice'; readonly step: number; readonly code: string; readonly message: string }
