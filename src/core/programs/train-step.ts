/**
 * The compiled training step: K steps in one call. Everything that changes is a flat vector carried by a loop:
 * theta [P], the optimizer's state, the weight average, the buffers. The data stay in one tensor; a step gathers its
 * batch by row numbers.
 *
 * A step whose loss or gradient norm is not finite leaves the state as it was, and is reported.
 *
 * Inputs: count (int scalar, K), theta, optimizer.<name>…, average, buffers, data [N, ...event], rows [K, batch] (int),
 * scalars [K, S] (the optimizer's, the average's decay, the objective's), context [N, C], noise.<path> [K, batch, ...].
 * Outputs: theta, optimizer.<name>…, average, buffers; loss [K], gradient_norm [K] (before clipping), applied [K] (0, 1).
 */
import { gradient } from '../ir/autodiff.ts'
import type { Graph, Tensor } from '../ir/graph.ts'
import { createGraph } from '../ir/index.ts'
import { optimise } from '../ir/passes/optimise.ts'
import {
  add, cast, concat, div, gather, less, loop, minimum, mul, reduceSum, reshape, slice, sqrt, square, sub, where,
} from '../ir/tensor.ts'
import { sliceParameters } from '../flow/apply.ts'
import type { Flow } from '../flow/flow.ts'
import type { Options } from '../flow/options.ts'
import { type Model, modelNoises, objectiveContext } from '../objectives/model.ts'
import type { OptimizerDefinition } from './optimizers/optimizer.ts'
import { lookup, noiseInput } from './program.ts'

export interface TrainStepOptions {
  readonly model: Model
  readonly batch: number
  readonly optimizer: OptimizerDefinition
  readonly optimizerOptions: Options
  /** Largest global norm of the gradient; 0 for no clipping. */
  readonly clipNorm: number
}

/** A finite float32 is below this; NaN compares as false. */
const FINITE = 3e38

/** Names of the carried vectors, in the order of the loop. */
export function stateNames(flow: Flow, optimizer: OptimizerDefinition): readonly string[] {
  const buffers = flow.table.bufferCount > 0 ? ['buffers'] : []
  return ['theta', ...optimizer.state.map((name) => `optimizer.${name}`), 'average', ...buffers]
}

/** Names of a step's scalars, in the order of their columns. */
export function scalarNames(model: Model, optimizer: OptimizerDefinition): readonly string[] {
  return [...optimizer.scalarNames, 'average', ...model.objective.scalarNames ?? []]
}

/** Element `index` of the leading axis. */
function at(stack: Tensor, index: Tensor): Tensor {
  return reshape(gather(stack, reshape(index, [1]), 0), stack.shape.slice(1))
}

interface Body {
  readonly graph: Graph
  readonly state: ReadonlyMap<string, Tensor>
  readonly iteration: Tensor
  readonly captured: ReadonlyMap<string, Tensor>
}

/** The values that the loop captures, declared on whichever graph asks. */
function declareCaptured(graph: Graph, options: TrainStepOptions): Map<string, Tensor> {
  const { model, batch, optimizer } = options
  const captured = new Map<string, Tensor>()
  const declare = (name: string, shape: Tensor['shape'], dtype?: 'int'): void => {
    captured.set(name, graph.input(name, shape, dtype))
  }
  declare('scalars', ['K', scalarNames(model, optimizer).length])
  if (model.objective.takesData) {
    declare('data', ['N', ...model.dataEvent])
    declare('rows', ['K', batch], 'int')
    if (model.contextSize > 0) declare('context', ['N', model.contextSize])
  }
  for (const noise of modelNoises(model, 'training')) declare(noiseInput(noise), ['K', batch, ...noise.shape])
  return captured
}

function declareState(graph: Graph, { model: { flow }, optimizer }: TrainStepOptions): Map<string, Tensor> {
  return new Map(stateNames(flow, optimizer).map((name) =>
    [name, graph.input(name, [name === 'buffers' ? flow.table.bufferCount : flow.table.parameterCount])]))
}

/** Loss of the step's batch with the gradient as one flat vector, and the next buffers. */
function lossAndGradient(
  body: Body, options: TrainStepOptions, scalars: ReadonlyMap<string, Tensor>,
): { loss: Tensor; flat: Tensor; buffers: Tensor | undefined } {
  const { model, batch } = options
  const { flow, objective } = model
  const { graph, iteration, captured } = body
  const get = lookup(captured, 'captured input')
  const parameters = sliceParameters(lookup(body.state, 'state')('theta'), flow.table.parameters)
  const carried = body.state.get('buffers')
  const buffers = carried === undefined ? new Map<string, Tensor>() : sliceParameters(carried, flow.table.buffers)
  const rows = objective.takesData ? at(get('rows'), iteration) : undefined
  const noises = modelNoises(model, 'training').map((noise) => [noise.path, at(get(noiseInput(noise)), iteration)] as const)
  const inputs = {
    graph,
    batch,
    parameter: lookup(new Map([...parameters, ...buffers]), 'parameter'),
    noise: lookup(new Map(noises), 'noise'),
    context: rows !== undefined && captured.has('context') ? gather(get('context'), rows, 0) : undefined,
    training: true,
  }
  const { loss, buffers: next } = objective.loss(objectiveContext(model, inputs, scalars), rows === undefined ? undefined : gather(get('data'), rows, 0))
  const gradients = gradient(loss, [...parameters.values()])
  const flat = concat(gradients.map((tensor, i) => reshape(tensor, [flow.table.parameters[i]?.size ?? 0])), 0)
  const nextBuffers = carried === undefined || next.size === 0 ? carried : concat(
    flow.table.buffers.map(({ path, size }) => reshape(next.get(path) ?? (buffers.get(path) as Tensor), [size])), 0)
  return { loss, flat, buffers: nextBuffers }
}

function decayMask(graph: Graph, flow: Flow): Tensor {
  const mask = new Float64Array(flow.table.parameterCount)
  for (const { role, offset, size } of flow.table.parameters) if (role === 'weight') mask.fill(1, offset, offset + size)
  return graph.constant(mask, [mask.length])
}

function buildBody(options: TrainStepOptions): Graph {
  const { optimizer, optimizerOptions, clipNorm, model } = options
  const graph = createGraph()
  const iteration = graph.input('iteration', [], 'int')
  const body: Body = { graph, iteration, state: declareState(graph, options), captured: declareCaptured(graph, options) }
  const get = lookup(body.state, 'state')
  const row = at(lookup(body.captured, 'captured input')('scalars'), iteration)
  const scalars = new Map(scalarNames(model, optimizer).map((name, i) => [name, slice(row, 0, i, i + 1)]))
  const scalar = lookup(scalars, 'scalar')
  const { loss, flat, buffers } = lossAndGradient(body, options, scalars)
  const squaredNorm = reduceSum(square(flat), [0])
  const norm = sqrt(squaredNorm)
  // A sum is not finite where one of its terms is not; NaN compares as false.
  const applied = less(add(squaredNorm, square(loss)), FINITE)
  const safe = where(applied, flat, 0)
  const clipped = clipNorm > 0 ? mul(safe, minimum(div(clipNorm, add(norm, 1e-12)), 1)) : safe
  const updated = optimizer.update({
    theta: get('theta'), gradient: clipped, state: optimizer.state.map((name) => get(`optimizer.${name}`)),
    scalars: optimizer.scalarNames.map(scalar), applied, decays: decayMask(graph, model.flow), options: optimizerOptions,
  })
  graph.output('theta', updated.theta)
  optimizer.state.forEach((name, i) => { graph.output(`optimizer.${name}`, updated.state[i] as Tensor) })
  const keep = where(applied, sub(1, scalar('average')), 0)
  graph.output('average', add(get('average'), mul(sub(updated.theta, get('average')), keep)))
  if (buffers !== undefined) graph.output('buffers', where(applied, buffers, get('buffers')))
  graph.output('loss', loss)
  graph.output('gradient_norm', norm)
  graph.output('applied', cast(applied, 'float'))
  return graph
}

export function trainStepProgram(options: TrainStepOptions): Graph {
  const graph = createGraph()
  const count = graph.input('count', [], 'int')
  const state = declareState(graph, options)
  const captured = declareCaptured(graph, options)
  const result = loop({
    count, carried: [...state.values()], captured: [...captured.values()], body: buildBody(options), length: 'K',
  })
  ;[...state.keys()].forEach((name, i) => graph.output(name, result.carried[i] as Tensor))
  ;['loss', 'gradient_norm', 'applied'].forEach((name, i) => graph.output(name, result.scanned[i] as Tensor))
  return optimise(graph)
}
