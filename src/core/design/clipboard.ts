/** Layers as they travel by the clipboard, within a project and between projects. */
import * as v from 'valibot'
import { type Result, accept, error, reject } from '../issues.ts'
import { type DesignNode, isRepeat } from '../flow/design.ts'
import type { ProjectDocument } from './document.ts'
import type { Edit } from './edits.ts'
import { together } from './edits/outcome.ts'
import { placesOf, runsOf, topmost } from './edits/tree.ts'
import { formIssues, idSchema, idsOf, nodeSchema, noteSchema } from './form.ts'
import { freshId } from './ids.ts'
import { jsonIssue } from './json.ts'

const CLIPBOARD_FORMAT = 'flowsmith-layers'
const VERSION = 1

export interface ClipboardPayload {
  readonly format: typeof CLIPBOARD_FORMAT
  readonly version: number
  readonly nodes: readonly DesignNode[]
  /** Notes on the nodes, by their ids in `nodes`. */
  readonly notes?: Readonly<Record<string, string>>
}

const payloadSchema = v.object({
  format: v.literal(CLIPBOARD_FORMAT),
  version: v.literal(VERSION),
  nodes: v.pipe(v.array(nodeSchema), v.minLength(1, 'expected at least one layer')),
  notes: v.optional(v.record(idSchema, noteSchema)),
})

const newerSchema = v.object({ version: v.pipe(v.number(), v.minValue(VERSION + 1)) })

/** Copies nodes, each with what is in it, in the order of the document. Ids that are not there are passed over. */
export function copyNodes(document: ProjectDocument, ids: readonly string[]): ClipboardPayload {
  const places = placesOf(document.design.layers)
  const nodes = runsOf(places, topmost(places, ids)).flatMap((run) => run.nodes)
  const notes = pick(document.editor?.notes ?? {}, idsOf(nodes))
  return { format: CLIPBOARD_FORMAT, version: VERSION, nodes, ...(Object.keys(notes).length > 0 ? { notes } : {}) }
}

function pick(notes: Readonly<Record<string, string>>, ids: readonly string[]): Record<string, string> {
  return Object.fromEntries(ids.flatMap((id) => {
    const note = Object.hasOwn(notes, id) ? notes[id] : undefined
    return note === undefined ? [] : [[id, note]]
  }))
}

/**
 * The edit that inserts what `copyNodes` gave, from this or another project. A node keeps its id where that is free and
 * gets a new one like it where not. `payload` is whatever the clipboard held, as JSON.
 */
export function pasteEdit(
  document: ProjectDocument, payload: unknown, at: { readonly parent: string | null; readonly index: number },
): Result<Edit> {
  const read = readPayload(payload)
  if (!read.ok) return read
  const { nodes, notes = {} } = read.value
  const taken = new Set(idsOf(document.design.layers))
  const noteEdits: Edit[] = []
  const rename = (node: DesignNode): DesignNode => {
    const id = taken.has(node.id) ? freshId(document, node.id, taken) : node.id
    taken.add(id)
    const note = Object.hasOwn(notes, node.id) ? notes[node.id] : undefined
    if (note !== undefined) noteEdits.push({ type: 'set-note', id, note })
    return isRepeat(node) ? { ...node, id, layers: node.layers.map(rename) } : { ...node, id }
  }
  const insert: Edit = { type: 'insert-nodes', ...at, nodes: nodes.map(rename) }
  return accept(together('Paste', [insert, ...noteEdits]))
}

function readPayload(payload: unknown): Result<v.InferOutput<typeof payloadSchema>> {
  const format = typeof payload === 'object' && payload !== null && 'format' in payload ? payload.format : undefined
  if (format !== CLIPBOARD_FORMAT) {
    return reject(error('clipboard-foreign', 'there are no layers in the clipboard', {
      at: 'clipboard', fix: 'copy layers first',
    }))
  }
  if (v.is(newerSchema, payload)) {
    return reject(error('clipboard-newer', 'these layers were copied from a newer Flowsmith', {
      at: 'clipboard', fix: 'open both projects with the same version',
    }))
  }
  const notJson = jsonIssue(payload, 'clipboard')
  if (notJson !== undefined) return reject(notJson)
  const parsed = v.safeParse(payloadSchema, payload)
  if (parsed.success) return accept(parsed.output)
  return reject(...formIssues('clipboard-form', 'clipboard', parsed.issues, 'copy the layers again'))
}
