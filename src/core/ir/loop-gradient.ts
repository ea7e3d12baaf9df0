/**
 * Reverse mode through a counted loop: the loop is run again with the state before every step stacked, then a second
 * loop walks the stack backwards. For loops that iterate to a solution use `withGradient` instead: the implicit
 * function theorem needs no stack.
 */
import { vjp } from './autodiff.ts'
import { full } from './compositions.ts'
import { copyInto } from './copy.ts'
import { Graph, type Tensor, type VjpArguments } from './graph.ts'
import type { Dim } from './shape.ts'
import { add, gather, loop, reshape, sub } from './tensor.ts'

export interface LoopAttributes {
  readonly [name: string]: Graph | number | Dim | boolean
  readonly body: Graph
  /** How many inputs after the count are carried; the rest are captured. */
  readonly carried: number
  /** Leading axis of the stacked outputs. */
  readonly length: Dim
  readonly conditional: boolean
}

const isFloat = (tensor: Tensor): boolean => tensor.dtype === 'float'

/** Element `index` (int scalar) of a stack [length, …]. */
function at(stack: Tensor, index: Tensor): Tensor {
  return reshape(gather(stack, reshape(index, [1]), 0), stack.shape.slice(1))
}

/** The body with the state that enters each step stacked as well. */
function recordingBody(body: Graph, carried: number): Graph {
  const graph = new Graph(body.ops)
  const inputs = body.inputs.map(({ name, tensor }) => graph.input(name, tensor.shape, tensor.dtype))
  const results = copyInto(graph, body, inputs)
  results.slice(0, carried).forEach((result, i) => graph.output(`next${i}`, result))
  inputs.slice(1, 1 + carried).forEach((state, i) => graph.output(`state${i}`, state))
  return graph
}

interface Backward {
  readonly body: Graph
  readonly captured: readonly Tensor[]
  /** Positions (among carried, captured) that have a cotangent. */
  readonly carriedFloats: readonly number[]
  readonly capturedFloats: readonly number[]
}

/** One step of the reverse loop: from the cotangents of a step's results to those of its inputs. */
function backwardBody(
  { inputs, attributes, cotangents }: VjpArguments<LoopAttributes>, stacks: readonly Tensor[],
): Backward {
  const { body, carried } = attributes
  const graph = new Graph(body.ops)
  const count = inputs[0] as Tensor
  const states = inputs.slice(1, 1 + carried)
  const captured = inputs.slice(1 + carried)
  const carriedFloats = states.flatMap((state, i) => (isFloat(state) ? [i] : []))
  const capturedFloats = captured.flatMap((value, i) => (isFloat(value) && value.node.op !== 'constant' ? [i] : []))
  const scans = cotangents.slice(carried)

  const declare = (prefix: string, like: readonly Tensor[]): Tensor[] =>
    like.map((tensor, i) => graph.input(`${prefix}${i}`, tensor.shape, tensor.dtype))
  const step = graph.input('step', [], 'int')
  const stateCotangents = declare('stateCotangent', carriedFloats.map((i) => states[i] as Tensor))
  const sums = declare('sum', capturedFloats.map((i) => captured[i] as Tensor))
  const last = graph.input('count', [], 'int')
  const outer = [count, ...stacks, ...captured, ...scans.filter((scan) => scan !== undefined)]
  const stackInputs = declare('stack', stacks)
  const capturedInputs = declare('captured', captured)
  const scanInputs = declare('scan', scans.filter((scan) => scan !== undefined))

  const iteration = sub(sub(last, 1), step)
  const before = stackInputs.map((stack) => at(stack, iteration))
  const results = copyInto(graph, body, [iteration, ...before, ...capturedInputs])
  const flowing: Tensor[] = carriedFloats.map((i) => results[i] as Tensor)
  const incoming: Tensor[] = [...stateCotangents]
  let next = 0
  scans.forEach((scan, k) => {
    if (scan === undefined) return
    flowing.push(results[carried + k] as Tensor)
    incoming.push(at(scanInputs[next++] as Tensor, iteration))
  })
  const targets = [...carriedFloats.map((i) => before[i] as Tensor), ...capturedFloats.map((i) => capturedInputs[i] as Tensor)]
  const back = vjp(flowing, incoming, targets)
  carriedFloats.forEach((_, i) => graph.output(`stateCotangent${i}`, back[i] as Tensor))
  capturedFloats.forEach((_, i) => graph.output(`sum${i}`, add(sums[i] as Tensor, back[carriedFloats.length + i] as Tensor)))
  return { body: graph, captured: outer, carriedFloats, capturedFloats }
}

export function loopVjp(args: VjpArguments<LoopAttributes>): readonly (Tensor | undefined)[] {
  const { inputs, attributes, cotangents } = args
  const { body, carried, length, conditional } = attributes
  if (conditional) throw new Error('loop: a conditional loop is differentiated by withGradient, not by unrolling')
  const count = inputs[0] as Tensor
  const states = inputs.slice(1, 1 + carried)
  const captured = inputs.slice(1 + carried)
  const record = loop({ count, carried: states, captured, body: recordingBody(body, carried), length })
  const backward = backwardBody(args, record.scanned)
  const zero = (tensor: Tensor): Tensor => full(tensor.graph, 0, tensor.shape)
  const result = loop({
    count,
    carried: [
      ...backward.carriedFloats.map((i) => cotangents[i] ?? zero(states[i] as Tensor)),
      ...backward.capturedFloats.map((i) => zero(captured[i] as Tensor)),
    ],
    captured: backward.captured,
    body: backward.body,
    length,
  })
  const out = new Array<Tensor | undefined>(inputs.length).fill(undefined)
  backward.carriedFloats.forEach((i, k) => { out[1 + i] = result.carried[k] })
  backward.capturedFloats.forEach((i, k) => { out[1 + carried + i] = result.carried[backward.carriedFloats.length + k] })
  return out
}
