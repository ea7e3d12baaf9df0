/** What one kind of edit makes of a document, and the issues that several kinds share. */
import { type Issue, type Result, accept, error } from '../../issues.ts'
import type { DesignNode } from '../../flow/design.ts'
import type { ProjectDocument } from '../document.ts'
import { tidyEditor } from '../editor.ts'
import { MAX_DEPTH, depthOf } from '../form.ts'
import type { Edit, EditOf, EditType } from './edit.ts'
import type { Places } from './tree.ts'

export interface Applied {
  readonly document: ProjectDocument
  /** Applied to `document`, it gives the document before the edit. */
  readonly inverse: Edit
}

/** Applies edits of one type. */
export type Rule<T extends EditType> = (document: ProjectDocument, edit: EditOf<T>) => Result<Applied>

/** The document with other layers. What the editor keeps about nodes that are gone goes; the inverse brings it back. */
export function withLayers(document: ProjectDocument, layers: readonly DesignNode[], inverse: Edit): Result<Applied> {
  const changed = { ...document, design: { ...document.design, layers } }
  const editor = tidyEditor(document.editor, layers)
  if (editor === document.editor) return accept({ document: changed, inverse })
  return accept({
    document: withPart(changed, 'editor', editor), inverse: together('Restore', [inverse, restoreEditor(document)]),
  })
}

/** The edit that brings back what the editor keeps now. */
export function restoreEditor({ editor }: ProjectDocument): Edit {
  return editor === undefined ? { type: 'set-editor' } : { type: 'set-editor', editor }
}

/** The document with its optional part set, or taken away. */
export function withPart<K extends 'data' | 'target' | 'editor'>(
  document: ProjectDocument, name: K, value: ProjectDocument[K],
): ProjectDocument {
  if (value !== undefined) return { ...document, [name]: value }
  const copy = { ...document }
  delete copy[name]
  return copy
}

/** One edit that does several; a single one stays itself, and batches among them are spread: inverses stay flat. */
export function together(label: string, edits: readonly Edit[]): Edit {
  const flat = edits.flatMap((edit) => (edit.type === 'batch' ? edit.edits : [edit]))
  const [only] = flat
  return only !== undefined && flat.length === 1 ? only : { type: 'batch', label, edits: flat }
}

export function unknownNode(id: string): Issue {
  return error('edit-unknown-node', `there is no layer with the id '${id}'`, {
    at: id, fix: 'it may have been removed meanwhile',
  })
}

/** Issues for those ids that no node has. */
export function unknownNodes(places: Places, ids: readonly string[]): Issue[] {
  return [...new Set(ids)].filter((id) => !places.has(id)).map(unknownNode)
}

export function notABlock(id: string): Issue {
  return error('edit-not-a-block', `expected a repeat block, got the layer '${id}'`, { at: id })
}

export function tooDeep(layers: readonly DesignNode[], at: string): Issue | undefined {
  if (depthOf(layers) <= MAX_DEPTH) return undefined
  return error('edit-depth', `repeat blocks would be nested more than ${MAX_DEPTH} deep`, {
    at, fix: 'unwrap some of them',
  })
}

export function takenId(id: string): Issue {
  return error('edit-id-taken', `the id '${id}' is in use`, { at: id, fix: 'choose another id' })
}
