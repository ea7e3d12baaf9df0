/** What the editor keeps beside the design: which blocks are folded, and people's notes on layers. */
import type { DesignNode } from '../flow/design.ts'
import { idsOf } from './form.ts'

export interface EditorState {
  /** Ids of the blocks that are shown closed. */
  readonly folded?: readonly string[] | undefined
  /** Note of each node that has one, by id. */
  readonly notes?: Readonly<Record<string, string>> | undefined
}

/** Whether it speaks only of nodes that are there, and of each once. */
export function editorFits(editor: EditorState, layers: readonly DesignNode[]): boolean {
  const ids = new Set(idsOf(layers))
  const folded = editor.folded ?? []
  return new Set(folded).size === folded.length
    && folded.every((id) => ids.has(id)) && Object.keys(editor.notes ?? {}).every((id) => ids.has(id))
}

/** Without what speaks of nodes that are not there; the same object where there is no such thing. */
export function tidyEditor(editor: EditorState | undefined, layers: readonly DesignNode[]): EditorState | undefined {
  if (editor === undefined || editorFits(editor, layers)) return editor
  const ids = new Set(idsOf(layers))
  const folded = [...new Set(editor.folded)].filter((id) => ids.has(id))
  return compact(folded, Object.fromEntries(Object.entries(editor.notes ?? {}).filter(([id]) => ids.has(id))))
}

/** With a node's note set, or taken away where `note` is undefined. */
export function withNote(
  editor: EditorState | undefined, id: string, note: string | undefined,
): EditorState | undefined {
  const { [id]: _before, ...others } = editor?.notes ?? {}
  return compact(editor?.folded ?? [], note === undefined ? others : { ...others, [id]: note })
}

export function withFolded(editor: EditorState | undefined, id: string, isFolded: boolean): EditorState | undefined {
  const others = (editor?.folded ?? []).filter((other) => other !== id)
  return compact(isFolded ? [...others, id] : others, editor?.notes ?? {})
}

/** Nothing is left behind where nothing is kept. */
function compact(folded: readonly string[], notes: Readonly<Record<string, string>>): EditorState | undefined {
  const parts = { ...(folded.length > 0 ? { folded } : {}), ...(Object.keys(notes).length > 0 ? { notes } : {}) }
  return Object.keys(parts).length > 0 ? parts : undefined
}
