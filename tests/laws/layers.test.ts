/**
 * The laws of layers: what every layer of the catalogue must fulfil, in each of the cases that it lists.
 * One layer alone: `npx vitest run tests/laws/layers.test.ts -t <kind>`.
 *
 * All of it runs in float64 through the reference evaluation, with events flattened to [N, D] (flow-harness.ts).
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assemble } from '../../src/core/flow/flow.ts'
import { type LayerDefinition, eventSize } from '../../src/core/flow/layer.ts'
import { layers as catalogue } from '../../src/core/flow/layers/index.ts'
import { key, named, normals } from '../../src/core/random.ts'
import {
  type Direction, type Setting, type Subject, type Values, gradients, initialValues, initialise, pass, prepare,
  randomSetting, settingWith,
} from '../support/flow-harness.ts'
import {
  LARGEST, ROWS, domainOf, edgePoints, expectClose, expectFinite, fixedPoints, pointsIn,
} from '../support/law-points.ts'
import { jacobians, logAbsDet } from '../support/numerics.ts'

/** Values of parameters and contexts that every law is tried with. */
const SEEDS = [1, 2, 3]
const runs = { seed: 20_180_709, numRuns: 4 }
const directions: readonly Direction[] = ['normalize', 'generate']

/** Float64 through a handful of well-conditioned operations; a layer that needs more says why in its laws. */
const ROUND_TRIP = 1e-10
/** Central differences with h ≈ ∛ε are good to about ε^⅔ ≈ 4e-11; D of them and their LU lose some digits. */
const DIFFERENCES = 1e-6
/** Events that a layer has to accept and then handle, or to refuse with an issue. */
const EVENTS = [[1], [2], [3], [5], [1, 1, 1], [2, 2, 1], [3, 5, 2], [4, 4, 3], [1, 6, 4], [6, 3, 1]]

/** Layers with parameters that are not the identity at first, and why. Couplings never belong here. */
const NOT_IDENTITY: Readonly<Record<string, string>> = {
  linear: 'starts as a random rotation unless asked otherwise (Glow, §3.2)',
  conv1x1: 'starts as a random rotation unless asked otherwise (Glow, §3.2)',
}

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

function roundTrip(subject: Subject, direction: Direction): void {
  const { roundTrip: tolerance = ROUND_TRIP } = subject.definition.laws
  forPoints(subject, direction, (setting, x) => {
    const there = pass(subject, direction, setting, x)
    const back = pass(subject, opposite(direction), setting, there.out)
    expectClose(back.out, x, tolerance, `${direction} and back`)
    expectClose(back.logDet, there.logDet.map((value) => -value), tolerance, 'log-det on the way back')
  })
}

function volume(subject: Subject, direction: Direction): void {
  const { size } = subject
  forPoints(subject, direction, (setting, x) => {
    const f = (points: Float64Array): Float64Array => pass(subject, direction, setting, points).out
    const jacobian = jacobians(f, x, size, domainOf(subject, direction))
    const wanted = Float64Array.from({ length: ROWS }, (_, r) =>
      logAbsDet(jacobian.subarray(r * size * size, (r + 1) * size * size), size))
    expectClose(pass(subject, direction, setting, x).logDet, wanted, DIFFERENCES, `log-det of ${direction}`)
  })
}

function edges(subject: Subject, direction: Direction): void {
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

function pointGradient(subject: Subject, direction: Direction): void {
  forPoints(subject, direction, (setting, x) => {
    const f = (points: Float64Array): Float64Array => pass(subject, direction, setting, points).loss
    const wanted = jacobians(f, x, subject.size, domainOf(subject, direction))
    expectClose(gradients(subject, direction, setting, x)['in']!.data, wanted, DIFFERENCES, 'gradient of the point')
  })
}

/** Along a random direction in the space of all parameters, the loss rises as the gradients say. */
function parameterGradients(subject: Subject, direction: Direction): void {
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
function carriedOver(subject: Subject): boolean[] {
  const { size } = subject
  const x = fixedPoints(subject, 'normalize', 8, 3)
  const { out } = pass(subject, 'normalize', randomSetting(subject, 3), x)
  const same = (d: number, j: number): boolean =>
    [0, 1, 2, 3, 4, 5, 6, 7].every((row) => x[row * size + d] === out[row * size + j])
  return Array.from({ length: size }, (_, d) => Array.from({ length: size }, (_, j) => j).some((j) => same(d, j)))
}

/** x as `reorders` says that it comes out; in z, what leaves at this layer stands before what goes on. */
function reordered({ definition, layer, size }: Subject, x: Float64Array): Float64Array {
  const order = definition.reorders?.(layer.site)
  if (order === undefined) return x
  const onward = eventSize(layer.types.event)
  const inZ = [...order.slice(onward), ...order.slice(0, onward)]
  return x.map((_, i) => x[i - (i % size) + inZ[i % size]!]!)
}

/** A row's result depends on that row alone, whatever the batch. */
function anyBatch(subject: Subject, direction: Direction): void {
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

function initialisation(subject: Subject): void {
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

/** Both directions run and agree at first values, for every event that the layer accepts; else there is an issue. */
function otherEvents(definition: LayerDefinition): void {
  for (const event of EVENTS) {
    for (const contextSize of [0, 2]) {
      const layers = [{ id: 'layer', kind: definition.kind }]
      const flow = assemble({ event, layers, base: { kind: 'gaussian' } }, { contextSize })
      if (!flow.ok) {
        for (const { code, message, at } of flow.issues) {
          expect([code === '', message === '', at?.startsWith('layers[0]')]).toEqual([false, false, true])
        }
        continue
      }
      const subject = prepare(definition, { name: 'default options', event, contextSize })
      const { event: onward, latent } = subject.layer.types
      expect(eventSize(onward) + (latent === undefined ? 0 : eventSize(latent))).toBe(eventSize(event))
      if (definition.laws.domain === 'integer') continue
      const x = fixedPoints(subject, 'normalize', 2, 6)
      const setting = settingWith(subject, initialValues(subject, 2), 2)
      const back = pass(subject, 'generate', setting, pass(subject, 'normalize', setting, x).out)
      expectClose(back.out, x, definition.laws.roundTrip ?? ROUND_TRIP, `round trip of [${event.join(', ')}]`)
    }
  }
}

function lawsOfMaps(subject: Subject): void {
  const { definition, layer, size, flow } = subject
  it.each(directions)('%s and back: the point again; the log-dets cancel', (direction) => roundTrip(subject, direction))
  it.each(directions)('%s: log-det is that of the numerical Jacobian', (direction) => volume(subject, direction))
  it.each(directions)('%s: finite at the edge, and so are the gradients', (direction) => edges(subject, direction))
  it.each(directions)('%s: the gradient of the point is right', (direction) => pointGradient(subject, direction))
  it.each(directions)('%s: any batch size, row by row', (direction) => anyBatch(subject, direction))
  if (flow.table.parameterCount > 0) {
    it.each(directions)('%s: every parameter gets a gradient, and the right one', (direction) =>
      parameterGradients(subject, direction))
  }
  const exempt = definition.kind in NOT_IDENTITY && layer.site.options['start'] !== 'identity'
  if (flow.table.parameterCount > 0 && !exempt) {
    it('is the identity at first', () => {
      const x = fixedPoints(subject, 'normalize', ROWS, 8)
      const { out, logDet } = pass(subject, 'normalize', settingWith(subject, initialValues(subject, 3), 3), x)
      expectClose(out, reordered(subject, x), ROUND_TRIP, 'new layer')
      expectClose(logDet, logDet.map(() => 0), ROUND_TRIP, 'log-det of a new layer')
    })
  }
  it('says truly which dimensions it transforms', () => {
    const transforms = definition.transforms(subject.layer.site)
    const said = Array.from({ length: size }, (_, d) =>
      transforms === 'all' || (transforms !== 'none' && transforms.includes(d)))
    expect(carriedOver(subject).map((carried) => !carried)).toEqual(said)
  })
  if (definition.reorders !== undefined) {
    it('reorders as it says', () => {
      const x = fixedPoints(subject, 'normalize', ROWS, 9)
      expect([...pass(subject, 'normalize', randomSetting(subject, 1), x).out]).toEqual([...reordered(subject, x)])
    })
  }
  if (definition.initialise !== undefined) {
    it('can be initialised from any data', () => initialisation(subject))
  }
  it('carries its buffers on in their shapes', () => {
    const x = fixedPoints(subject, 'normalize', ROWS, 1)
    const { buffers } = pass(subject, 'normalize', randomSetting(subject, 1), x)
    for (const [path, { shape }] of Object.entries(buffers)) {
      expect(flow.table.buffers.find((item) => item.path === path)?.shape, path).toEqual(shape)
    }
  })
}

/** Dequantization: noise below one unit is added, and taken off again. */
function lawsOfDequantization(subject: Subject): void {
  const unit = (subject.layer.site.options['unit'] ?? 1) as number
  const count = ROWS * subject.size
  const grid = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: count, maxLength: count })
  const forGrid = (law: (x: Float64Array, setting: Setting) => void): void => fc.assert(
    fc.property(grid, fc.nat(), (steps, noise) => {
      law(Float64Array.from(steps, (n) => n * unit), { values: {}, noise })
    }), runs)
  it('generate takes back what normalize added', () => forGrid((x, setting) => {
    const { out } = pass(subject, 'normalize', setting, x)
    expect([...pass(subject, 'generate', setting, out).out]).toEqual([...x])
  }))
  it('the noise stays within one unit', () => forGrid((x, setting) => {
    pass(subject, 'normalize', setting, x).out.forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(x[i]!)
      expect(value).toBeLessThan(x[i]! + unit)
    })
  }))
  it('the noise differs from row to row, and is there', () => {
    const { out } = pass(subject, 'normalize', { values: {}, noise: 1 }, new Float64Array(2 * subject.size))
    expect(out.slice(0, subject.size)).not.toEqual(out.slice(subject.size))
  })
  it.each(directions)('%s: log-det is 0', (direction) => forGrid((x, setting) => {
    expect([...pass(subject, direction, setting, x).logDet]).toEqual(new Array(ROWS).fill(0))
  }))
}

describe.each(Object.values(catalogue))('$kind', (definition) => {
  it('has cases for the laws, docs and a place in the palette', () => {
    expect(definition.laws.cases.length).toBeGreaterThan(0)
    expect(definition.laws.roundTrip === undefined || definition.laws.reason !== undefined).toBe(true)
    const { docs: { summary, latex, source }, editor: { title, icon } } = definition
    for (const text of [summary, latex, source, title, icon]) expect(text).not.toBe('')
  })
  it('takes other events, or refuses them with an issue', () => otherEvents(definition))
  describe.each(definition.laws.cases)('$name', (lawCase) => {
    const subject = prepare(definition, lawCase)
    if (definition.laws.domain === 'integer') lawsOfDequantization(subject)
    else lawsOfMaps(subject)
  })
})
