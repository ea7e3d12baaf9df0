/** The contract of a template: a known model, ready to train on data of a given shape. One file, one catalogue line. */
import type { DesignNode, FlowDesign } from '../design.ts'
import { type EventShape, eventSize } from '../layer.ts'
import type { MaskKind } from '../masks.ts'

export interface TemplateOptions {
  /** Number of couplings; of a flow of other layers, the number of these. Flows made of pairs round it up to even. */
  readonly couplings?: number
  /** Units of the conditioners' hidden layers. */
  readonly width?: number
  /** Hidden layers, or residual blocks, of the conditioners. */
  readonly depth?: number
  /** Of planar flows: the base that they bend; a Gaussian where left out. */
  readonly base?: 'gaussian' | 'uniform'
}

/** Options of the training in a document; those left out have the defaults of every training. */
export interface TrainingDefaults {
  readonly steps: number
  readonly batch: number
  readonly optimizer: string
  readonly learningRate: number
  readonly schedule: string
  /** As it stands in a document; maximum likelihood when left out. */
  readonly objective?: Readonly<Record<string, unknown>>
  readonly keepBest?: boolean
  readonly clipNorm?: number
}

export interface Model {
  readonly design: FlowDesign
  readonly training: TrainingDefaults
  /** A density to begin with, for objectives that fit one instead of data. */
  readonly target?: { readonly source: string; readonly box?: readonly [number, number] }
}

/** A figure that a paper reports for its own model, which is mostly larger than the template and made for the data. */
export interface ReportedResult {
  readonly data: string
  /** As it is printed; a log-likelihood is the larger the better, bits per dimension are the smaller. */
  readonly figure: string
  readonly unit: 'bits/dim' | 'log-likelihood, nats' | 'bound, nats'
  /** Where it stands. */
  readonly source: string
}

/** What the usual template itself reaches after its usual training; docs/benchmarks has more. */
export interface MeasuredResult {
  readonly data: string
  readonly figure: string
  readonly unit: 'nats above the entropy' | 'nats from log Z' | 'nats, bound'
}

/** The template with other options, as a source has it. */
export interface Variant {
  readonly id: string
  /** `Five couplings`. */
  readonly title: string
  readonly options: TemplateOptions
}

export interface Template {
  readonly id: string
  readonly title: string
  /** One sentence. */
  readonly summary: string
  readonly source: string
  /** What the literature reports for this kind of flow. */
  readonly results?: readonly ReportedResult[]
  readonly measured?: MeasuredResult
  /** What its source or the literature shows beside the usual one, which is called `usual`. */
  readonly usual?: string
  readonly variants?: readonly Variant[]
  /** For events of this shape, or of this many dimensions; images are flattened. */
  build(event: EventShape | number, options?: TemplateOptions): Model
}

export const training: TrainingDefaults = {
  steps: 3000, batch: 512, optimizer: 'adam', learningRate: 1e-3, schedule: 'cosine',
}

/** What every template starts from. */
export interface Start {
  readonly event: EventShape
  readonly size: number
  /** Standardisation, and for images their flattening. */
  readonly layers: readonly DesignNode[]
  /** Halves, unless an odd number of dimensions has none. */
  readonly mask: MaskKind
}

export function startOf(event: EventShape | number): Start {
  const shape = typeof event === 'number' ? [event] : event
  const size = eventSize(shape)
  const standardize: DesignNode = { id: 'standardize', kind: 'standardize' }
  return {
    event: shape, size, mask: size % 2 === 0 ? 'halves' : 'alternating',
    layers: shape.length === 1 ? [standardize] : [standardize, { id: 'flatten', kind: 'flatten' }],
  }
}

/** 64 units for a few dimensions, four for each of many, at most 256. */
export function widthFor(size: number): number {
  return Math.min(Math.max(64, 4 * size), 256)
}
