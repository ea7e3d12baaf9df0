/** Edits of the tree of nodes: what stands where. */
import { type Result, error, reject } from '../../issues.ts'
import type { DesignNode, RepeatNode } from '../../flow/design.ts'
import type { ProjectDocument } from '../document.ts'
import { idsOf, repeatedIds } from '../form.ts'
import type { Edit, EditOf } from './edit.ts'
import {
  type Applied, notABlock, takenId, together, tooDeep, unknownNode, unknownNodes, withLayers,
} from './outcome.ts'
import {
  type Place, type Run, blockAt, childrenOf, isWithin, placesOf, runsOf, topmost, withChildren, withoutNodes,
} from './tree.ts'

/** Puts nodes into a list of the layers, or says why they have no place there. */
function insertInto(
  document: ProjectDocument, layers: readonly DesignNode[], parent: string | null, index: number,
  nodes: readonly DesignNode[], inverse: Edit,
): Result<Applied> {
  const siblings = childrenOf(layers, parent)
  if (siblings === undefined) {
    const id = parent as string
    return reject(placesOf(layers).has(id) ? notABlock(id) : unknownNode(id))
  }
  if (index > siblings.length) {
    return reject(error('edit-index', `expected a position 0 … ${siblings.length}, got ${index}`, {
      at: parent ?? 'layers',
    }))
  }
  const inserted = withChildren(layers, parent, siblings.toSpliced(index, 0, ...nodes))
  const depth = tooDeep(inserted, parent ?? 'layers')
  return depth === undefined ? withLayers(document, inserted, inverse) : reject(depth)
}

export function insertNodes(document: ProjectDocument, edit: EditOf<'insert-nodes'>): Result<Applied> {
  const { parent, index, nodes } = edit
  const { layers } = document.design
  const places = placesOf(layers)
  const taken = [...new Set([...repeatedIds(nodes), ...idsOf(nodes).filter((id) => places.has(id))])]
  if (taken.length > 0) return reject(...taken.map(takenId))
  return insertInto(document, layers, parent, index, nodes, { type: 'remove-nodes', ids: nodes.map(({ id }) => id) })
}

const insertRun = ({ parent, index, nodes }: Run): Edit => ({ type: 'insert-nodes', parent, index, nodes })

export function removeNodes(document: ProjectDocument, { ids }: EditOf<'remove-nodes'>): Result<Applied> {
  const { layers } = document.design
  const places = placesOf(layers)
  const unknown = unknownNodes(places, ids)
  if (unknown.length > 0) return reject(...unknown)
  const top = topmost(places, ids)
  // In the order of the document, every run finds its place: what stood before it is there again.
  const inverse = together('Restore layers', runsOf(places, top).map(insertRun))
  return withLayers(document, withoutNodes(layers, new Set(top)), inverse)
}

export function moveNodes(document: ProjectDocument, { ids, parent, index }: EditOf<'move-nodes'>): Result<Applied> {
  const { layers } = document.design
  const places = placesOf(layers)
  const unknown = unknownNodes(places, ids)
  if (unknown.length > 0) return reject(...unknown)
  const top = topmost(places, ids)
  const moved = new Set(top)
  if (isWithin(places, parent, moved)) {
    return reject(error('edit-into-itself', 'a block cannot be moved into itself', {
      at: parent ?? 'layers', fix: 'choose a place outside of it',
    }))
  }
  const nodes = top.flatMap((id) => places.get(id)?.node ?? [])
  const rest = withoutNodes(layers, moved)
  return insertInto(document, rest, parent, index, nodes, moveBack(runsOf(places, top), rest.length))
}

const moveRun = ({ parent, index, nodes }: Run): Edit => ({
  type: 'move-nodes', ids: nodes.map(({ id }) => id), parent, index,
})

/**
 * Moves runs back to where they came from. Several are first moved out of the way, behind the `end` nodes at the top
 * that stay: then each, in the order of the document, finds before it exactly what was there.
 */
function moveBack(runs: readonly Run[], end: number): Edit {
  if (runs.length === 1) return together('Move back', runs.map(moveRun))
  const aside = moveRun({ parent: null, index: end, nodes: runs.flatMap(({ nodes }) => nodes) })
  return together('Move back', [aside, ...runs.map(moveRun)])
}

export function wrapInRepeat(document: ProjectDocument, { ids, id, times }: EditOf<'wrap-in-repeat'>): Result<Applied> {
  const { layers } = document.design
  const places = placesOf(layers)
  const unknown = unknownNodes(places, ids)
  if (unknown.length > 0) return reject(...unknown)
  if (places.has(id)) return reject(takenId(id))
  const [run, ...others] = runsOf(places, ids)
  if (run === undefined || others.length > 0) {
    return reject(error('edit-not-neighbours', 'expected layers that stand side by side', {
      at: ids[0] ?? id, fix: 'move them together first',
    }))
  }
  const siblings = childrenOf(layers, run.parent) ?? []
  const block: RepeatNode = { id, kind: 'repeat', times, layers: run.nodes }
  const wrapped = withChildren(layers, run.parent, siblings.toSpliced(run.index, run.nodes.length, block))
  const depth = tooDeep(wrapped, id)
  return depth === undefined ? withLayers(document, wrapped, { type: 'unwrap', id }) : reject(depth)
}

export function unwrap(document: ProjectDocument, { id }: EditOf<'unwrap'>): Result<Applied> {
  const { layers } = document.design
  const places = placesOf(layers)
  const place = places.get(id)
  if (place === undefined) return reject(unknownNode(id))
  const block = blockAt(places, id)
  if (block === undefined) return reject(notABlock(id))
  const siblings = childrenOf(layers, place.parent) ?? []
  const unwrapped = withChildren(layers, place.parent, siblings.toSpliced(place.index, 1, ...block.layers))
  return withLayers(document, unwrapped, wrapAgain(block, place))
}

function wrapAgain(block: RepeatNode, { parent, index }: Place): Edit {
  const { id, times, layers, bypass } = block
  if (layers.length === 0) return insertRun({ parent, index, nodes: [block] })
  const wrap: Edit = { type: 'wrap-in-repeat', ids: layers.map((node) => node.id), id, times }
  return together('Wrap again', bypass === undefined ? [wrap] : [wrap, { type: 'set-bypass', id, bypass }])
}
