/** The form of a document and of its parts: what files hold and what edits put in is checked against it. */
import * as v from 'valibot'
import { type Issue, error } from '../issues.ts'
import { type DesignNode, isRepeat } from '../flow/design.ts'
import { isShallow } from './json.ts'
import { CURRENT_VERSION } from './migrations/index.ts'

export const FORMAT = 'flowsmith-project'

/** Levels of nested repeat blocks, the top of the design counted. */
export const MAX_DEPTH = 16
export const MAX_NAME = 200
const MAX_NOTE = 10_000
/** No option is nearly as deep; it keeps whole documents within the depth that is read. */
const MAX_VALUE_DEPTH = 16

/** Names that objects give a meaning of their own cannot be keys of a record. */
const usable = (id: string): boolean => !['__proto__', 'prototype', 'constructor'].includes(id)

export const idSchema = v.pipe(
  v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected letters, digits, - and _, at most 64'),
  v.check(usable, 'expected another name: this one is reserved'),
)
export const nameSchema = v.pipe(v.string(), v.maxLength(MAX_NAME, `expected at most ${MAX_NAME} characters`))
export const timesSchema = v.pipe(
  v.number(),
  v.check((times) => Number.isInteger(times) && times >= 1 && times <= 1000, 'expected a whole number 1 … 1000'),
)
/** What is set is stored as it comes, and checked when the flow is assembled. */
export const valueSchema = v.pipe(
  v.unknown(),
  v.check((value) => isShallow(value, MAX_VALUE_DEPTH), `expected a value nested at most ${MAX_VALUE_DEPTH} deep`),
)
export const optionsSchema = v.record(v.string(), valueSchema)
export const eventSchema = v.pipe(
  v.array(v.number()), v.check(({ length }) => length >= 1 && length <= 3, 'expected 1 to 3 sizes'),
)

const layerSchema = v.strictObject({
  id: idSchema, kind: v.string(), options: v.optional(optionsSchema), bypass: v.optional(v.boolean()),
})
const repeatSchema: v.GenericSchema<DesignNode> = v.strictObject({
  id: idSchema,
  kind: v.literal('repeat'),
  times: timesSchema,
  layers: v.array(v.lazy(() => nodeSchema)),
  bypass: v.optional(v.boolean()),
}) as v.GenericSchema<DesignNode>
export const nodeSchema: v.GenericSchema<DesignNode> = v.lazy((input) =>
  typeof input === 'object' && input !== null && 'kind' in input && input.kind === 'repeat'
    ? repeatSchema
    : (layerSchema as v.GenericSchema<DesignNode>))

export const dataSchema = v.strictObject({
  source: v.pipe(v.string(), v.minLength(1)),
  columns: v.optional(v.array(v.string())),
  label: v.optional(v.string()),
  context: v.optional(v.array(v.string())),
  header: v.optional(v.boolean()),
  dequantize: v.optional(v.union([v.picklist(['auto', 'off']), v.array(v.string())])),
  split: v.optional(v.pipe(
    v.strictObject({ validation: v.number(), test: v.number() }),
    v.check(({ validation, test }) => validation > 0 && test > 0 && validation + test < 1,
      'expected the shares of validation and test, each above 0 and together below 1'),
  )),
})

export const targetSchema = v.strictObject({
  source: v.pipe(v.string(), v.minLength(1)),
  box: v.optional(v.pipe(
    v.tuple([v.number(), v.number()]), v.check(([low, high]) => low < high, 'expected two numbers, the lower one first'),
  )),
  label: v.optional(v.string()),
})

export const noteSchema = v.pipe(
  v.string(), v.check(({ length }) => length >= 1 && length <= MAX_NOTE, `expected 1 to ${MAX_NOTE} characters`),
)
export const editorSchema = v.strictObject({
  folded: v.optional(v.array(idSchema)),
  notes: v.optional(v.record(idSchema, noteSchema)),
})

export const documentSchema = v.strictObject({
  format: v.literal(FORMAT),
  version: v.literal(CURRENT_VERSION),
  name: nameSchema,
  design: v.strictObject({ event: eventSchema, layers: v.array(nodeSchema), base: optionsSchema }),
  data: v.optional(dataSchema),
  target: v.optional(targetSchema),
  training: v.optional(optionsSchema, {}),
  editor: v.optional(editorSchema),
})

/** `layers[2].options` from the path of a valibot issue. */
function showPath(path: readonly { readonly key?: unknown }[] | undefined): string {
  return (path ?? []).reduce((text, { key }) =>
    typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`, '')
}

/** What does not fit a schema, as issues, the first five. `source` names the whole value; `fix` says how to mend it. */
export function formIssues(
  code: string, source: string, issues: readonly v.BaseIssue<unknown>[], fix: string,
): Issue[] {
  return issues.slice(0, 5).map((issue) => {
    const at = showPath(issue.path as readonly { readonly key?: unknown }[] | undefined)
    const where = at === '' ? source : `${source}: ${at}`
    if (issue.expected === 'never') {
      const message = `there is nothing called ${issue.received} here`
      return error(code, message, { at: where, fix: 'remove it, or check its spelling' })
    }
    // Messages of our own start like this; valibot's name a pattern or a bound only.
    const isOurs = issue.message.startsWith('expected ')
    const expected = isOurs ? issue.message : `expected ${issue.expected ?? 'another form'}`
    return error(code, `${expected}, got ${issue.received}`, { at: where, fix })
  })
}

/** Levels of nesting: 1 for a list without blocks. */
export function depthOf(nodes: readonly DesignNode[]): number {
  return 1 + Math.max(0, ...nodes.map((node) => (isRepeat(node) ? depthOf(node.layers) : 0)))
}

/** The ids of all nodes, blocks before what is in them; a repeated one comes as often as it is there. */
export function idsOf(nodes: readonly DesignNode[]): string[] {
  return nodes.flatMap((node) => (isRepeat(node) ? [node.id, ...idsOf(node.layers)] : [node.id]))
}

/** Ids that are there more than once, each once. */
export function repeatedIds(nodes: readonly DesignNode[]): string[] {
  const seen = new Set<string>()
  return [...new Set(idsOf(nodes).filter((id) => seen.has(id) || !seen.add(id)))]
}
