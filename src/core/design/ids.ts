/** Ids for new nodes: short, readable, unique: `coupling`, `coupling-2`, … */
import type { ProjectDocument } from './document.ts'
import { idsOf } from './form.ts'

const LONGEST_STEM = 56

/** An id that no node of the document has, and none of `taken`, made from a layer's kind or from another id. */
export function freshId(document: ProjectDocument, kind: string, taken: Iterable<string> = []): string {
  const used = new Set([...idsOf(document.design.layers), ...taken])
  const stem = stemOf(kind)
  let id = stem
  for (let i = 2; used.has(id); i++) id = `${stem}-${i}`
  return id
}

/** The part of a kind or an id before its number, in the letters of an id. */
function stemOf(kind: string): string {
  const words = kind.replace(/-\d+$/, '').replace(/[^A-Za-z0-9_-]+/g, '-')
  const letters = words.replace(/^-+|-+$/g, '').slice(0, LONGEST_STEM)
  // Names that begin like those of an object's own parts are no keys of notes.
  return letters === '' || ['__proto__', 'prototype', 'constructor'].includes(letters) ? 'layer' : letters
}
