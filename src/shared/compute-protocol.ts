/** Messages between the studio and the compute process. Payloads are structured clones; typed arrays travel as such. */
import type { ContextEncoding } from '../core/data/context.ts'
import type { ProjectDocument } from '../core/design/document.ts'
import type { Issue } from '../core/issues.ts'
import type { TargetSpec } from '../core/targets/target.ts'
import type { CertificateEntry } from './explore-results.ts'
import type { RunEvent, RunOutcome } from './run-events.ts'

/** Examples, row-major. */
export interface RowsMessage {
  readonly rows: number
  /** [rows, ...event] */
  readonly values: Float32Array
  /** [rows, contextSize] */
  readonly context?: Float32Array | undefined
}

export interface TrainRequest {
  /** The run's folder; it exists and holds run.json. */
  readonly folder: string
  readonly document: ProjectDocument
  readonly engine: string
  readonly threads?: number | undefined
  readonly train: RowsMessage
  readonly validation: RowsMessage
  /** The density to fit, for objectives that take one; there are no examples then. */
  readonly target?: TargetSpec | undefined
}

/** A trained flow: its document and where its weights are. */
export interface ModelReference {
  readonly folder: string
  readonly document: ProjectDocument
  readonly engine: string
  readonly threads?: number | undefined
  readonly contextSize: number
}

export interface DensityRequest extends ModelReference {
  readonly rows: RowsMessage
  readonly seed: number
  readonly withLatents: boolean
  /** The exact density of the flow itself, whatever it was trained for. */
  readonly ofFlow?: boolean
}
export interface DensityResult {
  /** Means of the objective's other figures, by name, in nats. */
  readonly figures: Readonly<Record<string, number>>
  readonly logProb: Float32Array
  readonly z?: Float32Array | undefined
  readonly step: number
}

export interface SampleRequest extends ModelReference {
  readonly count: number
  readonly temperature: number
  readonly seed: number
  readonly context?: Float32Array | undefined
}
export interface SampleResult {
  /** [count, D] */
  readonly x: Float32Array
  readonly z: Float32Array
  readonly step: number
}

export interface WeighRequest extends ModelReference {
  readonly target: TargetSpec
  readonly count: number
  readonly seed: number
}
/** Draws from a flow that was fitted to a target density. */
export interface WeighResult {
  /** [count, D] */
  readonly x: Float32Array
  /** log p̃(x) − log q(x), [count], nats. */
  readonly logWeights: Float32Array
  readonly step: number
}

export interface ExportRequest extends ModelReference {
  /** Where density.onnx, sampler.onnx and report.json go. */
  readonly target: string
  /** Held-out points for the parity report. */
  readonly rows: RowsMessage
  readonly columns: readonly string[]
  /** How the context columns become the models' input `context`, for the report. */
  readonly context?: ContextEncoding | undefined
  readonly seed: number
}
export interface ExportResult {
  readonly files: readonly string[]
  readonly report: ParityReport
}

/** Largest differences between the exported models in ONNX Runtime and the float64 reference, on held-out points. */
export interface ParityReport {
  readonly points: number
  readonly log_prob_max_difference: number
  readonly log_prob_max_relative_difference: number
  /** Null where points have no latents, as in an autoencoder. */
  readonly z_max_difference: number | null
  readonly x_max_difference: number
  readonly round_trip_max_error: number | null
  readonly density_bytes: number
  readonly sampler_bytes: number
}

export interface GenerateRequest extends ModelReference {
  /** [count, D]: latents of the flow, which are codes of the data in an autoencoder. */
  readonly z: Float32Array
  /** [count, contextSize] */
  readonly context?: Float32Array | undefined
}
export interface GenerateResult {
  /** [count, ...event of the data]; of a decoder their mean. */
  readonly x: Float32Array
  readonly step: number
}

export interface TraceRequest extends ModelReference {
  readonly direction: 'normalize' | 'generate'
  /** x or z, [count, D]. */
  readonly points: Float32Array
  /** [count, contextSize] */
  readonly context?: Float32Array | undefined
}
export interface TraceReply {
  /** In the order of the direction. */
  readonly layers: readonly { readonly path: string; readonly id: string; readonly kind: string }[]
  /** Before the first layer and after each, [count, D]: what goes on, behind it what has left for the base, last first. */
  readonly states: readonly Float32Array[]
  /** Of each layer, [count], nats. */
  readonly logDets: readonly Float32Array[]
  /** z or x, [count, D]; the parts of z in the order in which they leave. */
  readonly out: Float32Array
  /** log p of the points in data space, [count], nats. */
  readonly logProb: Float32Array
  readonly step: number
}

export interface CertificateRequest extends ModelReference {
  /** Held-out points, [count, D]. */
  readonly points: Float32Array
  /** [count, contextSize] */
  readonly context?: Float32Array | undefined
}
export interface CertificateReply {
  readonly layers: readonly CertificateEntry[]
  /** The whole flow, there and back. */
  readonly flow: CertificateEntry
  readonly step: number
}

export interface TrainResult {
  readonly outcome: RunOutcome
  readonly step: number
}

/** Requests by name, with their results. */
export interface ComputeJobs {
  readonly train: { readonly request: TrainRequest; readonly result: TrainResult }
  readonly density: { readonly request: DensityRequest; readonly result: DensityResult }
  readonly sample: { readonly request: SampleRequest; readonly result: SampleResult }
  readonly weigh: { readonly request: WeighRequest; readonly result: WeighResult }
  readonly generate: { readonly request: GenerateRequest; readonly result: GenerateResult }
  readonly trace: { readonly request: TraceRequest; readonly result: TraceReply }
  readonly certificate: { readonly request: CertificateRequest; readonly result: CertificateReply }
  readonly export: { readonly request: ExportRequest; readonly result: ExportResult }
}
export type JobName = keyof ComputeJobs

export type JobMessage = {
  readonly [J in JobName]: { readonly type: 'job'; readonly id: number; readonly job: J; readonly request: ComputeJobs[J]['request'] }
}[JobName]

export type ToCompute =
  | JobMessage
  | { readonly type: 'control'; readonly id: number; readonly action: 'pause' | 'continue' | 'stop' }

export type FromCompute =
  | { readonly type: 'ready' }
  | { readonly type: 'event'; readonly id: number; readonly event: RunEvent }
  | { readonly type: 'done'; readonly id: number; readonly result: ComputeJobs[JobName]['result'] }
  /** The user's mistake: nothing of ours is broken. */
  | { readonly type: 'refused'; readonly id: number; readonly issues: readonly Issue[] }
  | { readonly type: 'failed'; readonly id: number; readonly message: string; readonly stack: string }
