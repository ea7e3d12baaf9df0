/** The laws of layers as functions of one subject; tests/laws/layers.test.ts holds every layer to them. */
import fc from 'fast-check'
import { expect } from 'vitest'
import { eventSize } from '../../src/core/flow/layer.ts'
import { optimise } from '../../src/core/ir/passes/optimise.ts'
import { key, named, normals } from '../../src/core/random.ts'
import {
  type Direction, type Setting, type Subject, type Values, gradients, graphOf, initialValues, initialise, pass,
  randomSetting, settingWith,
} from './flow-harness.ts'
import {
  LARGEST, ROWS, domainOf, edgePoints, expectClose, expectFinite, fixedPoints, pointsIn,
} from './law-points.ts'
import { jacobians, logAbsDet } from './numerics.ts'

/** Values of parameters and contexts that every law is tried with. */
const SEEDS = [1, 2, 3]
export const runs = { seed: 20_180_709, numRuns: 4 }
export const directions: readonly Direction[] = ['normalize', 'generate']

/** Float64 through a handful of well-conditioned operations; a layer that needs more says why in its laws. */
export const ROUND_TRIP = 1e-10
/** Central differences with h ≈ ∛ε are good to about ε^⅔ ≈ 4e-11; D of them and their LU lose some digits. */
const DIFFERENCES = 1e-6

function forPoints(
  subject: Subject, direction: Direction, law: (setting: Setting, points: Float64Array, seed: number) => void,
): void {
  for (const seed of SEEDS) {
    const setting = randomSetting(subject, seed)
    fc.assert(fc.property(pointsIn(domainOf(subject, direction), subject.size), (x) => law(setting, x, seed)), runs)
  }
}

const opposite = (direction: Direction): Direction => (direction === 'normalize' ? 'generate' : 'normalize')
const settings = (subject: Subject): Setting[] =>
  [settingWith(subject, initialValues(subject, 1), 1), ...SEEDS.map((seed) => randomSetting(subject, seed))]

export function roundTrip(subject: Subject, direction: Direction): void {
  const { roundTrip: tolerance = ROUND_TRIP } = subject.definition.laws
  forPoints(subject, direction, (setting, x) => {
    const there = pass(subject, direction, setting, x)
    const back = pass(subject, opposite(direction), setting, there.out)
    expectClose(back.out, x, tolerance, `${direction} and back`)
    expectClose(back.logDet, there.logDet.map((value) => -value), tolerance, 'log-det on the way back')
  })
}

export function volume(subject: Subject, direction: Direction): void {
  const { size } = subject
  forPoints(subject, direction, (setting, x) => {
    const f = (points: Float64Array): Float64Array => pass(subject, direction, setting, points).out
    const jacobian = jacobians(f, x, size, domainOf(subject, direction))
    const wanted = Float64Array.from({ length: ROWS }, (_, r) =>
      logAbsDet(jacobian.subarray(r * size * size, (r + 1) * size * size), size))
    expectClose(pass(subject, direction, setting, x).logDet, wanted, DIFFERENCES, `log-det of ${direction}`)
  })
}

export function edges(subject: Subject, direction: Direction): void {
  const { size } = subject
  const points = edgePoints(domainOf(subject, direction), size)
  for (const setting of settings(subject)) {
    const { out, logDet } = pass(subject, direction, setting, points)
    expectFinite(out, points, size, `${direction}, out`)
    expectFinite(logDet, points, size, `${direction}, log-det`)
    for (const [path, { data }] of Object.entries(gradients(subject, direction, setting, points))) {
      const what = `${direction}, gradient of ${path}`
      if (path === 'in') expectFinite(data, points, size, what)
      else expect(data.every((value) => Math.abs(value) < LARGEST), `${what} is finite`).toBe(true)
    }
  }
}

export function pointGradient(subject: Subject, direction: Direction): void {
  forPoints(subject, direction, (setting, x) => {
    const f = (points: Float64Array): Float64Array => pass(subject, direction, setting, points).loss
    const wanted = jacobians(f, x, subject.size, domainOf(subject, direction))
    expectClose(gradients(subject, direction, setting, x)['in']!.data, wanted, DIFFERENCES, 'gradient of the point')
  })
}

/** Along a random direction in the space of all parameters, the loss rises as the gradients say. */
export function parameterGradients(subject: Subject, direction: Direction): void {
  const { parameters } = subject.flow.table
  for (const seed of SEEDS) {
    const setting = randomSetting(subject, seed)
    const x = fixedPoints(subject, direction, 16, seed)
    const found = gradients(subject, direction, setting, x)
    const along = new Map(parameters.map(({ path, size }) => [path, normals(named(key(seed), `along ${path}`), size)]))
    let [slope, sizeOfTerms] = [0, 0]
    for (const { path } of parameters) {
      const { data } = found[path]!
      expect(data.some((value) => value !== 0), `${path} gets a gradient (${direction})`).toBe(true)
      data.forEach((value, i) => {
        slope += value * along.get(path)![i]!
        sizeOfTerms += Math.abs(value * along.get(path)![i]!)
      })
    }
    const h = 6e-6
    const lossAt = (step: number): number => {
      const moved: Values = Object.fromEntries(parameters.map(({ path }) => {
        const { shape, data } = setting.values[path]!
        return [path, { shape, data: data.map((value, i) => value + step * along.get(path)![i]!) }]
      }))
      const there = { ...setting, values: { ...setting.values, ...moved } }
      return pass(subject, direction, there, x).loss.reduce((a, b) => a + b, 0)
    }
    const wanted = (lossAt(h) - lossAt(-h)) / (2 * h)
    expect(Math.abs(slope - wanted), `${direction}: slope ${slope}, differences ${wanted}`)
      .toBeLessThanOrEqual(DIFFERENCES * (1 + sizeOfTerms))
  }
}

/** The dimensions of x that turn up unchanged somewhere in z. */
export function carriedOver(subject: Subject): boolean[] {
  const { size } = subject
  const x = fixedPoints(subject, 'normalize', 8, 3)
  const { out } = pass(subject, 'normalize', randomSetting(subject, 3), x)
  const same = (d: number, j: number): boolean =>
    [0, 1, 2, 3, 4, 5, 6, 7].every((row) => x[row * size + d] === out[row * size + j])
  return Array.from({ length: size }, (_, d) => Array.from({ length: size }, (_, j) => j).some((j) => same(d, j)))
}

/** x as `reorders` says that it comes out; in z, what leaves at this layer stands before what goes on. */
export function reordered({ definition, layer, size }: Subject, x: Float64Array): Float64Array {
  const order = definition.reorders?.(layer.site)
  if (order === undefined) return x
  const onward = eventSize(layer.types.event)
  const inZ = [...order.slice(onward), ...order.slice(0, onward)]
  return x.map((_, i) => x[i - (i % size) + inZ[i % size]!]!)
}

/** Corners of piecewise maps are where they go wrong. */
export function corners(subject: Subject, direction: Direction): void {
  const { size } = subject
  const domain = domainOf(subject, direction)
  const edge = edgePoints(domain, size)
  const near = (value: number): boolean =>
    domain === 'unit' ? value > 1e-4 && value < 1 - 1e-4 : Math.abs(value) <= 10 && (domain === 'real' || value > 1e-4)
  const rows = Array.from({ length: edge.length / size }, (_, r) => edge.subarray(r * size, (r + 1) * size))
  const points = Float64Array.from(rows.filter((row) => row.every(near)).flatMap((row) => [...row]))
  for (const setting of settings(subject)) {
    const back = pass(subject, opposite(direction), setting, pass(subject, direction, setting, points).out)
    expectClose(back.out, points, subject.definition.laws.roundTrip ?? ROUND_TRIP, `${direction} and back`)
  }
}

/** What the passes make of the graph means the same. */
export function optimised(subject: Subject, direction: Direction): void {
  const setting = randomSetting(subject, 1)
  const x = fixedPoints(subject, direction, ROWS, 2)
  const plain = pass(subject, direction, setting, x)
  const better = pass(subject, direction, setting, x, optimise(graphOf(subject, direction, false)))
  expectClose(better.out, plain.out, 1e-13, 'optimised')
  expectClose(better.logDet, plain.logDet, 1e-13, 'log-det, optimised')
}

/** A row's result depends on that row alone, whatever the batch. */
export function anyBatch(subject: Subject, direction: Direction): void {
  const { size } = subject
  const setting = randomSetting(subject, 2)
  const x = fixedPoints(subject, direction, 5, 4)
  const whole = pass(subject, direction, setting, x)
  for (const [from, to] of [[0, 1], [1, 3], [3, 5]] as const) {
    const some = pass(subject, direction, setting, x.subarray(from * size, to * size))
    expectClose(some.out, whole.out.subarray(from * size, to * size), 1e-13, 'rows of a smaller batch')
    expectClose(some.logDet, whole.logDet.subarray(from, to), 1e-13, 'log-dets of a smaller batch')
  }
}

export function initialisation(subject: Subject): void {
  const { size, flow, layer } = subject
  const start = initialValues(subject, 1)
  const varied = normals(key(7), 32 * size)
  // One dimension that does not vary must not make anything infinite.
  const constantFirst = varied.map((value, i) => (i % size === 0 ? 3 : value))
  for (const data of [varied, constantFirst, varied.map(() => 0), varied.map((value) => 1e-6 * value + 1e4)]) {
    const made = initialise(subject, start, data)
    for (const [path, { shape, data: values }] of Object.entries(made)) {
      const placed = [...flow.table.parameters, ...flow.table.buffers].find((item) => item.path === path)
      expect(placed?.shape, `${path} is one of the parameters of ${layer.definition.kind}`).toEqual(shape)
      expectFinite(values, data, size, path)
    }
    const { out, logDet } = pass(subject, 'normalize', settingWith(subject, { ...start, ...made }, 1), data)
    expectFinite(out, data, size, 'out after initialisation')
    expectFinite(logDet, data, size, 'log-det after initialisation')
  }
}
