/**
 * Runs one transformer, alone, through the reference evaluation in float64: values, gradients, and points to try it at.
 */
import fc from 'fast-check'
import { checkOptions, type Options } from '../../src/core/flow/options.ts'
import type { TransformerDefinition } from '../../src/core/flow/transformer.ts'
import { transformers } from '../../src/core/flow/transformers/index.ts'
import { vjp } from '../../src/core/ir/autodiff.ts'
import { evaluate } from '../../src/core/ir/evaluate.ts'
import type { Graph, Tensor } from '../../src/core/ir/graph.ts'
import { createGraph } from '../../src/core/ir/index.ts'
import { type NdArray, nd } from '../../src/core/ir/nd.ts'
import { key, named, normals } from '../../src/core/random.ts'

export type Direction = 'normalize' | 'generate'
export const directions: readonly Direction[] = ['normalize', 'generate']
export const opposite = (direction: Direction): Direction => (direction === 'normalize' ? 'generate' : 'normalize')
const runs = { seed: 20_190_605, numRuns: 10 }

export interface TransformerCase {
  readonly name: string
  readonly kind: string
  readonly options: Readonly<Record<string, unknown>>
  /** Where the points lie, a little more than half of them inside. */
  readonly bound: number
}

export interface Subject {
  readonly definition: TransformerDefinition
  readonly options: Options
  readonly count: number
  readonly bound: number
  /** 1 where there are none. */
  readonly bins: number
  readonly graphs: Map<string, Graph>
}

export function subjectOf({ kind, options, bound }: Omit<TransformerCase, 'name'>): Subject {
  const definition = transformers[kind]!
  const checked = checkOptions(definition.options, options, 'options')
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues))
  const { bins = 1 } = checked.value as { bins?: number }
  const count = definition.parameterCount(checked.value)
  return { definition, options: checked.value, count, bound, bins, graphs: new Map() }
}

/** Outputs out and log [N, d]; with gradients, ofX and ofRaw too: of Σ a·out + b·log, for given a and b [N, d]. */
export function graphOf(subject: Subject, direction: Direction, dims: number, gradients: boolean): Graph {
  const { definition, options, count, graphs } = subject
  const name = `${direction} ${dims} ${gradients}`
  const known = graphs.get(name)
  if (known !== undefined) return known
  const graph = createGraph()
  const x = graph.input('x', ['N', dims])
  const raw = graph.input('raw', ['N', count, dims])
  const { out, logDerivative } = definition[direction](x, raw, options)
  if (gradients) {
    const given = [graph.input('a', ['N', dims]), graph.input('b', ['N', dims])]
    const [ofX, ofRaw] = vjp([out, logDerivative], given, [x, raw]) as [Tensor, Tensor]
    graph.output('ofX', ofX)
    graph.output('ofRaw', ofRaw)
  }
  graph.output('out', out)
  graph.output('log', logDerivative)
  graphs.set(name, graph)
  return graph
}

export interface Points {
  /** [N, d], flat */
  readonly x: Float64Array
  /** [N, P, d], flat */
  readonly raw: Float64Array
  readonly dims: number
}

export function arrays({ count }: Subject, { x, raw, dims }: Points): Record<string, NdArray> {
  const rows = x.length / dims
  return { x: nd([rows, dims], x), raw: nd([rows, count, dims], raw) }
}

function run(graph: Graph, inputs: Record<string, NdArray>): Record<string, Float64Array> {
  return Object.fromEntries(Object.entries(evaluate(graph, inputs)).map(([name, { data }]) => [name, data]))
}

export const pass = (subject: Subject, direction: Direction, points: Points): Record<'out' | 'log', Float64Array> =>
  run(graphOf(subject, direction, points.dims, false), arrays(subject, points)) as Record<'out' | 'log', Float64Array>

export function pull(
  subject: Subject, direction: Direction, points: Points, a: Float64Array, b: Float64Array,
): Record<'ofX' | 'ofRaw', Float64Array> {
  const shape = [points.x.length / points.dims, points.dims]
  const inputs = { ...arrays(subject, points), a: nd(shape, a), b: nd(shape, b) }
  return run(graphOf(subject, direction, points.dims, true), inputs) as Record<'ofX' | 'ofRaw', Float64Array>
}

export const ROWS = 8
/** Points on ±1.6 bounds, and raw values of a given spread. */
function pointsFor(subject: Subject, dims: number, spread: number, seed: number): Points {
  return {
    x: normals(named(key(seed), 'x'), ROWS * dims).map((value) => 1.6 * subject.bound * Math.tanh(0.6 * value)),
    raw: normals(named(key(seed), 'raw'), ROWS * subject.count * dims).map((value) => spread * value),
    dims,
  }
}

export const scaled = (values: Float64Array, factor: number): Float64Array => values.map((value) => value * factor)
export const moved = (points: Points, step: number): Points => ({ ...points, x: points.x.map((value) => value + step) })

export const always = (subject: Subject, dims: number, spread: number, law: (points: Points) => void): void =>
  fc.assert(fc.property(fc.nat(), (seed) => law(pointsFor(subject, dims, spread, seed))), runs)
