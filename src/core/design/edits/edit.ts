/**
 * Edits of a document as plain JSON: they travel between windows and the studio and lie in journals. This file is their
 * form; what they do is in `structure.ts` (the tree of nodes) and `values.ts` (everything else).
 */
import * as v from 'valibot'
import { type Result, accept, reject } from '../../issues.ts'
import type { DesignNode } from '../../flow/design.ts'
import type { DataSettings, TargetSettings } from '../document.ts'
import type { EditorState } from '../editor.ts'
import {
  dataSchema, editorSchema, eventSchema, formIssues, idSchema, nameSchema, nodeSchema, noteSchema,
  optionsSchema, targetSchema, timesSchema, valueSchema,
} from '../form.ts'
import { jsonIssue } from '../json.ts'

/** `parent` is the id of a repeat block, or null for the top of the design. */
type Parent = string | null

interface EditTypes {
  'rename-project': { readonly name: string }
  'set-event': { readonly event: readonly number[] }
  'set-base': { readonly base: Readonly<Record<string, unknown>> }
  'insert-nodes': { readonly parent: Parent; readonly index: number; readonly nodes: readonly DesignNode[] }
  /** A block goes with everything in it. */
  'remove-nodes': { readonly ids: readonly string[] }
  /** They end side by side, in the order of `ids`; `index` counts the nodes that stay. Blocks move whole. */
  'move-nodes': { readonly ids: readonly string[]; readonly parent: Parent; readonly index: number }
  /** Without a value, the option goes back to its default. Values are checked when the flow is assembled, not here. */
  'set-option': { readonly id: string; readonly name: string; readonly value?: unknown }
  /** All options of a layer at once; without any, as if none had ever been set. */
  'set-options': { readonly id: string; readonly options?: Readonly<Record<string, unknown>> | undefined }
  /** Left out: as if it had never been set, which is the same as false. */
  'set-bypass': { readonly id: string; readonly bypass?: boolean | undefined }
  'set-times': { readonly id: string; readonly times: number }
  /** Puts neighbours, in the order in which they stand, into a new block with this id. */
  'wrap-in-repeat': { readonly ids: readonly string[]; readonly id: string; readonly times: number }
  /** Puts what is in a block in its place, once. */
  'unwrap': { readonly id: string }
  /** Without a value, the setting goes back to its default. Values are checked: documents hold valid settings only. */
  'set-training': { readonly name: string; readonly value?: unknown }
  'set-data': { readonly data?: DataSettings | undefined }
  'set-target': { readonly target?: TargetSettings | undefined }
  'set-note': { readonly id: string; readonly note?: string | undefined }
  'set-folded': { readonly id: string; readonly folded: boolean }
  'set-editor': { readonly editor?: EditorState | undefined }
  /** One after the other, all or none. */
  'batch': { readonly label: string; readonly edits: readonly Edit[] }
}

export type EditType = keyof EditTypes
export type EditOf<T extends EditType> = { readonly type: T } & EditTypes[T]
export type Edit = { [T in EditType]: EditOf<T> }[EditType]

const ids = v.pipe(v.array(idSchema), v.minLength(1, 'expected at least one id'))
const nodes = v.pipe(v.array(nodeSchema), v.minLength(1, 'expected at least one node'))
const parent = v.nullable(idSchema)
const index = v.pipe(v.number(), v.check((n) => Number.isInteger(n) && n >= 0, 'expected a whole number from 0'))
const optionName = v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'expected the name of an option'))

const schemas: { readonly [T in EditType]: v.GenericSchema } = {
  'rename-project': form('rename-project', { name: nameSchema }),
  'set-event': form('set-event', { event: eventSchema }),
  'set-base': form('set-base', { base: optionsSchema }),
  'insert-nodes': form('insert-nodes', { parent, index, nodes }),
  'remove-nodes': form('remove-nodes', { ids }),
  'move-nodes': form('move-nodes', { ids, parent, index }),
  'set-option': form('set-option', { id: idSchema, name: optionName, value: v.optional(valueSchema) }),
  'set-options': form('set-options', { id: idSchema, options: v.optional(optionsSchema) }),
  'set-bypass': form('set-bypass', { id: idSchema, bypass: v.optional(v.boolean()) }),
  'set-times': form('set-times', { id: idSchema, times: timesSchema }),
  'wrap-in-repeat': form('wrap-in-repeat', { ids, id: idSchema, times: timesSchema }),
  'unwrap': form('unwrap', { id: idSchema }),
  'set-training': form('set-training', { name: v.string(), value: v.optional(valueSchema) }),
  'set-data': form('set-data', { data: v.optional(dataSchema) }),
  'set-target': form('set-target', { target: v.optional(targetSchema) }),
  'set-note': form('set-note', { id: idSchema, note: v.optional(noteSchema) }),
  'set-folded': form('set-folded', { id: idSchema, folded: v.boolean() }),
  'set-editor': form('set-editor', { editor: v.optional(editorSchema) }),
  'batch': form('batch', { label: nameSchema, edits: v.array(v.lazy(schemaOf)) }),
}

function form<const E extends v.ObjectEntries>(type: EditType, entries: E) {
  return v.strictObject({ type: v.literal(type), ...entries })
}

const knownType = v.object({ type: v.picklist(Object.keys(schemas) as EditType[]) })

/** The schema of an edit by its type; one of unknown type is told the types. */
function schemaOf(json: unknown): v.GenericSchema {
  const known = v.safeParse(knownType, json)
  return known.success ? schemas[known.output.type] : knownType
}

/** Checks what arrives from outside: any value in, an edit of the right form out, for whatever document it is. */
export function validateEdit(json: unknown): Result<Edit> {
  const notJson = jsonIssue(json, 'edit')
  if (notJson !== undefined) return reject(notJson)
  const parsed = v.safeParse(schemaOf(json), json)
  if (parsed.success) return accept(parsed.output as Edit)
  const fix = 'send it in the form of the edits that Flowsmith lists'
  return reject(...formIssues('edit-form', 'edit', parsed.issues, fix))
}
