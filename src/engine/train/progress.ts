/** What a run remembers between calls beside its vectors: small numbers, kept in the metadata of a checkpoint. */
import * as v from 'valibot'
import { type Result, accept, error, reject } from '../../core/issues.ts'

const progressSchema = v.object({
  /** Steps done. */
  step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Factor on the learning rate; halved by every return to a checkpoint. */
  rateFactor: v.pipe(v.number(), v.gtValue(0)),
  /** Steps left out because they were not finite: in all, and since the last checkpoint of the schedule. */
  skipped: v.number(),
  skippedHere: v.number(),
  returns: v.number(),
  best: v.optional(v.object({ step: v.number(), nll: v.number() })),
  /** Validations since the best one. */
  stale: v.number(),
  /** Sums of the metrics record that is being filled. */
  sums: v.object({ loss: v.number(), norm: v.number(), finite: v.number() }),
})

export type TrainProgress = v.InferOutput<typeof progressSchema>

export function firstProgress(): TrainProgress {
  return {
    step: 0, rateFactor: 1, skipped: 0, skippedHere: 0, returns: 0, stale: 0, sums: { loss: 0, norm: 0, finite: 0 },
  }
}

/** In a fixed order of names: the same progress is the same bytes. */
export function writeProgress({ step, rateFactor, skipped, skippedHere, returns, best, stale, sums }: TrainProgress): string {
  return JSON.stringify({ step, rateFactor, skipped, skippedHere, returns, best, stale, sums })
}

export function readProgress(text: string | undefined, source: string): Result<TrainProgress> {
  let json: unknown
  try {
    json = JSON.parse(text ?? 'null')
  } catch (cause) {
    return reject(error('checkpoint-corrupt', `its progress record is not JSON (${String(cause)})`, { at: source }))
  }
  const parsed = v.safeParse(progressSchema, json)
  return parsed.success ? accept(parsed.output) : reject(error('checkpoint-corrupt', 'its progress record is not complete', { at: source }))
}
