/**
 * The laws of transformers: strictly increasing scalar maps, the identity for raw zeros, with the derivative that they
 * say, an inverse, and right gradients. In float64 through the reference evaluation, and once in float32 on an engine.
 * The spline is also held to the formulas of its paper, written down plainly below.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkOptions, type Options } from '../../src/core/flow/options.ts'
import type { TransformerDefinition } from '../../src/core/flow/transformer.ts'
import { transformers } from '../../src/core/flow/transformers/index.ts'
import { vjp } from '../../src/core/ir/autodiff.ts'
import { evaluate } from '../../src/core/ir/evaluate.ts'
import type { Graph, Tensor } from '../../src/core/ir/graph.ts'
import { createGraph } from '../../src/core/ir/index.ts'
import { type NdArray, nd } from '../../src/core/ir/nd.ts'
import { optimise } from '../../src/core/ir/passes/optimise.ts'
import { key, named, normals } from '../../src/core/random.ts'
import { onnxruntime } from '../../src/engine/runtimes/onnxruntime.ts'
import { reference } from '../../src/engine/runtimes/reference.ts'
import type { TensorData } from '../../src/engine/runtimes/runtime.ts'
import { LARGEST, expectClose } from '../support/law-points.ts'

type Direction = 'normalize' | 'generate'
const directions: readonly Direction[] = ['normalize', 'generate']
const opposite = (direction: Direction): Direction => (direction === 'normalize' ? 'generate' : 'normalize')
const runs = { seed: 20_190_605, numRuns: 10 }

interface Case {
  readonly name: string
  readonly kind: string
  readonly options: Readonly<Record<string, unknown>>
  /** Where the points lie, a little more than half of them inside. */
  readonly bound: number
}

const spline = 'rational-quadratic'
const cases: readonly Case[] = [
  { name: 'additive', kind: 'additive', options: {}, bound: 3 },
  { name: 'affine', kind: 'affine', options: {}, bound: 3 },
  { name: 'affine, bound 0.1', kind: 'affine', options: { bound: 0.1 }, bound: 100 },
  { name: spline, kind: spline, options: {}, bound: 3 },
  { name: `${spline}, 2 bins on ±0.1`, kind: spline, options: { bins: 2, bound: 0.1 }, bound: 0.1 },
  { name: `${spline}, 64 bins on ±1000`, kind: spline, options: { bins: 64, bound: 1000 }, bound: 1000 },
  {
    name: `${spline}, coarse`, kind: spline, bound: 5,
    options: { bins: 5, bound: 5, minimumWidth: 1e-2, minimumHeight: 2e-3, minimumSlope: 0.5 },
  },
]

interface Subject {
  readonly definition: TransformerDefinition
  readonly options: Options
  readonly count: number
  readonly bound: number
  /** 1 where there are none. */
  readonly bins: number
  readonly graphs: Map<string, Graph>
}

function subjectOf({ kind, options, bound }: Case): Subject {
  const definition = transformers[kind]!
  const checked = checkOptions(definition.options, options, 'options')
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues))
  const { bins = 1 } = checked.value as { bins?: number }
  const count = definition.parameterCount(checked.value)
  return { definition, options: checked.value, count, bound, bins, graphs: new Map() }
}

/** Outputs out and log [N, d]; with gradients, x and raw: those of Σ a·out + b·log, for given a and b [N, d]. */
function graphOf(subject: Subject, direction: Direction, dims: number, gradients: boolean): Graph {
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
  } else {
    graph.output('out', out)
    graph.output('log', logDerivative)
  }
  graphs.set(name, graph)
  return graph
}

interface Points {
  /** [N, d], flat */
  readonly x: Float64Array
  /** [N, P, d], flat */
  readonly raw: Float64Array
  readonly dims: number
}

function arrays({ count }: Subject, { x, raw, dims }: Points): Record<string, NdArray> {
  const rows = x.length / dims
  return { x: nd([rows, dims], x), raw: nd([rows, count, dims], raw) }
}

function run(graph: Graph, inputs: Record<string, NdArray>): Record<string, Float64Array> {
  return Object.fromEntries(Object.entries(evaluate(graph, inputs)).map(([name, { data }]) => [name, data]))
}

const pass = (subject: Subject, direction: Direction, points: Points): Record<'out' | 'log', Float64Array> =>
  run(graphOf(subject, direction, points.dims, false), arrays(subject, points)) as Record<'out' | 'log', Float64Array>

function pull(
  subject: Subject, direction: Direction, points: Points, a: Float64Array, b: Float64Array,
): Record<'ofX' | 'ofRaw', Float64Array> {
  const shape = [points.x.length / points.dims, points.dims]
  const inputs = { ...arrays(subject, points), a: nd(shape, a), b: nd(shape, b) }
  return run(graphOf(subject, direction, points.dims, true), inputs) as Record<'ofX' | 'ofRaw', Float64Array>
}

const ROWS = 8
/** Points on ±1.6 bounds, and raw values of a given spread. */
function pointsFor(subject: Subject, dims: number, spread: number, seed: number): Points {
  return {
    x: normals(named(key(seed), 'x'), ROWS * dims).map((value) => 1.6 * subject.bound * Math.tanh(0.6 * value)),
    raw: normals(named(key(seed), 'raw'), ROWS * subject.count * dims).map((value) => spread * value),
    dims,
  }
}

const scaled = (values: Float64Array, factor: number): Float64Array => values.map((value) => value * factor)
const moved = (points: Points, step: number): Points => ({ ...points, x: points.x.map((value) => value + step) })

const always = (subject: Subject, dims: number, spread: number, law: (points: Points) => void): void =>
  fc.assert(fc.property(fc.nat(), (seed) => law(pointsFor(subject, dims, spread, seed))), runs)

/**
 * The inverse amplifies rounding by its own derivative, at most about 1e4 with raw values of this spread, relative to
 * the bound: 1e-16 · 1e4, and some tens of operations.
 */
const ROUND_TRIP = 1e-10
/**
 * Step of differences, in bins. At knots the second derivative jumps: with so small a step none of the points below has
 * a knot within it, and rounding, some 1e-14 of a bin, is divided by it.
 */
const STEP = 1e-6
const DIFFERENCES = 1e-6

function roundTrip(subject: Subject, direction: Direction): void {
  for (const dims of [1, 3]) {
    always(subject, dims, 1.5, (points) => {
      const there = pass(subject, direction, points)
      const back = pass(subject, opposite(direction), { ...points, x: there.out })
      expectClose(scaled(back.out, 1 / subject.bound), scaled(points.x, 1 / subject.bound), ROUND_TRIP, 'and back')
      expectClose(back.log, there.log.map((value) => -value), 1e-8, 'log-derivative on the way back')
    })
  }
}

function derivative(subject: Subject, direction: Direction): void {
  const h = STEP * subject.bound / subject.bins
  always(subject, 2, 1, (points) => {
    const at = (step: number): Float64Array => pass(subject, direction, moved(points, step)).out
    const [above, below] = [at(h), at(-h)]
    const { log } = pass(subject, direction, points)
    expectClose(log.map(Math.exp), above.map((value, i) => (value - below[i]!) / (2 * h)), DIFFERENCES, 'derivative')
  })
}

/** The slope along a random direction in (x, raw) is what the gradients say. */
function gradients(subject: Subject, direction: Direction): void {
  for (const dims of [1, 3]) {
    always(subject, dims, 1, (points) => {
      const draw = (name: string, count: number): Float64Array => normals(named(key(points.x.length), name), count)
      const [a, b] = [draw('a', points.x.length), draw('b', points.x.length)]
      const alongX = scaled(draw('x', points.x.length), subject.bound / subject.bins)
      const alongRaw = draw('raw', points.raw.length)
      const { ofX, ofRaw } = pull(subject, direction, points, a, b)
      const h = STEP
      const lossAt = (step: number): number => {
        const { out, log } = pass(subject, direction, {
          ...points,
          x: points.x.map((value, i) => value + step * alongX[i]!),
          raw: points.raw.map((value, i) => value + step * alongRaw[i]!),
        })
        return out.reduce((sum, value, i) => sum + a[i]! * value + b[i]! * log[i]!, 0)
      }
      const terms = [...ofX.map((value, i) => value * alongX[i]!), ...ofRaw.map((value, i) => value * alongRaw[i]!)]
      const slope = terms.reduce((sum, value) => sum + value, 0)
      const size = terms.reduce((sum, value) => sum + Math.abs(value), 0)
      const wanted = (lossAt(h) - lossAt(-h)) / (2 * h)
      const error = Math.abs(slope - wanted)
      expect(error, `slope ${slope}, differences ${wanted}`).toBeLessThanOrEqual(DIFFERENCES * (1 + size))
    })
  }
}

/** Gradients can be differentiated again: d/dx of the gradient at x, for each point by itself. */
function secondOrder(subject: Subject, direction: Direction): void {
  const graph = createGraph()
  const x = graph.input('x', ['N', 1])
  const raw = graph.input('raw', ['N', subject.count, 1])
  const [a, b] = [graph.input('a', ['N', 1]), graph.input('b', ['N', 1])]
  const { out, logDerivative } = subject.definition[direction](x, raw, subject.options)
  const [first] = vjp([out, logDerivative], [a, b], [x]) as [Tensor]
  const [second] = vjp([first], [a], [x]) as [Tensor]
  graph.output('second', second)
  always(subject, 1, 1, (points) => {
    const ones = new Float64Array(points.x.length).fill(1)
    const shape = [points.x.length, 1]
    const got = evaluate(graph, { ...arrays(subject, points), a: nd(shape, ones), b: nd(shape, ones) })['second']!.data
    const width = subject.bound / subject.bins
    const h = STEP * width
    const at = (step: number): Float64Array => pull(subject, direction, moved(points, step), ones, ones).ofX
    const [above, below] = [at(h), at(-h)]
    const differences = above.map((value, i) => (value - below[i]!) / (2 * h))
    // One difference more, of values that have lost more digits already.
    expectClose(scaled(got, width ** 2), scaled(differences, width ** 2), 1e-4, 'second derivative')
  })
}

function increasing(subject: Subject, direction: Direction): void {
  const grid = Float64Array.from({ length: 401 }, (_, i) => (i - 200) * subject.bound / 160)
  for (const spread of [0, 1, 5]) {
    const one = normals(named(key(3), `increasing ${spread}`), subject.count).map((value) => spread * value)
    const raw = Float64Array.from({ length: grid.length * one.length }, (_, i) => one[i % one.length]!)
    const { out } = pass(subject, direction, { x: grid, raw, dims: 1 })
    for (let i = 1; i < out.length; i++) expect(out[i]!, `at ${grid[i]}`).toBeGreaterThan(out[i - 1]!)
  }
}

function identity(subject: Subject, direction: Direction): void {
  const x = Float64Array.from({ length: 81 }, (_, i) => (i - 40) * subject.bound / 32)
  const { out, log } = pass(subject, direction, { x, raw: new Float64Array(x.length * subject.count), dims: 1 })
  if (subject.definition.kind === 'rational-quadratic') {
    // Shifting by the bound and back, and the mean of the slopes, round: some units in the last place of the bound.
    expectClose(scaled(out, 1 / subject.bound), scaled(x, 1 / subject.bound), 4e-16, 'raw zeros')
    expectClose(log, new Float64Array(x.length), 4e-15, 'log-derivative of raw zeros')
    return
  }
  expect([...out]).toEqual([...x])
  expect(log.every((value) => value === 0)).toBe(true)
}

/** Finite in float32's range whatever the network says: raw values of ±50 and 0 in random patterns, and far points. */
function extremes(subject: Subject, direction: Direction): void {
  const { bound, count } = subject
  const places = [0, 1e-12, 0.5, 1 - 1e-12, 1, 1 + 1e-12, 1.5, 1e3, 1e6]
    .flatMap((place) => [place * bound, -place * bound])
  for (const [name, pattern] of Object.entries({
    high: () => 50,
    low: () => -50,
    mixed: (value: number) => 50 * Math.sign(value),
    some: (value: number) => (value > 0.7 ? 50 : value < -0.7 ? -50 : 0),
  })) {
    const raw = normals(named(key(11), name), places.length * count).map((value) => pattern(value))
    const points = { x: Float64Array.from(places), raw, dims: 1 }
    const { out, log } = pass(subject, direction, points)
    const ones = new Float64Array(places.length).fill(1)
    const { ofX, ofRaw } = pull(subject, direction, points, ones, ones)
    for (const [what, values] of Object.entries({ out, log, ofX, ofRaw })) {
      const at = values.findIndex((value) => !(Math.abs(value) < LARGEST))
      expect(at, `${what} with ${name} raw values: ${values[at]}`).toBe(-1)
    }
  }
}

/**
 * float32 against float64, relative to the largest element. float32 knows a point to 6e-8 of the bound, which is as
 * many times more of a bin as there are bins; the slope changes by up to some tens of times within a bin.
 */
async function agreement(subject: Subject, direction: Direction): Promise<void> {
  const tolerance = 1e-5 * subject.bins
  for (const [dims, withGradients] of [[1, false], [1, true], [3, false], [3, true]] as const) {
    const graph = optimise(graphOf(subject, direction, dims, withGradients))
    const draw = (name: string, shape: readonly number[], scale: number): TensorData => {
      const values = normals(named(key(1), name), shape.reduce((product, length) => product * length, 1))
      return { dtype: 'float', shape, data: Float32Array.from(scaled(values, scale)) }
    }
    const inputs: Record<string, TensorData> = {
      x: draw('x', [ROWS, dims], 0.7 * subject.bound), raw: draw('raw', [ROWS, subject.count, dims], 0.5),
    }
    if (withGradients) Object.assign(inputs, { a: draw('a', [ROWS, dims], 1), b: draw('b', [ROWS, dims], 1) })
    const engine = await onnxruntime.load(graph, { threads: 1 })
    const [got, wanted] = await Promise.all([engine.run(inputs), (await reference.load(graph)).run(inputs)])
    for (const [name, { data }] of Object.entries(wanted)) {
      const exact = Array.from(data, Number)
      const scale = Math.max(...exact.map(Math.abs))
      const worst = Math.max(...exact.map((value, i) => Math.abs(Number(got[name]!.data[i]) - value)))
      expect(worst, `${name} for d = ${dims}, whose largest is ${scale}`).toBeLessThanOrEqual(tolerance * scale)
    }
    await engine.dispose()
  }
}

describe.each(cases)('$name', (one) => {
  const subject = subjectOf(one)
  it.each(directions)('%s and back: the point again', (direction) => roundTrip(subject, direction))
  it.each(directions)('%s: the log-derivative is that of differences', (direction) => derivative(subject, direction))
  it.each(directions)('%s: gradients of the point and of raw', (direction) => gradients(subject, direction))
  it.each(directions)('%s: gradients of gradients', (direction) => secondOrder(subject, direction))
  it.each(directions)('%s increases strictly', (direction) => increasing(subject, direction))
  it.each(directions)('%s: raw zeros are the identity', (direction) => identity(subject, direction))
  it.each(directions)('%s: finite with extreme raw values, gradients too', (direction) => extremes(subject, direction))
  it.each(directions)('%s: float32 agrees', (direction) => agreement(subject, direction))
})

type SplineOptions = Readonly<Record<'bins' | 'bound' | 'minimumWidth' | 'minimumHeight' | 'minimumSlope', number>>

/** Knots and slopes as §3.1 of the paper has them: [x, y, slope] at K + 1 knots. */
function knotsOf(raw: Float64Array, options: SplineOptions): [number, number, number][] {
  const { bins, bound, minimumWidth, minimumHeight, minimumSlope } = options
  const sizes = (from: number, minimum: number): number[] => {
    const part = [...raw.subarray(from, from + bins)]
    const top = Math.max(...part)
    const exponentials = part.map((value) => Math.exp(value - top))
    const sum = exponentials.reduce((total, value) => total + value, 0)
    return exponentials.map((value) => 2 * bound * (minimum + (1 - bins * minimum) * value / sum))
  }
  const [widths, heights] = [sizes(0, minimumWidth), sizes(bins, minimumHeight)]
  const knots: [number, number, number][] = [[-bound, -bound, 1]]
  for (let k = 0; k < bins; k++) {
    const [x, y] = knots[k]!
    const shift = Math.log(Math.exp(1 - minimumSlope) - 1)
    const slope = k === bins - 1 ? 1 : minimumSlope + Math.log1p(Math.exp(raw[2 * bins + k]! + shift))
    knots.push([x + widths[k]!, y + heights[k]!, slope])
  }
  return knots
}

/** Equations 4 and 5 as they stand. */
function plainSpline(x: number, knots: readonly [number, number, number][], bound: number): { y: number; log: number } {
  if (Math.abs(x) >= bound) return { y: x, log: 0 }
  const k = knots.findLastIndex(([left]) => left <= x)
  const [[x0, y0, d0], [x1, y1, d1]] = [knots[k]!, knots[k + 1]!]
  const s = (y1 - y0) / (x1 - x0)
  const t = (x - x0) / (x1 - x0)
  const denominator = s + (d1 + d0 - 2 * s) * t * (1 - t)
  return {
    y: y0 + (y1 - y0) * (s * t * t + d0 * t * (1 - t)) / denominator,
    log: Math.log(s * s * (d1 * t * t + 2 * s * t * (1 - t) + d0 * (1 - t) ** 2) / denominator ** 2),
  }
}

describe('rational-quadratic, in particular', () => {
  const subject = subjectOf({ name: '', kind: 'rational-quadratic', options: { bins: 6, bound: 2 }, bound: 2 })
  const options = subject.options as SplineOptions

  it('is the spline of the paper', () => {
    always(subject, 1, 2, ({ x, raw }) => {
      const { out, log } = pass(subject, 'normalize', { x, raw, dims: 1 })
      const wanted = [...x].map((value, i) =>
        plainSpline(value, knotsOf(raw.subarray(i * subject.count, (i + 1) * subject.count), options), options.bound))
      expectClose(out, wanted.map(({ y }) => y), 1e-12, 'y')
      expectClose(log, wanted.map((one) => one.log), 1e-9, 'log-derivative')
    })
  })

  it('takes raw P-major: dimension j has raw[:, :, j]', () => {
    always(subject, 3, 2, ({ x, raw }) => {
      const { out } = pass(subject, 'normalize', { x, raw, dims: 3 })
      const { count } = subject
      for (let i = 0; i < x.length; i++) {
        const [row, j] = [Math.floor(i / 3), i % 3]
        const own = Float64Array.from({ length: count }, (_, p) => raw[(row * count + p) * 3 + j]!)
        expect(out[i]!).toBeCloseTo(plainSpline(x[i]!, knotsOf(own, options), options.bound).y, 11)
      }
    })
  })

  it('passes through its knots with their slopes, from both sides', () => {
    const raw = normals(key(4), subject.count).map((value) => 2 * value)
    const knots = knotsOf(raw, options)
    const allRaw = Float64Array.from({ length: knots.length * raw.length }, (_, i) => raw[i % raw.length]!)
    const at = (x: readonly number[], nudge: number): Points =>
      ({ x: Float64Array.from(x, (value) => value + nudge), raw: allRaw, dims: 1 })
    // One ulp of x moves y by its slope, up to 1e2, times 4e-16.
    for (const nudge of [0, 1e-15, -1e-15]) {
      const there = pass(subject, 'normalize', at(knots.map(([x]) => x), nudge))
      expectClose(there.out, knots.map(([, y]) => y), 1e-12, 'height of the knots')
      // The nudge is 1e-12 of the narrowest bin, and the slope changes by up to some tens of times within it.
      expectClose(there.log, knots.map(([, , slope]) => Math.log(slope)), 1e-10, 'slope at the knots')
      const back = pass(subject, 'generate', at(knots.map(([, y]) => y), nudge))
      expectClose(back.out, knots.map(([x]) => x), 1e-12, 'and back')
    }
  })

  it.each(directions)('%s is the identity outside of the bound, bit for bit, and its gradient too', (direction) => {
    const x = Float64Array.of(2.000001, -2.000001, 3.7, -1e5, 1e30, -1e300)
    const raw = normals(key(5), x.length * subject.count).map((value) => 3 * value)
    const { out, log } = pass(subject, direction, { x, raw, dims: 1 })
    expect([...out]).toEqual([...x])
    expect([...log].every((value) => value === 0)).toBe(true)
    const given = normals(key(6), x.length)
    const { ofX, ofRaw } = pull(subject, direction, { x, raw, dims: 1 }, given, given)
    expect([...ofX]).toEqual([...given])
    expect(ofRaw.every((value) => value === 0)).toBe(true)
  })

  it('keeps every bin at its smallest size at least', () => {
    const raw = Float64Array.from({ length: subject.count }, (_, p) => (p === 0 || p === options.bins ? 50 : -50))
    const left = -options.bound + 2 * options.bound * (1 - 4 * options.minimumWidth)
    const { out, log } = pass(subject, 'normalize', { x: Float64Array.of(left), raw, dims: 1 })
    // All but the first bin are 0.4 % wide together, and as high: there the line of slope 1 is met again.
    expectClose(out, [left], 1e-12, 'a knot')
    expectClose(log, [Math.log(options.minimumSlope)], 1e-9, 'its slope')
  })

  it('says nothing of a point that is not a number', () => {
    const raw = normals(key(8), 2 * subject.count)
    const { out } = pass(subject, 'normalize', { x: Float64Array.of(NaN, 1), raw, dims: 1 })
    expect(out[0]).toBeNaN()
    expect(out[1]).not.toBeNaN()
  })
})

/**
 * Nodes of the optimised program, constants and inputs apart, of one direction and with its gradients, for d = 1 and a
 * fixed batch. A node costs an engine about a microsecond, thousands of times a second: more of them is a regression.
 */
const MOST_NODES: Readonly<Record<string, Record<Direction, readonly [plain: number, withGradients: number]>>> = {
  additive: { normalize: [2, 3], generate: [2, 4] },
  affine: { normalize: [13, 27], generate: [14, 30] },
  'rational-quadratic': { normalize: [71, 145], generate: [86, 162] },
}

describe('cost', () => {
  const table = Object.entries(MOST_NODES).flatMap(([kind, limits]) =>
    directions.map((direction) => ({ kind, direction, limits: limits[direction] })))
  it.each(table)('$kind, $direction: at most $limits nodes', ({ kind, direction, limits }) => {
    const subject = subjectOf({ name: kind, kind, options: {}, bound: 3 })
    const nodes = [false, true].map((withGradients) => {
      const graph = createGraph()
      const x = graph.input('x', [256, 1])
      const raw = graph.input('raw', [256, subject.count, 1])
      const weight = graph.input('weight', [256, 1])
      const { out, logDerivative } = subject.definition[direction](x, raw, subject.options)
      graph.output('out', out)
      graph.output('log', logDerivative)
      const found = withGradients ? vjp([out, logDerivative], [weight, weight], [x, raw]) : []
      found.forEach((tensor, i) => graph.output(`g${i}`, tensor))
      return optimise(graph).nodes.filter(({ op }) => op !== 'constant' && op !== 'input').length
    })
    nodes.forEach((count, i) => expect(count).toBeLessThanOrEqual(limits[i]!))
  })
  it('covers the catalogue', () => {
    expect(Object.keys(MOST_NODES)).toEqual(Object.keys(transformers))
  })
})
