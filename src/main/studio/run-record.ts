/** What a list of runs shows of a run folder: its file, how far it came, what people wrote about it, its evaluation. */
import { assembleModel } from '../../core/objectives/model.ts'
import { dataEvent } from '../../core/objectives/shapes.ts'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { contextSize } from '../../core/data/context.ts'
import { eventSize } from '../../core/flow/layer.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { writeFileAtomic } from '../../files/atomic-write.ts'
import { readJournal } from '../../files/journal.ts'
import type { Appraisal } from '../../shared/appraisal.ts'
import type { RunState, RunSummary } from '../../shared/api.ts'
import { meanLogUnit } from '../../shared/bits.ts'
import type { MetricRecord } from '../../shared/run-events.ts'
import { contextOf } from './model.ts'
import { type RunFile, readRun } from './run-file.ts'

const figure = v.nullable(v.number())
const appraisalSchema: v.GenericSchema<Appraisal> = v.object({
  elbo_nats: figure, elbo_standard_error: figure, log_z_nats: figure, log_z_standard_error: figure, effective_sample_size: figure,
  kl_to_target_nats: figure, samples: v.number(),
})

const aboutSchema = v.object({
  name: v.optional(v.string()),
  note: v.optional(v.string()),
  /** Figures of the test part, by the step of the weights they belong to. */
  evaluation: v.optional(v.object({
    step: v.number(), testNll: v.number(), bitsPerDimension: v.nullable(v.number()), entropy: v.nullable(v.number()),
    appraisal: v.optional(appraisalSchema),
    classes: v.optional(v.object({ accuracy: v.number(), crossEntropy: v.number() })),
  })),
})
export type About = v.InferOutput<typeof aboutSchema>

const aboutPath = (folder: string): string => join(folder, 'about.json')

/** Notes are not worth refusing a run for: a file that cannot be read counts as empty. */
async function readAbout(folder: string): Promise<About> {
  const path = aboutPath(folder)
  if (!existsSync(path)) return {}
  try {
    const parsed = v.safeParse(aboutSchema, JSON.parse(await readFile(path, 'utf8')))
    return parsed.success ? parsed.output : {}
  } catch (cause) {
    if (cause instanceof SyntaxError) return {}
    throw cause
  }
}

/** The last change of each folder: one waits for the other, so that none is lost. */
const changes = new Map<string, Promise<unknown>>()

export function updateAbout(folder: string, change: Partial<About>): Promise<Result<undefined>> {
  const write = async (): Promise<Result<undefined>> => {
    if (!existsSync(folder)) return reject(error('run-missing', 'there is no such run any more', { at: folder, fix: 'it may have been deleted meanwhile' }))
    return writeFileAtomic(aboutPath(folder), `${JSON.stringify({ ...await readAbout(folder), ...change }, null, 2)}\n`)
  }
  const done = (changes.get(folder) ?? Promise.resolve()).then(write, write)
  changes.set(folder, done)
  const forget = (): void => { if (changes.get(folder) === done) changes.delete(folder) }
  void done.then(forget, forget)
  return done
}

const recordSchema: v.GenericSchema<MetricRecord> = v.variant('type', [
  v.object({
    type: v.literal('train'), step: v.number(), loss: v.number(), gradient_norm: v.number(), learning_rate: v.number(), skipped: v.number(),
  }),
  v.object({ type: v.literal('validation'), step: v.number(), nll: v.number() }),
  v.object({ type: v.literal('layers'), step: v.number(), log_det: v.record(v.string(), v.number()) }),
  v.object({ type: v.literal('notice'), step: v.number(), code: v.string(), message: v.string() }),
])

/** The run's metrics; records of a kind that this version does not know, or with figures that were not finite, are left out. */
export async function readMetrics(folder: string): Promise<Result<readonly MetricRecord[]>> {
  const path = join(folder, 'metrics.jsonl')
  if (!existsSync(path)) return accept([])
  const lines = await readJournal(path)
  if (!lines.ok) return lines
  return accept(lines.value.flatMap((line) => {
    const parsed = v.safeParse(recordSchema, line)
    return parsed.success ? [parsed.output] : []
  }), lines.issues)
}

/** The best validation and the last step in the metrics. */
function progressOf(records: readonly MetricRecord[]): { step: number; best: RunSummary['best'] } {
  let step = 0
  let best: RunSummary['best']
  for (const record of records) {
    step = Math.max(step, record.step)
    if (record.type === 'validation' && (best === undefined || record.nll < best.nll)) best = { step: record.step, nll: record.nll }
  }
  return { step, best }
}

/** Metrics reach the file a little later than the news of them. */
function better(a: RunSummary['best'], b: RunSummary['best']): RunSummary['best'] {
  return a !== undefined && (b === undefined || a.nll < b.nll) ? a : b
}

function parameterCount(run: RunFile): number {
  const { design, training: { objective } } = run.document
  const model = assembleModel({ design, objective, contextSize: contextSize(contextOf(run)) })
  return model.ok ? model.value.flow.table.parameterCount : 0
}

/** Steps at the start in which a part of the loss weighs less: log p̃ that is annealed, a divergence that warms up. */
function easedSteps({ training: { objective: { options }, steps } }: RunFile['document']): number {
  const share = options['annealFraction'] ?? options['warmup']
  return typeof share === 'number' ? Math.round(share * steps) : 0
}

/** `live`: what the studio knows about a run that goes on in it. */
export async function summarise(
  folder: string, live: { readonly state: RunState; readonly step: number; readonly best: RunSummary['best'] } | undefined,
): Promise<Result<{ summary: RunSummary; run: RunFile }>> {
  const read = await readRun(folder)
  if (!read.ok) return read
  const run = read.value
  const about = await readAbout(folder)
  const metrics = await readMetrics(folder)
  const progress = progressOf(metrics.ok ? metrics.value : [])
  // Figures of weights that have been trained on since are not those of the run.
  const evaluation = about.evaluation?.step === progress.step ? about.evaluation : undefined
  const stored: RunState = run.status === 'running' ? 'interrupted' : run.status
  const summary: RunSummary = {
    run: basename(folder),
    name: about.name ?? basename(folder),
    note: about.note ?? '',
    state: live?.state ?? stored,
    created: run.created,
    step: Math.max(live?.step ?? 0, progress.step),
    steps: run.document.training.steps,
    parameters: parameterCount(run),
    dimension: eventSize(dataEvent(run.document.training.objective, run.document.design.event)),
    objective: run.document.training.objective.kind,
    easedSteps: easedSteps(run.document),
    entropy: run.data.entropy,
    dequantized: run.data.dequantized.length > 0,
    meanLogUnit: meanLogUnit(run.document.design),
    logZ: run.data.log_z,
    appraisal: evaluation?.appraisal,
    best: better(live?.best, progress.best),
    testNll: evaluation?.testNll,
    bitsPerDimension: evaluation?.bitsPerDimension ?? undefined,
    classes: evaluation?.classes,
    seconds: run.seconds,
    engine: run.engine.name,
    source: run.data.source,
    fingerprint: run.data.fingerprint,
    failure: run.failure,
  }
  return accept({ summary, run }, metrics.issues)
}
