/**
 * The document that people own: `project.json`, and the frozen copy in every run. Version 1.
 * `readDocument` is the only way in: text → JSON → version → migrations → form → a `ProjectDocument`.
 */
import * as v from 'valibot'
import { type Issue, type Result, accept, error, reject } from '../issues.ts'
import type { DesignNode, FlowDesign } from '../flow/design.ts'
import { checkOptions } from '../flow/options.ts'
import { CURRENT_VERSION, migrate } from './migrations/index.ts'
import { type Training, trainingFields } from './training.ts'

export const FORMAT = 'flowsmith-project'

export interface DataSettings {
  /** A path, relative to the document, or `synthetic:<id>?<option>=<value>`. */
  readonly source: string
  /** Columns that are modelled; all numeric ones but the label when left out. */
  readonly columns?: readonly string[] | undefined
  /** Column that is kept apart. */
  readonly label?: string | undefined
  /** Whether the first row of a text file names the columns; found out from the row itself when left out. */
  readonly header?: boolean | undefined
  /** `auto` dequantizes every integer column, `off` none; or the names of columns. */
  readonly dequantize?: 'auto' | 'off' | readonly string[] | undefined
}

export interface ProjectDocument {
  readonly format: typeof FORMAT
  readonly version: number
  readonly name: string
  readonly design: FlowDesign
  readonly data?: DataSettings | undefined
  readonly training: Training
}

const MAX_DEPTH = 16
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected letters, digits, - and _, at most 64'))

const layerSchema = v.strictObject({
  id, kind: v.string(), options: v.optional(v.record(v.string(), v.unknown())), bypass: v.optional(v.boolean()),
})
const repeatSchema: v.GenericSchema<DesignNode> = v.strictObject({
  id,
  kind: v.literal('repeat'),
  times: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
  layers: v.array(v.lazy(() => nodeSchema)),
  bypass: v.optional(v.boolean()),
}) as v.GenericSchema<DesignNode>
const nodeSchema: v.GenericSchema<DesignNode> = v.lazy((input) =>
  typeof input === 'object' && input !== null && 'kind' in input && input.kind === 'repeat'
    ? repeatSchema
    : (layerSchema as v.GenericSchema<DesignNode>))

const documentSchema = v.strictObject({
  format: v.literal(FORMAT),
  version: v.literal(CURRENT_VERSION),
  name: v.pipe(v.string(), v.maxLength(200)),
  design: v.strictObject({
    event: v.pipe(v.array(v.number()), v.minLength(1), v.maxLength(3)),
    layers: v.array(nodeSchema),
    base: v.record(v.string(), v.unknown()),
  }),
  data: v.optional(v.strictObject({
    source: v.pipe(v.string(), v.minLength(1)),
    columns: v.optional(v.array(v.string())),
    label: v.optional(v.string()),
    header: v.optional(v.boolean()),
    dequantize: v.optional(v.union([v.picklist(['auto', 'off']), v.array(v.string())])),
  })),
  training: v.optional(v.record(v.string(), v.unknown()), {}),
})

/** `layers[2].options` from the path of a valibot issue. */
function showPath(path: readonly { readonly key?: unknown }[] | undefined): string {
  return (path ?? []).reduce((text, { key }) =>
    typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`, '')
}

function formIssue(source: string, issue: v.BaseIssue<unknown>): Issue {
  const at = showPath(issue.path as readonly { readonly key?: unknown }[] | undefined)
  const expected = issue.expected ?? issue.message
  const unknown = issue.expected === 'never'
  return error('document-form', unknown ? `there is nothing called ${issue.received} here` : `expected ${expected}, got ${issue.received}`, {
    at: at === '' ? source : `${source}: ${at}`,
    fix: unknown ? 'remove it, or check its spelling' : 'compare it with a design made by `flowsmith new`',
  })
}

function parseJson(text: string, source: string): Result<unknown> {
  try {
    return accept(JSON.parse(text) as unknown)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return reject(error('document-json', `this is not JSON: ${reason}`, { at: source, fix: 'mend the syntax there, or start from `flowsmith new`' }))
  }
}

function depthOf(nodes: readonly DesignNode[]): number {
  return 1 + Math.max(0, ...nodes.map((node) => ('layers' in node ? depthOf(node.layers) : 0)))
}

/** Every node's id once: edits, runs and messages refer to nodes by id. */
function repeatedIds(nodes: readonly DesignNode[], seen: Set<string> = new Set()): string[] {
  return nodes.flatMap((node) => {
    const again = seen.has(node.id) ? [node.id] : []
    seen.add(node.id)
    return 'layers' in node ? [...again, ...repeatedIds(node.layers, seen)] : again
  })
}

/** Reads the text of a document. `source` is its name, for messages. */
export function readDocument(text: string, source: string): Result<ProjectDocument> {
  const json = parseJson(text, source)
  return json.ok ? readDocumentJson(json.value, source) : json
}

export function readDocumentJson(json: unknown, source: string): Result<ProjectDocument> {
  const current = migrate(json, source)
  if (!current.ok) return current
  const parsed = v.safeParse(documentSchema, current.value)
  if (!parsed.success) return reject(...parsed.issues.slice(0, 5).map((issue) => formIssue(source, issue)))
  const { training: raw, ...rest } = parsed.output
  const issues: Issue[] = repeatedIds(rest.design.layers).map((name) =>
    error('document-id', `the id '${name}' is used more than once`, { at: source, fix: 'give every layer an id of its own' }))
  if (depthOf(rest.design.layers) > MAX_DEPTH) {
    issues.push(error('document-depth', `repeat blocks are nested more than ${MAX_DEPTH} deep`, { at: source, fix: 'unroll some of them' }))
  }
  const training = checkOptions(trainingFields, raw, 'training')
  if (!training.ok || issues.length > 0) return reject(...issues, ...training.issues)
  return accept({ ...rest, training: training.value })
}

/** The text of a document: two-space JSON with a newline at its end, parts written flat. */
export function writeDocument(document: ProjectDocument): string {
  return `${JSON.stringify(document, (_key, value: unknown) => flattenPart(value), 2)}\n`
}

/** A checked part `{kind, options}` goes back to its JSON form `{kind, …options}`. */
function flattenPart(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('options' in value) || 'id' in value) return value
  const { kind, options, ...rest } = value
  return Object.keys(rest).length > 0 || typeof options !== 'object' ? value : { kind, ...options }
}
