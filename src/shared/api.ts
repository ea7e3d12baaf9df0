/**
 * The one contract between a window and the studio: requests with their results, and the events that the studio sends.
 * It is spoken over Electron's IPC and over HTTP and WebSocket alike. Every request is checked against its schema where
 * it arrives; a result is `{ok: true, value}` or the issues that the window shows in place.
 */
import * as v from 'valibot'
import type { ContextEncoding } from '../core/data/context.ts'
import type { Edit } from '../core/design/edits.ts'
import type { ProjectDocument } from '../core/design/document.ts'
import type { ColumnRange } from '../core/flow/lint-data.ts'
import type { Issue } from '../core/issues.ts'
import type { Appraisal } from './appraisal.ts'
import type { ClassFigures } from './class-figures.ts'
import { engineNames } from './engines.ts'
import type { CertificateEntry, PlaneDensity, RosenblattResult, TraceResult } from './explore-results.ts'
import type { MetricRecord, RunEvent } from './run-events.ts'

export type { CertificateEntry, PlaneDensity, RosenblattResult, TraceResult }

/** Part of a path: never one that leads elsewhere, or to what is kept out of sight. */
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/))
const text = v.pipe(v.string(), v.maxLength(10_000))
const count = (maximum: number): v.GenericSchema<number> => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maximum))
const bytes = v.instance(Uint8Array)
const floats = v.instance(Float32Array)
/** Of a conditional flow, values by column; those left out take their first class or their mean. */
const values = v.record(v.string(), v.union([v.string(), v.number()]))
const context = v.optional(values)

/** Requests that may take their time: how far they are is told, and they can be ended. */
const workNames = ['runs.evaluate', 'explore.density', 'explore.samples', 'explore.rank', 'explore.certificate'] as const
export type WorkName = (typeof workNames)[number]

export const requestSchemas = {
  'studio.info': v.object({}),

  'projects.list': v.object({}),
  'projects.create': v.object({
    template: v.optional(id), dimension: v.optional(count(1_048_576)), source: v.optional(text), name: v.optional(text),
    /** A density to fit in place of data. */
    target: v.optional(text),
    /** One of the template's variants. */
    variant: v.optional(id),
  }),
  'projects.import': v.object({ name: text, text: v.pipe(v.string(), v.maxLength(50_000_000)) }),
  'projects.duplicate': v.object({ project: id }),
  'projects.delete': v.object({ project: id }),
  'projects.restore': v.object({ project: id }),

  'project.open': v.object({ project: id }),
  'project.edit': v.object({ project: id, edit: v.unknown(), label: text, coalesce: v.optional(text), revision: v.optional(v.number()) }),
  'project.undo': v.object({ project: id }),
  'project.redo': v.object({ project: id }),

  'data.upload': v.object({ project: id, name: v.pipe(v.string(), v.maxLength(255)), bytes }),
  'data.preview': v.object({ project: id, rows: v.optional(count(2000)) }),
  'data.columns': v.object({ project: id }),
  'target.preview': v.object({ project: id }),

  'runs.list': v.object({ project: id }),
  'runs.start': v.object({ project: id, name: v.optional(text), engine: v.optional(v.picklist(engineNames)) }),
  'runs.control': v.object({ project: id, run: id, action: v.picklist(['pause', 'continue', 'stop', 'resume']) }),
  'runs.get': v.object({ project: id, run: id }),
  'runs.metrics': v.object({ project: id, run: id }),
  'runs.pace': v.object({ project: id, run: id }),
  'runs.update': v.object({ project: id, run: id, name: v.optional(text), note: v.optional(text) }),
  'runs.delete': v.object({ project: id, run: id }),
  'runs.restore': v.object({ project: id, run: id }),
  'runs.evaluate': v.object({ project: id, run: id }),

  'explore.density': v.object({ project: id, run: id, box: v.tuple([v.number(), v.number(), v.number(), v.number()]), resolution: count(400), context }),
  'explore.points': v.object({ project: id, run: id, part: v.picklist(['train', 'validation', 'test']), count: count(20_000), context }),
  'explore.samples': v.object({ project: id, run: id, count: count(50_000), temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(10)), seed: count(2 ** 31),
    /** `data`: for the contexts of the training rows, so that samples can be held against the data. */
    context: v.optional(v.union([values, v.literal('data')])) }),
  'explore.trace': v.object({ project: id, run: id, direction: v.picklist(['normalize', 'generate']), points: floats, context }),
  'explore.generate': v.object({ project: id, run: id, latents: floats, context }),
  'explore.rank': v.object({ project: id, run: id, part: v.picklist(['train', 'validation', 'test']), count: count(5000), context }),
  /** The density that a run was fitted to. */
  'explore.target': v.object({ project: id, run: id }),
  /** Points and a grid under the exact triangular map of a known density on the plane, and under the flow. */
  'explore.rosenblatt': v.object({ project: id, run: id, count: v.pipe(count(20_000), v.minValue(1)), context }),
  'explore.certificate': v.object({ project: id, run: id, points: count(64) }),

  /** Ends what `work.progress` tells of; the request that waits for it is refused with `work-cancelled`. */
  'work.cancel': v.object({ project: id, run: id, work: v.picklist(workNames) }),

  'export.onnx': v.object({ project: id, run: id }),
  'export.file': v.object({ project: id, run: id, file: id }),
} as const

export type RequestName = keyof typeof requestSchemas
export type RequestOf<N extends RequestName> = v.InferOutput<(typeof requestSchemas)[N]>

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
