/**
 * Runs a graph op by op. A value is disposed as soon as its last use is over, constants live as long as the program,
 * and whatever a failing op leaves behind goes with the tidy scope it was made in.
 */
import type { Tensor } from '@tensorflow/tfjs'
import type { Graph, Node } from '../../../core/ir/graph.ts'
import { type Bindings, type Shape, bindShape } from '../../../core/ir/shape.ts'
import type { TensorFlow } from './backend.ts'
import { bindSymbols } from './bindings.ts'
import type { ComputedOp, Lowering, LoweringTable } from './lowering.ts'
import { createLowerings } from './lowerings.ts'
import { type Schedule, schedule } from './schedule.ts'
import { uploadConstant } from './transfer.ts'

export interface Program {
  /** The outputs, in the graph's order, for the caller to dispose; the inputs stay the caller's. */
  run(inputs: readonly Tensor[]): Tensor[]
  /** Lets go of the constants. */
  dispose(): void
}

interface Plan extends Omit<Schedule, 'constants'> {
  readonly constants: readonly { readonly slot: number; readonly tensor: Tensor }[]
  readonly lowerings: readonly Lowering[]
}

export function createProgram(tf: TensorFlow, graph: Graph): Program {
  const table = createLowerings(tf)
  const plans = new Map<Graph, Plan>()
  const constants = tf.tidy(() => schedules(graph).flatMap(([part, order]) => {
    const uploaded = order.constants.map(({ slot, node }) => ({ slot, tensor: uploadConstant(tf, node) }))
    const lowerings = order.steps.map(({ node }) => loweringOf(table, node))
    plans.set(part, { ...order, constants: uploaded, lowerings })
    return uploaded.map(({ tensor }) => tensor)
  }))
  return {
    run: (inputs) => walk(tf, plans, graph, inputs, {}),
    dispose: () => tf.dispose(constants),
  }
}

function loweringOf(table: LoweringTable, node: Node): Lowering {
  if (!Object.hasOwn(table, node.op)) throw new Error(`TensorFlow.js: there is no lowering of the op '${node.op}'`)
  // The op's shape rule has checked its attributes, so each lowering gets the attributes of its own op.
  return table[node.op as ComputedOp] as Lowering
}

function walk(
  tf: TensorFlow, plans: ReadonlyMap<Graph, Plan>, graph: Graph, inputs: readonly Tensor[], outer: Bindings,
): Tensor[] {
  const plan = plans.get(graph)
  if (plan === undefined) throw new Error('TensorFlow.js: a loop runs a body that is not in the program')
  const bindings = bindSymbols(graph, inputs.map(({ shape }) => shape), outer)
  const context = {
    bind: (shape: Shape) => bindShape(shape, bindings),
    run: (body: Graph, values: readonly Tensor[]) => walk(tf, plans, body, values, bindings),
  }
  return tf.tidy(() => {
    const values = new Array<Tensor>(plan.slots)
    plan.inputs.forEach((slot, i) => { values[slot] = inputs[i] as Tensor })
    for (const { slot, tensor } of plan.constants) values[slot] = tensor
    plan.steps.forEach(({ node, inputs: from, outputs: to, release }, i) => {
      const lower = plan.lowerings[i] as Lowering
      const call = { node, attributes: node.attributes, ...context }
      const results = tf.tidy(() => [...lower(from.map((slot) => values[slot] as Tensor), call)])
      to.forEach((slot, k) => { values[slot] = results[k] as Tensor })
      for (const slot of release) values[slot]?.dispose()
    })
    // Clones share their data: an output may be an input, a constant, or another output.
    return plan.outputs.map((slot) => (values[slot] as Tensor).clone())
  })
}

/** Schedules of the graph and of every loop body in it. */
function schedules(graph: Graph, found = new Map<Graph, Schedule>()): [Graph, Schedule][] {
  if (!found.has(graph)) {
    const order = schedule(graph)
    found.set(graph, order)
    for (const { node } of order.steps) {
      for (const value of Object.values(node.attributes)) {
        if (typeof value === 'object' && 'nodes' in value) schedules(value, found)
      }
    }
  }
  return [...found]
}
