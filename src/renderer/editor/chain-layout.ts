/**
 * Where everything on the canvas stands. Positions are never stored: the chain runs from the data to the base,
 * downwards or to the right, centred on one line; a block is a frame around its own chain. Coordinates are pixels at
 * zoom 1, with the data node's near edge at 0 and the line of the chain at 0 across.
 */
import { type DesignNode, isRepeat } from '../../core/flow/design.ts'
import { BASE_END, DATA_END } from '../stores/selection.ts'
import { slotOf } from './drop.ts'

export type Orientation = 'vertical' | 'horizontal'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface ChainItem extends Box {
  readonly id: string
  readonly type: 'layer' | 'block' | 'folded' | 'data' | 'base'
  readonly node: DesignNode | undefined
  readonly depth: number
}

/** The edge between two nodes that follow one another, and the slot on it where something can be inserted. */
export interface ChainGap extends Box {
  /** `layer` of the edge that leads to it; `base`, or `<block>-end` for the last edge in a block. */
  readonly edge: string
  /** `3` at the top, `<block>.3` inside a block. */
  readonly slot: string
  readonly parent: string | null
  readonly index: number
  readonly depth: number
  /** The node before and behind it, in the same list; undefined at the ends of a block. */
  readonly before: string | undefined
  readonly behind: string | undefined
}

export interface ChainLayout {
  readonly items: readonly ChainItem[]
  readonly gaps: readonly ChainGap[]
  readonly itemById: ReadonlyMap<string, ChainItem>
  /** Gaps by the name of their edge. */
  readonly gapByEdge: ReadonlyMap<string, ChainGap>
  /** Ids of layers, blocks and ends in the order of the flow, as they are seen. */
  readonly order: readonly string[]
  readonly box: Box
}

interface Sizes {
  /** Along the chain and across it. */
  readonly node: readonly [number, number]
  /** Along the chain, for nodes that are one line. */
  readonly slim: number
  readonly end: readonly [number, number]
  readonly gap: number
  /** Room between a block's frame and its chain, across. */
  readonly pad: number
  /** Height of a block's title, at its top. */
  readonly title: number
}

const sizes: Readonly<Record<Orientation, Sizes>> = {
  vertical: { node: [56, 284], slim: 36, end: [44, 284], gap: 30, pad: 14, title: 36 },
  horizontal: { node: [236, 56], slim: 236, end: [150, 56], gap: 76, pad: 16, title: 36 },
}
/** A block without layers leaves room to drop one. */
const EMPTY = 64

/** Extent of a node along the chain and to both sides of its line. */
interface Extent {
  readonly along: number
  readonly near: number
  readonly far: number
}

type IsSlim = (node: DesignNode) => boolean

class Chain {
  readonly items: ChainItem[] = []
  readonly gaps: ChainGap[] = []
  readonly order: string[] = []
  readonly #orientation: Orientation
  readonly #folded: ReadonlySet<string>
  readonly #sizes: Sizes

  readonly #isSlim: IsSlim

  constructor(orientation: Orientation, folded: ReadonlySet<string>, isSlim: IsSlim) {
    this.#orientation = orientation
    this.#folded = folded
    this.#isSlim = isSlim
    this.#sizes = sizes[orientation]
  }

  #extent(node: DesignNode): Extent {
    const [along, across] = this.#sizes.node
    if (!isRepeat(node)) {
      return { along: this.#isSlim(node) ? this.#sizes.slim : along, near: across / 2, far: across / 2 }
    }
    if (this.#folded.has(node.id)) return { along, near: across / 2, far: across / 2 }
    const inner = node.layers.map((layer) => this.#extent(layer))
    const { gap, pad, title } = this.#sizes
    const chain = inner.length === 0 ? EMPTY : inner.reduce((sum, extent) => sum + extent.along + gap, gap)
    const near = Math.max(across / 2, ...inner.map((extent) => extent.near)) + pad
    const far = Math.max(across / 2, ...inner.map((extent) => extent.far)) + pad
    return this.#orientation === 'vertical'
      ? { along: chain + title, near, far }
      : { along: chain, near: near + title - pad / 2, far }
  }

  /** A box from a place along the chain; `near` is to the left of a vertical chain, above a horizontal one. */
  #box(start: number, { along, near, far }: Extent): Box {
    return this.#orientation === 'vertical'
      ? { x: -near, y: start, width: near + far, height: along }
      : { x: start, y: -near, width: along, height: near + far }
  }

  end(id: string, type: 'data' | 'base', start: number): number {
    const [along, across] = this.#sizes.end
    this.items.push({
      id, type, node: undefined, depth: 0, ...this.#box(start, { along, near: across / 2, far: across / 2 }),
    })
    this.order.push(id)
    return start + along
  }

  /** Lays out a list from `start` on; returns where it ends, behind its last gap. */
  list(nodes: readonly DesignNode[], parent: string | null, depth: number, start: number): number {
    let at = start
    const gap = (index: number): void => {
      const length = nodes.length === 0 && parent !== null ? EMPTY : this.#sizes.gap
      const behind = nodes[index]?.id
      this.gaps.push({
        edge: behind ?? (parent === null ? 'base' : `${parent}-end`), slot: slotOf({ parent, index }),
        parent, index, depth, before: nodes[index - 1]?.id, behind, ...this.#box(
          at, { along: length, near: 60, far: 60 },
        ),
      })
      at += length
    }
    for (const [index, node] of nodes.entries()) {
      gap(index)
      at = this.#node(node, depth, at)
    }
    gap(nodes.length)
    return at
  }

  #node(node: DesignNode, depth: number, start: number): number {
    const extent = this.#extent(node)
    const isFolded = this.#folded.has(node.id)
    const type = !isRepeat(node) ? 'layer' : isFolded ? 'folded' : 'block'
    this.items.push({ id: node.id, type, node, depth, ...this.#box(start, extent) })
    this.order.push(node.id)
    if (isRepeat(node) && !isFolded) {
      this.list(node.layers, node.id, depth + 1, start + (this.#orientation === 'vertical' ? this.#sizes.title : 0))
    }
    return start + extent.along
  }
}

/** `isSlim`: whether a layer has no options to show, and needs one line only. */
export function layOutChain(
  nodes: readonly DesignNode[], orientation: Orientation, folded: ReadonlySet<string>, isSlim: IsSlim = () => false,
): ChainLayout {
  const chain = new Chain(orientation, folded, isSlim)
  const data = chain.end(DATA_END, 'data', 0)
  chain.end(BASE_END, 'base', chain.list(nodes, null, 0, data))
  const { items, gaps, order } = chain
  const left = Math.min(...items.map(({ x }) => x))
  const top = Math.min(...items.map(({ y }) => y))
  return {
    items, gaps, order,
    itemById: new Map(items.map((item) => [item.id, item])),
    gapByEdge: new Map(gaps.map((gap) => [gap.edge, gap])),
    box: {
      x: left, y: top,
      width: Math.max(...items.map(({ x, width }) => x + width)) - left,
      height: Math.max(...items.map(({ y, height }) => y + height)) - top,
    },
  }
}

/** The gap nearest to a point, among those that are allowed. */
export function nearestGap(
  gaps: readonly ChainGap[], point: { readonly x: number; readonly y: number },
): ChainGap | undefined {
  let best: ChainGap | undefined
  let least = Infinity
  for (const gap of gaps) {
    const dx = point.x - (gap.x + gap.width / 2)
    const dy = point.y - (gap.y + gap.height / 2)
    const distance = dx * dx + dy * dy
    if (distance < least) {
      least = distance
      best = gap
    }
  }
  return best
}
