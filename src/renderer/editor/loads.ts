/** What a drag carries: a new layer from the palette, or layers of the canvas. */
import { refusal } from './drop.ts'
import { entryOf, hueOf } from './catalogue.ts'
import { indexAmongStaying } from './drop.ts'
import { listOf, topmostIds, withInner } from './tree.ts'
import type { DragLoad } from './layer-drag.ts'
import type { useActions } from './actions.ts'
import type { useFlow } from '../stores/flow.ts'
import { error } from '../../core/issues.ts'

type Actions = ReturnType<typeof useActions>
type Flow = ReturnType<typeof useFlow>

export function newLoad(kind: string, actions: Actions, flow: Flow): DragLoad {
  const { title, icon, group } = entryOf(kind)
  const node = actions.make(kind)
  const nodes = node === undefined ? [] : [node]
  return {
    title, icon, hue: hueOf(group), count: 1, nodes, moved: [],
    refusal: (gap) => refusal(flow.design, nodes, gap, [], flow.contextSize),
    drop: (gap) => { if (node !== undefined) actions.insert(node, gap) },
  }
}

export function moveLoad(chosen: readonly string[], actions: Actions, flow: Flow): DragLoad {
  const ids = topmostIds(flow.places, chosen)
  const nodes = actions.nodesOf(ids)
  const entry = entryOf(nodes[0]?.kind ?? '')
  const inside = new Set(nodes.flatMap(withInner))
  return {
    title: actions.titleOf(ids), icon: nodes.length === 1
      ? entry.icon
      : 'layer', hue: hueOf(entry.group), count: nodes.length,
    nodes, moved: ids,
    refusal(gap, copying) {
      if (copying) return refusal(flow.design, nodes, gap, [], flow.contextSize)
      if (gap.parent !== null && inside.has(gap.parent)) {
        return error('move-into-itself', 'a block cannot be moved into itself')
      }
      const index = indexAmongStaying(listOf(flow.design.layers, gap.parent), gap.index, ids)
      // Putting layers back where they are is always right, also where they are wrong.
      const beside = flow.places.get(ids[0] ?? '')
      if (beside?.parent === gap.parent && beside.index === index && ids.length === 1) return undefined
      return refusal(flow.design, nodes, { parent: gap.parent, index }, ids, flow.contextSize)
    },
    drop(gap, copying) {
      if (copying) actions.copyTo(ids, gap)
      else actions.move(ids, gap)
    },
  }
}
