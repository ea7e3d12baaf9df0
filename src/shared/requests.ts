/**
 * The requests of a window, each with the schema against which it is checked where it arrives; what comes back is in
 * `ResultOf` of api.ts.
 */
import * as v from 'valibot'
import { engineNames } from './engines.ts'

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
