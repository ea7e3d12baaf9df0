/** Finding one's way in the tree of nodes. */
import { type DesignNode, isRepeat } from '../../core/flow/design.ts'

export interface Place {
  readonly node: DesignNode
  /** Id of the block that it is in; null at the top. */
  readonly parent: string | null
  readonly index: number
  /** Blocks around it. */
  readonly depth: number
}

/** Every node by its id, blocks before what is in them. */
export function placesOf(nodes: readonly DesignNode[], parent: string | null = null, depth = 0): Map<string, Place> {
  const places = new Map<string, Place>()
  for (const [index, node] of nodes.entries()) {
    places.set(node.id, { node, parent, index, depth })
    if (isRepeat(node)) for (const [id, place] of placesOf(node.layers, node.id, depth + 1)) places.set(id, place)
  }
  return places
}

/** The list that a block holds; the top one for null; empty for what is no block. */
export function listOf(layers: readonly DesignNode[], parent: string | null): readonly DesignNode[] {
  if (parent === null) return layers
  const node = placesOf(layers).get(parent)?.node
  return node !== undefined && isRepeat(node) ? node.layers : []
}

/** Without those that are inside another of them. */
export function topmostIds(places: ReadonlyMap<string, Place>, ids: readonly string[]): string[] {
  const chosen = new Set(ids)
  return [...places.keys()].filter((id) => {
    if (!chosen.has(id)) return false
    for (let up = places.get(id)?.parent ?? null; up !== null; up = places.get(up)?.parent ?? null) {
      if (chosen.has(up)) return false
    }
    return true
  })
}

/** Ids of a node and of everything in it. */
export function withInner(node: DesignNode): string[] {
  return isRepeat(node) ? [node.id, ...node.layers.flatMap(withInner)] : [node.id]
}

/** The node that a place in the document speaks of: `layers[1].layers[0].options.mask` → its id, deepest first. */
export function nodeAt(layers: readonly DesignNode[], at: string): DesignNode | undefined {
  const indices = [.../^((?:\.?layers\[\d+\])+)/.exec(at)?.[1]?.matchAll(/\[(\d+)\]/g) ?? []]
    .map(([, index]) => Number(index))
  let list: readonly DesignNode[] = layers
  let node: DesignNode | undefined
  for (const index of indices) {
    node = list[index]
    if (node === undefined) return undefined
    list = isRepeat(node) ? node.layers : []
  }
  return node
}

/**
 * The option that a place in the document speaks of: `layers[1].options.mask[2]` → `mask`, or inside a part
 * `conditioner.width`.
 */
export function optionAt(at: string): string | undefined {
  return /\.options\.([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)/.exec(at)?.[1]
}
