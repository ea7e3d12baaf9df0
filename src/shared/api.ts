/**
 * The one contract between a window and the studio: what requests (requests.ts) are answered with, and the events that
 * the studio sends. It is spoken over Electron's IPC and over HTTP and WebSocket alike. A result is
 * `{ok: true, value}` or the issues that the window shows in place.
 */
import type { ContextEncoding } from '../core/data/context.ts'
import type { Edit } from '../core/design/edits.ts'
import type { ProjectDocument } from '../core/design/document.ts'
import type { ColumnRange } from '../core/flow/lint-data.ts'
import type { Issue } from '../core/issues.ts'
import type { Appraisal } from './appraisal.ts'
import type { ClassFigures } from './class-figures.ts'
import type { CertificateEntry, PlaneDensity, RosenblattResult, TraceResult } from './explore-results.ts'
import type { RequestName, RequestOf, WorkName } from './requests.ts'
import type { MetricRecord, RunEvent } from './run-events.ts'

export type { CertificateEntry, PlaneDensity, RosenblattResult, TraceResult }

export interface EngineInfo {
  readonly name: string
  readonly title: string
}
export interface StudioInfo {
  readonly version: string
  readonly host: 'electron' | 'browser'
  readonly workspace: string
  readonly engines: readonly EngineInfo[]
  readonly cores: number
  readonly memory: number
}

export interface ProjectSummary {
  readonly project: string
  readonly name: string
  readonly modified: string
  /** Kinds of its layers, for the thumbnail. */
  readonly layers: readonly string[]
  readonly runs: number
  /** Why it cannot be opened, when it cannot. */
  readonly issue?: Issue | undefined
}

export interface OpenProject {
  readonly project: string
  readonly document: ProjectDocument
  readonly revision: number
  readonly undo: string | undefined
  readonly redo: string | undefined
  /** What opening found: work restored from the journal, a journal put aside. */
  readonly notices: readonly Issue[]
}

export interface ColumnPreview extends ColumnRange {
  readonly constant: boolean
  /** Counts of equal bins from minimum to maximum: 40, or one a number where there are fewer whole numbers. */
  readonly histogram: readonly number[]
}
export interface DataPreview {
  readonly source: string
  readonly rows: number
  readonly event: readonly number[]
  readonly columns: readonly ColumnPreview[]
  readonly label: string | undefined
  /** What the context columns are, told from all rows; a run fits them to its training rows. */
  readonly context: ContextEncoding
  /** First rows, row-major [shown, columns]. */
  readonly shown: number
  readonly values: Float32Array
  /** Rows spread evenly over all of them, row-major [sampled, columns], for pictures; none where no rows were asked for. */
  readonly sampled: number
  readonly sample: Float32Array
  /** Given the context. */
  readonly entropy: number | undefined
  readonly issues: readonly Issue[]
}
/** What a file offers, told from its first rows: also of one that cannot be read as it is chosen now. */
export interface DataColumns {
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[]
  /** Whether the first row of a text file names the columns; undefined for arrays. */
  readonly header: boolean | undefined
  /** Arrays of an archive, of which one is read. */
  readonly arrays: readonly string[]
}

/** The target density that the document names, as a run would fit it. */
export interface TargetPreview {
  /** What keeps a run from being started on it, and what is to be minded. */
  readonly problems: readonly Issue[]
  /** Dimensions that it has, where it has but one number of them. */
  readonly dimension: number | undefined
  /** Bounds of every dimension; undefined where it lives on all of ℝᴰ. */
  readonly box: readonly [number, number] | undefined
  /** Columns of its file, where it takes one that can be read. */
  readonly columns: DataColumns | undefined
  /** Of a target on the plane. */
  readonly picture: PlaneDensity | undefined
}

export type RunState = 'queued' | 'running' | 'paused' | 'completed' | 'early' | 'stopped' | 'failed' | 'interrupted'
export interface RunSummary {
  readonly run: string
  readonly name: string
  readonly note: string
  readonly state: RunState
  readonly created: string
  readonly step: number
  readonly steps: number
  readonly parameters: number
  readonly dimension: number
  /** Kind of what was minimised. */
  readonly objective: string
  /** Steps at the start in which a part of the loss weighs less, so that it is not yet what is judged. */
  readonly easedSteps?: number | undefined
  readonly entropy: number | null
  readonly dequantized: boolean
  /** Mean log of the units of its dequantization, in nats; left out where they are 1. */
  readonly meanLogUnit?: number | undefined
  /** log Z in nats of a run on a target density, null where it is not known; its losses are −ELBO. Left out by runs on data. */
  readonly logZ?: number | null | undefined
  /** Of a run on a target density. */
  readonly appraisal?: Appraisal | undefined
  readonly best: { readonly step: number; readonly nll: number } | undefined
  readonly testNll: number | undefined
  /** Of the test part, where all of the data was dequantized. */
  readonly bitsPerDimension?: number | undefined
  /** Of a flow of one class column: how well Bayes' rule tells the classes of the test part apart. */
  readonly classes?: ClassFigures | undefined
  /** Wall time of its trainings so far. */
  readonly seconds?: number | undefined
  readonly engine: string
  readonly source: string
  /** Hash of the contents of its data. */
  readonly fingerprint?: string | undefined
  readonly failure: string | undefined
}
export interface RunDetail extends RunSummary {
  readonly document: ProjectDocument
  readonly columns: readonly string[]
  /** How its context columns become the vector that the flow takes; empty without any. */
  readonly context: ContextEncoding
}

/** Over its steps, how many of them a run took a second: a few hundred points, ascending. */
export type PacePoint = readonly [step: number, stepsPerSecond: number]

export interface ResultOf {
  'studio.info': StudioInfo
  'projects.list': readonly ProjectSummary[]
  'projects.create': { readonly project: string }
  'projects.import': { readonly project: string }
  'projects.duplicate': { readonly project: string }
  'projects.delete': null
  'projects.restore': null
  'project.open': OpenProject
  'project.edit': { readonly revision: number }
  'project.undo': { readonly revision: number }
  'project.redo': { readonly revision: number }
  'data.upload': { readonly source: string }
  'data.preview': DataPreview
  'data.columns': DataColumns
  'target.preview': TargetPreview
  'runs.list': readonly RunSummary[]
  'runs.start': { readonly run: string }
  'runs.control': null
  'runs.get': RunDetail
  'runs.metrics': readonly MetricRecord[]
  'runs.pace': readonly PacePoint[]
  'runs.update': null
  'runs.delete': null
  'runs.restore': null
  /** Of a run on a target density `testNll` is −ELBO, and the appraisal comes with it. */
  'runs.evaluate': {
    readonly testNll: number; readonly bitsPerDimension: number | null; readonly entropy: number | null
    readonly appraisal?: Appraisal | undefined
    readonly classes?: ClassFigures | undefined
  }
  'explore.density': { readonly logProb: Float32Array }
  'explore.points': { readonly values: Float32Array; readonly count: number }
  'explore.samples': { readonly x: Float32Array; readonly z: Float32Array }
  'explore.trace': TraceResult
  'explore.generate': { readonly x: Float32Array }
  'explore.rank': { readonly indices: Int32Array; readonly logProb: Float32Array; readonly values: Float32Array }
  /** Nothing of a run on data, or of a target with other than two dimensions. */
  'explore.target': { readonly picture: PlaneDensity | undefined }
  'explore.rosenblatt': RosenblattResult
  'explore.certificate': { readonly layers: readonly CertificateEntry[]; readonly flow: CertificateEntry }
  'work.cancel': null
  'export.onnx': { readonly files: readonly string[]; readonly folder: string; readonly report: Readonly<Record<string, number | null>> }
  'export.file': { readonly name: string; readonly bytes: Uint8Array }
}

/** What every window is told. */
export type StudioEvent =
  /** It saves what is open, stops runs with a checkpoint, and is gone then. */
  | { readonly type: 'studio.closing' }
  | { readonly type: 'projects.changed' }
  | {
    readonly type: 'project.changed'
    readonly project: string
    readonly revision: number
    /** The edit that was applied; a window that is one revision behind applies it, any other opens the project anew. */
    readonly edit: Edit
    readonly undo: string | undefined
    readonly redo: string | undefined
  }
  | {
    readonly type: 'project.notice'
    readonly project: string
    readonly issue: Issue
    /** The run that it ended, which keeps what is said. */
    readonly run?: string | undefined
  }
  | { readonly type: 'run.event'; readonly project: string; readonly run: string; readonly event: RunEvent }
  | { readonly type: 'run.metrics'; readonly project: string; readonly run: string; readonly records: readonly MetricRecord[] }
  | { readonly type: 'run.samples'; readonly project: string; readonly run: string; readonly step: number; readonly values: Float32Array }
  | {
    readonly type: 'work.progress'
    readonly project: string
    readonly run: string
    readonly work: WorkName
    readonly done: number
    readonly total: number
    /** What is counted, in the plural. */
    readonly unit: string
    readonly secondsLeft: number | undefined
  }
  | { readonly type: 'work.ended'; readonly project: string; readonly run: string; readonly work: WorkName }
  | { readonly type: 'runs.changed'; readonly project: string; readonly run: RunSummary | undefined }

export type Reply<N extends RequestName> =
  /** Warnings may accompany a value. */
  | { readonly ok: true; readonly value: ResultOf[N]; readonly issues: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] }

/** What the renderer is given: by the preload script, or by the browser's transport. */
export interface StudioConnection {
  request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<Reply<N>>
  on(listener: (event: StudioEvent) => void): () => void
}
