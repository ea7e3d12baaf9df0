/** What can be done to the design: every way of doing it (keys, menus, drags, the palette) ends here. */
import { defineStore } from 'pinia'
import type { Edit } from '../../core/design/edits.ts'
import { copyNodes, pasteEdit } from '../../core/design/clipboard.ts'
import { freshId } from '../../core/design/ids.ts'
import { type DesignNode, isRepeat } from '../../core/flow/design.ts'
import type { Issue } from '../../core/issues.ts'
import { useFlow } from '../stores/flow.ts'
import { useNotices } from '../stores/notices.ts'
import { useProject } from '../stores/project.ts'
import { useSelection } from '../stores/selection.ts'
import { entryOf } from './catalogue.ts'
import { type Target, indexAmongStaying, refusal } from './drop.ts'
import { listOf, topmostIds, withInner } from './tree.ts'

/** Layers that were copied, for the other windows and projects on this machine. */
const CLIPBOARD = 'flowsmith.clipboard'
const DEFAULT_TIMES = 4

export const useActions = defineStore('actions', () => {
  const project = useProject()
  const flow = useFlow()
  const selection = useSelection()
  const notices = useNotices()

  const chosen = (): string[] => topmostIds(flow.places, selection.layers)
  const nodesOf = (ids: readonly string[]): DesignNode[] => ids.flatMap((id) => flow.places.get(id)?.node ?? [])

  function titleOf(ids: readonly string[]): string {
    const [only] = nodesOf(ids)
    return ids.length === 1 && only !== undefined ? entryOf(only.kind).title : `${ids.length} layers`
  }

  /** A new node of a kind, with its defaults. */
  function make(kind: string): DesignNode | undefined {
    if (project.document === undefined) return undefined
    const id = freshId(project.document, kind)
    return kind === 'repeat' ? { id, kind: 'repeat', times: DEFAULT_TIMES, layers: [] } : { id, kind }
  }

  /** Behind what is selected (in a selected open block: at its end), else at the end of the flow. */
  function besideSelection(): Target {
    const last = chosen().at(-1)
    const place = last === undefined ? undefined : flow.places.get(last)
    if (place === undefined) {
      return { parent: null, index: selection.isSelected('@data') ? 0 : flow.design.layers.length }
    }
    const inside = isRepeat(place.node) && !flow.folded.has(place.node.id) && place.node.layers.length === 0
    return inside ? { parent: place.node.id, index: 0 } : { parent: place.parent, index: place.index + 1 }
  }

  /** A gap of the canvas is a target, and more, that an edit does not take. */
  const only = ({ parent, index }: Target): Target => ({ parent, index })

  function insert(node: DesignNode, target: Target): Issue | undefined {
    const against = refusal(flow.design, [node], target, [], flow.contextSize)
    if (against !== undefined) return against
    if (project.edit({ type: 'insert-nodes', ...only(target), nodes: [node] }, `Add ${entryOf(node.kind).title}`)) {
      selection.reveal(node.id)
    }
    return undefined
  }

  /** Adds a layer; says why where it cannot stand. */
  function add(kind: string, target: Target = besideSelection()): void {
    const node = make(kind)
    const against = node === undefined ? undefined : insert(node, target)
    if (against !== undefined) {
      notices.add({
        tone: 'warning', text: `${entryOf(kind).title} cannot stand here: ${against.message}`, detail: against.fix,
      })
    }
  }

  function move(ids: readonly string[], { parent, index }: Target): boolean {
    const staying = indexAmongStaying(listOf(flow.design.layers, parent), index, ids)
    const first = ids[0] === undefined ? undefined : flow.places.get(ids[0])
    const apart = ids.some(
      (id, i) => flow.places.get(id)?.parent !== parent || flow.places.get(id)?.index !== (first?.index ?? 0) + i
    )
    if (!apart && first?.index === staying) return false
    return project.edit({ type: 'move-nodes', ids, parent, index: staying }, `Move ${titleOf(ids)}`)
  }

  function remove(): void {
    const ids = chosen()
    if (ids.length === 0) return
    const { order } = flow.layout
    const gone = new Set(nodesOf(ids).flatMap(withInner))
    const from = order.indexOf(ids[0] ?? '')
    const next = order.slice(from).find((id) => !gone.has(id)) ?? order.slice(0, from).findLast((id) => !gone.has(id))
    if (project.edit({ type: 'remove-nodes', ids }, `Delete ${titleOf(ids)}`)) {
      selection.set(next === undefined || next.startsWith('@') ? [] : [next])
    }
  }

  function batch(label: string, edits: readonly Edit[]): void {
    const [only] = edits
    if (only !== undefined) project.edit(edits.length === 1 ? only : { type: 'batch', label, edits }, label)
  }

  function toggleBypass(): void {
    const ids = chosen()
    const bypass = nodesOf(ids).some((node) => node.bypass !== true)
    batch(`${bypass ? 'Bypass' : 'Use'} ${titleOf(ids)}`, ids.map(
      (id) => bypass ? { type: 'set-bypass', id, bypass } : { type: 'set-bypass', id }
    ))
  }

  /** Once is a group: a frame that can be folded, left out and moved as a whole. */
  function wrap(times = DEFAULT_TIMES): void {
    const ids = chosen()
    if (project.document === undefined || ids.length === 0) return
    const id = freshId(project.document, 'repeat')
    if (
      project.edit({ type: 'wrap-in-repeat', ids, id, times }, `${times === 1 ? 'Group' : 'Repeat'} ${titleOf(ids)}`)
    ) {
      selection.reveal(id)
    }
  }
  function unwrap(): void {
    for (const node of nodesOf(chosen())) {
      if (!isRepeat(node)) continue
      if (project.edit({ type: 'unwrap', id: node.id }, 'Unwrap repeat block')) {
        selection.set(node.layers.map(({ id }) => id))
      }
    }
  }
  function setTimes(id: string, times: number, gesture: string): void {
    project.edit({
      type: 'set-times', id, times: Math.min(1000, Math.max(1, times)),
    }, 'Change repetitions', `times/${id}/${gesture}`)
  }
  function fold(id: string, isFolded = !flow.folded.has(id)): void {
    project.edit({ type: 'set-folded', id, folded: isFolded }, isFolded ? 'Fold block' : 'Unfold block')
  }

  /** The text for the clipboard; undefined when nothing is selected. */
  function copy(): string | undefined {
    const ids = chosen()
    if (project.document === undefined || ids.length === 0) return undefined
    const text = JSON.stringify(copyNodes(project.document, ids), null, 2)
    localStorage.setItem(CLIPBOARD, text)
    return text
  }
  function pasteNodes(payload: unknown, target: Target, label: string): void {
    if (project.document === undefined) return
    const edit = pasteEdit(project.document, payload, only(target))
    if (!edit.ok) {
      notices.issues(edit.issues)
      return
    }
    if (!project.edit(edit.value, label)) return
    const first = edit.value.type === 'batch' ? edit.value.edits[0] : edit.value
    if (first?.type === 'insert-nodes') selection.set(first.nodes.map(({ id }) => id))
  }
  /** What was copied: the text of the clipboard, or without one the last copy on this machine. */
  function paste(text?: string): void {
    const source = text ?? localStorage.getItem(CLIPBOARD) ?? ''
    let payload: unknown
    try {
      payload = JSON.parse(source)
    } catch {
      // Any other text in the clipboard: the edit says that there are no layers in it.
      payload = source
    }
    pasteNodes(payload, besideSelection(), 'Paste')
  }
  function duplicate(): void {
    const ids = chosen()
    if (project.document === undefined || ids.length === 0) return
    const last = flow.places.get(ids.at(-1) ?? '')
    pasteNodes(copyNodes(project.document, ids), {
      parent: last?.parent ?? null, index: (last?.index ?? 0) + 1,
    }, `Duplicate ${titleOf(ids)}`)
  }
  /** A copy at a place, for a drag with Alt. */
  function copyTo(ids: readonly string[], target: Target): void {
    if (project.document !== undefined) {
      pasteNodes(copyNodes(project.document, ids), target, `Duplicate ${titleOf(ids)}`)
    }
  }

  /** One step along the chain, into and out of open blocks. */
  function shift(by: 1 | -1): void {
    const ids = chosen()
    const { gaps } = flow.layout
    const edge = flow.places.get((by > 0 ? ids.at(-1) : ids[0]) ?? '')
    if (edge === undefined) return
    const beside = gaps.findIndex(
      ({ parent, index }) => parent === edge.parent && index === edge.index + (by > 0 ? 1 : 0)
    )
    const target = gaps[beside + by]
    if (target !== undefined) move(ids, target)
  }

  return {
    chosen, nodesOf, titleOf, make, besideSelection, insert, add, move, remove, toggleBypass, wrap, unwrap, setTimes,
    fold, copy, paste, duplicate, copyTo, shift, batch,
  }
})
