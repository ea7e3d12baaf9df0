/**
 * The forms of what the compute process sends, checked where it arrives: the types of `compute-protocol.ts` hold within one
 * bundle, and what comes from another process may be of another one. Arrays of numbers are told by their class alone, and
 * nothing is copied: what was checked is what goes on.
 */
import * as v from 'valibot'
import type { FromCompute, JobName } from './compute-protocol.ts'
import type { RunEvent } from './run-events.ts'

const { array, instance, literal, looseObject, nullable, optional, picklist, record, string, variant } = v
/** Also those that are not finite: a loss may be. */
const number = v.custom<number>((value) => typeof value === 'number', 'Expected a number')
const flag = v.boolean()
const id = v.pipe(v.number(), v.integer())
const floats = instance(Float32Array)

const issue = looseObject({ code: string(), severity: picklist(['error', 'warning']), message: string(), at: optional(string()), fix: optional(string()) })
const best = looseObject({ step: number, nll: number })
const outcome = picklist(['completed', 'early', 'stopped', 'failed'])
const metric = variant('type', [
  looseObject({ type: literal('train'), step: number, loss: number, gradient_norm: number, learning_rate: number, skipped: number }),
  looseObject({ type: literal('validation'), step: number, nll: number }),
  looseObject({ type: literal('layers'), step: number, log_det: record(string(), number) }),
  looseObject({ type: literal('notice'), step: number, code: string(), message: string() }),
])

const events: { readonly [T in RunEvent['type']]: v.GenericSchema } = {
  prepared: looseObject({ parameters: number, seconds: number }),
  started: looseObject({ step: number, steps: number }),
  progress: looseObject({
    step: number, steps: number, loss: number, gradientNorm: number, learningRate: number, stepsPerSecond: number, secondsLeft: number, skipped: number,
  }),
  validated: looseObject({ step: number, nll: number, best: flag }),
  notice: looseObject({ issue }),
  metrics: looseObject({ records: array(metric) }),
  advanced: looseObject({ done: number, total: number, unit: string(), subject: optional(string()), secondsLeft: optional(number) }),
  finished: looseObject({ outcome, step: number, best: optional(best) }),
}

const layer = { path: string(), id: string(), kind: string() }
const certificate = looseObject({ ...layer, roundTrip32: number, roundTrip64: number, logDetError: nullable(number), condition: nullable(number) })

const results: { readonly [J in JobName]: v.GenericSchema } = {
  train: looseObject({ outcome, step: number }),
  density: looseObject({ figures: record(string(), number), logProb: floats, z: optional(floats), step: number }),
  sample: looseObject({ x: floats, z: floats, step: number }),
  weigh: looseObject({ x: floats, logWeights: floats, step: number }),
  generate: looseObject({ x: floats, step: number }),
  trace: looseObject({ layers: array(looseObject(layer)), states: array(floats), logDets: array(floats), out: floats, logProb: floats, step: number }),
  certificate: looseObject({ layers: array(certificate), flow: certificate, step: number }),
  export: looseObject({
    files: array(string()),
    report: looseObject({
      points: number, log_prob_max_difference: number, log_prob_max_relative_difference: number, z_max_difference: nullable(number),
      x_max_difference: number, round_trip_max_error: nullable(number), density_bytes: number, sampler_bytes: number,
    }),
  }),
}

const messages: { readonly [T in FromCompute['type']]: v.GenericSchema } = {
  ready: looseObject({}),
  event: looseObject({ id, event: looseObject({ type: picklist(Object.keys(events) as RunEvent['type'][]) }) }),
  done: looseObject({ id }),
  refused: looseObject({ id, issues: array(issue) }),
  failed: looseObject({ id, message: string(), stack: string() }),
}

/** What is wrong with a value, with the field that it is wrong in; undefined where nothing is. */
function fault(schema: v.GenericSchema, value: unknown, at: string): string | undefined {
  const parsed = v.safeParse(schema, value, { abortEarly: true })
  if (parsed.success) return undefined
  const [found] = parsed.issues
  return `${[at, v.getDotPath(found)].filter((part) => part !== '' && part !== null).join('.')}: ${found.message}`
}

const known = v.variant('type', (Object.keys(messages) as FromCompute['type'][]).map((type) => looseObject({ type: literal(type) })))

/** What keeps this from being a message of the compute process: its name and the field; undefined where it is one. */
export function messageFault(message: unknown): string | undefined {
  if (!v.is(known, message)) return `a message without a known type: ${fault(known, message, '') ?? ''}`
  const { type } = message
  const wrong = fault(messages[type], message, '')
  if (wrong !== undefined) return `the message '${type}': ${wrong}`
  if (type !== 'event') return undefined
  const { event } = message as Extract<FromCompute, { readonly type: 'event' }>
  const inside = fault(events[event.type], event, 'event')
  return inside === undefined ? undefined : `the event '${event.type}': ${inside}`
}

/** The same of the result of a job. */
export function resultFault(job: JobName, result: unknown): string | undefined {
  const wrong = fault(results[job], result, 'result')
  return wrong === undefined ? undefined : `the result of the job '${job}': ${wrong}`
}
