/** Objectives evaluated in float64, with parameters set by name. */
import type { FlowDesign } from '../../../src/core/flow/design.ts'
import type { PartChoice } from '../../../src/core/flow/options.ts'
import { gradient } from '../../../src/core/ir/autodiff.ts'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import type { Graph } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { type NdArray, nd } from '../../../src/core/ir/nd.ts'
import { type Model, assembleModel, modelNoises, objectiveContext } from '../../../src/core/objectives/model.ts'
import { initialVectors } from '../../../src/core/programs/initialise.ts'
import { lookup, noiseInput, placedTensors, vectorInputs } from '../../../src/core/programs/program.ts'
import { key, normals } from '../../../src/core/random.ts'

export function modelFor(design: FlowDesign, objective: PartChoice, contextSize = 0): Model {
  const model = assembleModel({ design, objective, contextSize })
  if (!model.ok) throw new Error(JSON.stringify(model.issues))
  return model.value
}

export interface Vectors {
  readonly theta: Float64Array
  readonly buffers: Float64Array
}

/** First values with those named put in; `spread` moves all others by normal draws. */
export function vectorsOf(model: Model, values: Readonly<Record<string, readonly number[]>> = {}, spread = 0): Vectors {
  const first = initialVectors(model.flow, key(7))
  const moved = normals(key(11), first.theta.length)
  const theta = Float64Array.from(first.theta, (value, i) => value + spread * (moved[i] as number))
  const buffers = Float64Array.from(first.buffers)
  for (const [path, given] of Object.entries(values)) {
    const { table } = model.flow
    const parameter = table.parameters.find((placed) => placed.path === path)
    const buffer = table.buffers.find((placed) => placed.path === path)
    const placed = parameter ?? buffer
    if (placed?.size !== given.length) throw new Error(`${path}: ${placed?.size ?? 'none'} values, given ${given.length}`)
    ;(parameter === undefined ? buffers : theta).set(given, placed.offset)
  }
  return { theta, buffers }
}

/** The loss and its gradient as a program: x, noise.*, theta, buffers → loss, gradient. */
export function lossProgram(model: Model, batch: number, scalars: readonly number[] = []): Graph {
  const graph = createGraph()
  const { theta, buffers } = vectorInputs(graph, model.flow)
  const x = graph.input('x', [batch, ...model.dataEvent])
  const noises = new Map(modelNoises(model, 'training').map((noise) => [noise.path, graph.input(noiseInput(noise), [batch, ...noise.shape])]))
  const inputs = {
    graph, batch, context: undefined, parameter: lookup(placedTensors(model.flow, theta, buffers), 'parameter'), noise: lookup(noises, 'noise'),
  }
  const given = new Map((model.objective.scalarNames ?? []).map((name, i) => [name, graph.constant(scalars[i] ?? 1, [1])]))
  const { loss } = model.objective.loss(objectiveContext(model, inputs, given), x)
  graph.output('loss', loss)
  if (theta !== undefined) graph.output('gradient', gradient(loss, [theta])[0] ?? graph.constant(0))
  return graph
}

export function run(graph: Graph, vectors: Vectors, others: Readonly<Record<string, NdArray>>): Record<string, Float64Array> {
  const all: Record<string, NdArray> = {
    ...others, theta: nd([vectors.theta.length], [...vectors.theta]), buffers: nd([vectors.buffers.length], [...vectors.buffers]),
  }
  const needed = Object.fromEntries(graph.inputs.map(({ name }) => [name, all[name] as NdArray]))
  return Object.fromEntries(Object.entries(evaluate(graph, needed)).map(([name, { data }]) => [name, Float64Array.from(data)]))
}

export function draws(seed: number, shape: readonly number[]): NdArray {
  return nd([...shape], [...normals(key(seed), shape.reduce((product, dim) => product * dim, 1))])
}
