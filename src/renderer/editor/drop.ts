/** Whether layers can stand where somebody wants to put them, and if not, why. */
import { type DesignNode, type FlowDesign, isRepeat } from '../../core/flow/design.ts'
import { layOut } from '../../core/flow/flow.ts'
import type { Issue } from '../../core/issues.ts'
import { nodeAt, withInner } from './tree.ts'

export interface Target {
  readonly parent: string | null
  readonly index: number
}

/** The name of the slot at a target: `3` at the top, `<block>.3` inside a block. */
export function slotOf({ parent, index }: Target): string {
  return parent === null ? String(index) : `${parent}.${index}`
}

function insert(
  layers: readonly DesignNode[], { parent, index }: Target, nodes: readonly DesignNode[],
): readonly DesignNode[] {
  if (parent === null) return [...layers.slice(0, index), ...nodes, ...layers.slice(index)]
  return layers.map((node) => !isRepeat(node) ? node
    : node.id === parent
      ? { ...node, layers: insert(node.layers, { parent: null, index }, nodes) }
      : { ...node, layers: insert(node.layers, { parent, index }, nodes) })
}

function without(layers: readonly DesignNode[], ids: ReadonlySet<string>): readonly DesignNode[] {
  return layers.filter(({ id }) => !ids.has(id))
    .map((node) => isRepeat(node) ? { ...node, layers: without(node.layers, ids) } : node)
}

/**
 * The target as an edit wants it: its index counts the nodes that stay. `index` of the target counts all that are
 * there.
 */
export function indexAmongStaying(list: readonly DesignNode[], index: number, moved: readonly string[]): number {
  return list.slice(0, index).filter(({ id }) => !moved.includes(id)).length
}

/**
 * The first reason against `nodes` at a target: an error of their own that they do not have anyway. What they break
 * further down is for the issues panel: people build in any order.
 * `moved`: ids of those nodes that come from the same design. The target's index counts the nodes that stay.
 * `contextSize`: length of the flow's context.
 */
export function refusal(
  design: FlowDesign, nodes: readonly DesignNode[], target: Target, moved: readonly string[] = [], contextSize = 0,
): Issue | undefined {
  const own = new Set(nodes.flatMap(withInner))
  const staying = moved.length === 0 ? design.layers : without(design.layers, new Set(moved))
  // A block that is left out is not checked: its layers are, as if it were used.
  const active = nodes.map((node) => (node.bypass === true ? { ...node, bypass: false } : node))
  const layers = insert(staying, target, active)
  return layOut({ ...design, layers }, { contextSize }).issues.find(({ severity, at, code }) =>
    severity === 'error' && at !== undefined && !code.startsWith('option') && own.has(nodeAt(layers, at)?.id ?? ''))
}
