/**
 * The laws of transformers, each a function of a transformer and a direction: strictly increasing scalar maps, the
 * identity for raw zeros, with the derivative that they say, an inverse, and right gradients.
 */
import { expect } from 'vitest'
import { vjp } from '../../src/core/ir/autodiff.ts'
import { evaluate } from '../../src/core/ir/evaluate.ts'
import type { Tensor } from '../../src/core/ir/graph.ts'
import { createGraph } from '../../src/core/ir/index.ts'
import { nd } from '../../src/core/ir/nd.ts'
import { optimise } from '../../src/core/ir/passes/optimise.ts'
import { key, named, normals } from '../../src/core/random.ts'
import { reference } from '../../src/engine/runtimes/reference.ts'
import type { Runtime, TensorData } from '../../src/engine/runtimes/runtime.ts'
import { LARGEST, expectClose } from './law-points.ts'
import {
  type Direction, ROWS, type Subject, always, arrays, graphOf, moved, opposite, pass, pull, scaled,
} from './transformer-harness.ts'

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

export function roundTrip(subject: Subject, direction: Direction): void {
  for (const dims of [1, 3]) {
    always(subject, dims, 1.5, (points) => {
      const there = pass(subject, direction, points)
      const back = pass(subject, opposite(direction), { ...points, x: there.out })
      expectClose(scaled(back.out, 1 / subject.bound), scaled(points.x, 1 / subject.bound), ROUND_TRIP, 'and back')
      expectClose(back.log, there.log.map((value) => -value), 1e-8, 'log-derivative on the way back')
    })
  }
}

export function derivative(subject: Subject, direction: Direction): void {
  const h = STEP * subject.bound / subject.bins
  always(subject, 2, 1, (points) => {
    const at = (step: number): Float64Array => pass(subject, direction, moved(points, step)).out
    const [above, below] = [at(h), at(-h)]
    const { log } = pass(subject, direction, points)
    expectClose(log.map(Math.exp), above.map((value, i) => (value - below[i]!) / (2 * h)), DIFFERENCES, 'derivative')
  })
}

/** The slope along a random direction in (x, raw) is what the gradients say. */
export function gradients(subject: Subject, direction: Direction): void {
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
export function secondOrder(subject: Subject, direction: Direction): void {
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

export function increasing(subject: Subject, direction: Direction): void {
  const grid = Float64Array.from({ length: 401 }, (_, i) => (i - 200) * subject.bound / 160)
  for (const spread of [0, 1, 5]) {
    const one = normals(named(key(3), `increasing ${spread}`), subject.count).map((value) => spread * value)
    const raw = Float64Array.from({ length: grid.length * one.length }, (_, i) => one[i % one.length]!)
    const { out } = pass(subject, direction, { x: grid, raw, dims: 1 })
    for (let i = 1; i < out.length; i++) expect(out[i]!, `at ${grid[i]}`).toBeGreaterThan(out[i - 1]!)
  }
}

export function identity(subject: Subject, direction: Direction): void {
  const x = Float64Array.from({ length: 81 }, (_, i) => (i - 40) * subject.bound / 32)
  const { out, log } = pass(subject, direction, { x, raw: new Float64Array(x.length * subject.count), dims: 1 })
  if (subject.definition.range !== undefined) {
    // Shifting by the bound and back, and the mean of the slopes, round: some units in the last place of the bound.
    expectClose(scaled(out, 1 / subject.bound), scaled(x, 1 / subject.bound), 4e-16, 'raw zeros')
    expectClose(log, new Float64Array(x.length), 4e-15, 'log-derivative of raw zeros')
    return
  }
  expect([...out]).toEqual([...x])
  expect(log.every((value) => value === 0)).toBe(true)
}

/** Finite in float32's range whatever the network says: raw values of ±50 and 0 in random patterns, and far points. */
export function extremes(subject: Subject, direction: Direction): void {
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
export async function agreement(runtime: Runtime, subject: Subject, direction: Direction): Promise<void> {
  const tolerance = 1e-5 * subject.bins
  for (const dims of [1, 3]) {
    const graph = optimise(graphOf(subject, direction, dims, true))
    const draw = (name: string, shape: readonly number[], scale: number): TensorData => {
      const values = normals(named(key(1), name), shape.reduce((product, length) => product * length, 1))
      return { dtype: 'float', shape, data: Float32Array.from(scaled(values, scale)) }
    }
    const inputs: Record<string, TensorData> = {
      x: draw('x', [ROWS, dims], 0.7 * subject.bound), raw: draw('raw', [ROWS, subject.count, dims], 0.5),
      a: draw('a', [ROWS, dims], 1), b: draw('b', [ROWS, dims], 1),
    }
    const engine = await runtime.load(graph, { threads: 1 })
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

/**
 * In float32 too everything stays finite, gradients included, for raw values of ±30 and 0 in random patterns and points
 * to 1e4 in the tails.
 */
export async function float32Extremes(runtime: Runtime, subject: Subject, direction: Direction): Promise<void> {
  const { bound, count } = subject
  const edge = [0.3, 0.5, 1 - 1e-6, 1, 1 + 1e-6, 1.5].map((place) => place * bound)
  const places = [0, ...edge, 1e3, 1e4].flatMap((place) => [place, -place])
  const raw = normals(named(key(12), direction), places.length * count)
    .map((value, i) => 30 * (i % 3 === 0 ? Math.sign(value) : i % 3 === 1 ? Math.tanh(value) : 0))
  const float = (shape: readonly number[], values: ArrayLike<number>): TensorData =>
    ({ dtype: 'float', shape, data: Float32Array.from(values) })
  const ones = float([places.length, 1], places.map(() => 1))
  const engine = await runtime.load(optimise(graphOf(subject, direction, 1, true)), { threads: 1 })
  const inputs = { x: float([places.length, 1], places), raw: float([places.length, count, 1], raw), a: ones, b: ones }
  for (const [name, { data }] of Object.entries(await engine.run(inputs))) {
    const at = Array.from(data, Number).findIndex((value) => !(Math.abs(value) < LARGEST))
    expect(at, `${name}: ${data[at]}`).toBe(-1)
  }
  await engine.dispose()
}
