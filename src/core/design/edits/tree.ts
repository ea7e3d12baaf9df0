/** The nodes of a design as a tree: where each stands, and changes that share everything they do not touch. */
import { type DesignNode, type RepeatNode, isRepeat } from '../../flow/design.ts'

export interface Place {
  readonly node: DesignNode
  /** Id of the block around it, or null at the top. */
  readonly parent: string | null
  /** Position among its siblings. */
  readonly index: number
}

/** Every node by its id, in the order of the document: a block before what is in it. */
export type Places = ReadonlyMap<string, Place>

export function placesOf(layers: readonly DesignNode[]): Places {
  const places = new Map<string, Place>()
  const visit = (nodes: readonly DesignNode[], parent: string | null): void => {
    for (const [index, node] of nodes.entries()) {
      places.set(node.id, { node, parent, index })
      if (isRepeat(node)) visit(node.layers, node.id)
    }
  }
  visit(layers, null)
  return places
}

/** A block by its id; undefined where there is none, or a layer. */
export function blockAt(places: Places, id: string): RepeatNode | undefined {
  const node = places.get(id)?.node
  return node !== undefined && isRepeat(node) ? node : undefined
}

/** The nodes in a block, or at the top for null; undefined where there is no such block. */
export function childrenOf(layers: readonly DesignNode[], parent: string | null): readonly DesignNode[] | undefined {
  return parent === null ? layers : blockAt(placesOf(layers), parent)?.layers
}

/** The layers with other nodes in the block `parent`, which must be there, or at the top for null. */
export function withChildren(
  layers: readonly DesignNode[], parent: string | null, children: readonly DesignNode[],
): readonly DesignNode[] {
  if (parent === null) return children
  const block = blockAt(placesOf(layers), parent)
  if (block === undefined) throw new Error(`withChildren: there is no block '${parent}'`)
  return withNode(layers, parent, { ...block, layers: children })
}

/** The layers with another node in place of the one with this id, which must be there. */
export function withNode(layers: readonly DesignNode[], id: string, node: DesignNode): readonly DesignNode[] {
  const places = placesOf(layers)
  const place = places.get(id)
  if (place === undefined) throw new Error(`withNode: there is no node '${id}'`)
  const siblings = place.parent === null ? layers : (blockAt(places, place.parent) as RepeatNode).layers
  return withChildren(layers, place.parent, siblings.with(place.index, node))
}

/** The layers without some nodes, wherever they stand. Lists in which nothing goes stay the same lists. */
export function withoutNodes(layers: readonly DesignNode[], ids: ReadonlySet<string>): readonly DesignNode[] {
  const kept = layers.filter(({ id }) => !ids.has(id)).map((node) => {
    if (!isRepeat(node)) return node
    const inner = withoutNodes(node.layers, ids)
    return inner === node.layers ? node : { ...node, layers: inner }
  })
  return kept.length === layers.length && kept.every((node, i) => node === layers[i]) ? layers : kept
}

/** Whether a node stands inside one of `ids`, at any depth, or is one of them. */
export function isWithin(places: Places, id: string | null, ids: ReadonlySet<string>): boolean {
  for (let at = id; at !== null; at = places.get(at)?.parent ?? null) if (ids.has(at)) return true
  return false
}

/** Those of `ids` that do not stand inside another of them, in the order given, each once. */
export function topmost(places: Places, ids: readonly string[]): string[] {
  const chosen = new Set(ids)
  return [...chosen].filter((id) => !isWithin(places, places.get(id)?.parent ?? null, chosen))
}

/** Neighbours among some nodes. */
export interface Run {
  readonly parent: string | null
  /** Position of the first. */
  readonly index: number
  readonly nodes: readonly DesignNode[]
}

/** Some nodes, none inside another, as runs of neighbours, in the order of the document. */
export function runsOf(places: Places, ids: readonly string[]): Run[] {
  const chosen = new Set(ids)
  const runs: { parent: string | null; index: number; nodes: DesignNode[] }[] = []
  for (const [id, { node, parent, index }] of places) {
    if (!chosen.has(id)) continue
    const last = runs.at(-1)
    if (last?.parent === parent && last.index + last.nodes.length === index) last.nodes.push(node)
    else runs.push({ parent, index, nodes: [node] })
  }
  return runs
}
