/**
 * The order in which a graph's nodes run, and after which step each value is no longer needed. Values are numbered: a
 * value's slot is its place in the interpreter's list.
 */
import { reachable } from '../../../core/ir/copy.ts'
import type { Graph, Node, Tensor } from '../../../core/ir/graph.ts'

export interface Step {
  readonly node: Node
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  /** Slots whose last use this step was. Inputs, constants and outputs of the graph are never among them. */
  readonly release: readonly number[]
}

export interface Schedule {
  readonly slots: number
  readonly inputs: readonly number[]
  readonly constants: readonly { readonly slot: number; readonly node: Node }[]
  readonly steps: readonly Step[]
  readonly outputs: readonly number[]
}

export function schedule(graph: Graph): Schedule {
  const needed = reachable(graph)
  const firstSlot = new Map<Node, number>()
  let slots = 0
  for (const node of graph.nodes) {
    if (!needed.has(node) && node.op !== 'input') continue
    firstSlot.set(node, slots)
    slots += node.outputs.length
  }
  const slotOf = (tensor: Tensor): number => (firstSlot.get(tensor.node) as number) + tensor.output
  const computed = graph.nodes.filter((node) => needed.has(node) && node.op !== 'input' && node.op !== 'constant')
  const outputs = graph.outputs.map(({ tensor }) => slotOf(tensor))
  const lastUses = releases(computed, slotOf, new Set(outputs))
  return {
    slots,
    inputs: graph.inputs.map(({ tensor }) => slotOf(tensor)),
    constants: graph.nodes.filter((node) => needed.has(node) && node.op === 'constant')
      .map((node) => ({ node, slot: firstSlot.get(node) as number })),
    steps: computed.map((node, i) => ({
      node, inputs: node.inputs.map(slotOf), outputs: node.outputs.map(slotOf), release: lastUses[i] as number[],
    })),
    outputs,
  }
}

/** For every node in order, the slots made here that are last used there; one that nobody uses is let go at once. */
function releases(
  computed: readonly Node[], slotOf: (tensor: Tensor) => number, kept: ReadonlySet<number>,
): number[][] {
  const lastUse = new Map<number, number>()
  computed.forEach((node, i) => {
    for (const output of node.outputs) lastUse.set(slotOf(output), i)
    for (const input of node.inputs) if (lastUse.has(slotOf(input))) lastUse.set(slotOf(input), i)
  })
  const released = computed.map((): number[] => [])
  for (const [slot, i] of lastUse) if (!kept.has(slot)) released[i]?.push(slot)
  return released
}
