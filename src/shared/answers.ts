/**
 * The forms of what the studio answers and tells, checked where it arrives in a window: a page of another version than
 * its studio is told so, and shows nothing that it has misread. Forms are open, so that a newer studio may say more.
 */
import * as v from 'valibot'
import type { StudioEvent } from './api.ts'
import type { RequestName } from './requests.ts'

const { array, boolean, instance, looseObject, nullable, optional, string, tuple } = v
/** Also those that are not finite: a figure may be. */
const number = v.custom<number>((value) => typeof value === 'number')
const floats = instance(Float32Array)
const list = array(v.unknown())
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const issue = looseObject({ code: string(), severity: v.picklist(['error', 'warning']), message: string(), at: optional(string()), fix: optional(string()) })
const document = looseObject({ name: string(), design: looseObject({ event: array(count), layers: list, base: looseObject({ kind: string() }) }), training: looseObject({}) })
const project = looseObject({ project: string() })
const revision = looseObject({ revision: count })
const run = looseObject({ run: string(), name: string(), state: string(), step: number, steps: number })
const record = looseObject({ type: string(), step: number })
const columns = looseObject({ columns: array(looseObject({ name: string(), numeric: boolean() })), arrays: array(string()) })
const plane = looseObject({ box: tuple([number, number, number, number]), resolution: count, logDensity: floats })
const certificate = looseObject({ path: string(), id: string(), kind: string() })

const results: { readonly [N in RequestName]: v.GenericSchema } = {
  'studio.info': looseObject({ version: string(), host: string(), workspace: string(), engines: array(looseObject({ name: string(), title: string() })) }),
  'projects.list': array(looseObject({ project: string(), name: string(), modified: string(), layers: array(string()), runs: count, issue: optional(issue) })),
  'projects.create': project,
  'projects.import': project,
  'projects.duplicate': project,
  'projects.delete': v.null(),
  'projects.restore': v.null(),
  'project.open': looseObject({ project: string(), document, revision: count, undo: optional(string()), redo: optional(string()), notices: array(issue) }),
  'project.edit': revision,
  'project.undo': revision,
  'project.redo': revision,
  'data.upload': looseObject({ source: string() }),
  'data.preview': looseObject({ source: string(), rows: count, event: array(count), columns: array(looseObject({ name: string(), histogram: list })), values: floats, sample: floats, issues: array(issue) }),
  'data.columns': columns,
  'target.preview': looseObject({ problems: array(issue), columns: optional(columns), picture: optional(plane) }),
  'runs.list': array(run),
  'runs.start': looseObject({ run: string() }),
  'runs.control': v.null(),
  'runs.get': v.intersect([run, looseObject({ document, columns: array(string()) })]),
  'runs.metrics': array(record),
  'runs.pace': array(tuple([number, number])),
  'runs.update': v.null(),
  'runs.delete': v.null(),
  'runs.restore': v.null(),
  'runs.evaluate': looseObject({ testNll: number, bitsPerDimension: nullable(number), entropy: nullable(number) }),
  'explore.density': looseObject({ logProb: floats }),
  'explore.points': looseObject({ values: floats, count }),
  'explore.samples': looseObject({ x: floats, z: floats }),
  'explore.trace': looseObject({ layers: array(certificate), count, dimension: count, states: floats, out: floats, logDets: floats, logProb: floats }),
  'explore.generate': looseObject({ x: floats }),
  'explore.rank': looseObject({ indices: instance(Int32Array), logProb: floats, values: floats }),
  'explore.target': looseObject({ picture: optional(plane) }),
  'explore.rosenblatt': looseObject({ count, lines: count, perLine: count, points: floats, uniform: floats, exact: floats, learned: floats, base: string() }),
  'explore.certificate': looseObject({ layers: array(certificate), flow: certificate }),
  'work.cancel': v.null(),
  'export.onnx': looseObject({ files: array(string()), folder: string(), report: looseObject({}) }),
  'export.file': looseObject({ name: string(), bytes: instance(Uint8Array) }),
}

const told = { project: string(), run: string() }
const events: { readonly [T in StudioEvent['type']]: v.GenericSchema } = {
  'studio.closing': looseObject({}),
  'projects.changed': looseObject({}),
  'project.changed': looseObject({ project: string(), revision: count, edit: looseObject({ type: string() }), undo: optional(string()), redo: optional(string()) }),
  'project.notice': looseObject({ project: string(), issue, run: optional(string()) }),
  'run.event': looseObject({ ...told, event: looseObject({ type: string() }) }),
  'run.metrics': looseObject({ ...told, records: array(record) }),
  'run.samples': looseObject({ ...told, step: number, values: floats }),
  'work.progress': looseObject({ ...told, work: string(), done: number, total: number, unit: string(), secondsLeft: optional(number) }),
  'work.ended': looseObject({ ...told, work: string() }),
  'runs.changed': looseObject({ project: string(), run: optional(run) }),
}

const refusal = looseObject({ ok: v.literal(false), issues: array(issue) })
const acceptance = looseObject({ ok: v.literal(true), issues: array(issue) })

/** Whether this is an answer to a request of this name. */
export function isReply(name: RequestName, reply: unknown): boolean {
  if (v.is(refusal, reply)) return true
  return v.is(acceptance, reply) && v.is(results[name], reply['value'])
}

export function isStudioEvent(event: unknown): event is StudioEvent {
  if (!v.is(looseObject({ type: string() }), event)) return false
  const schema = Object.hasOwn(events, event.type) ? events[event.type as StudioEvent['type']] : undefined
  return schema !== undefined && v.is(schema, event)
}
