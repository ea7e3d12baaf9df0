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
import {
  type Setting, type Subject, initialValues, pass, prepare, randomSetting, settingWith,
} from '../support/flow-harness.ts'
import { ROWS, expectClose, fixedPoints } from '../support/law-points.ts'
import {
  ROUND_TRIP, anyBatch, carriedOver, corners, directions, edges, initialisation, optimised, parameterGradients,
  pointGradient, reordered, roundTrip, runs, volume,
} from '../support/layer-laws.ts'

/** Events that a layer has to accept and then handle, or to refuse with an issue. */
const EVENTS = [[1], [2], [3], [5], [1, 1, 1], [2, 2, 1], [3, 5, 2], [4, 4, 3], [1, 6, 4], [6, 3, 1]]

/** Layers with parameters that are not the identity at first, and why. Couplings never belong here. */
const NOT_IDENTITY: Readonly<Record<string, string>> = {
  linear: 'starts as a random rotation unless asked otherwise (Glow, §3.2)',
  'qr-linear': 'starts as a random rotation unless asked otherwise, as linear does',
  conv1x1: 'starts as a random rotation unless asked otherwise (Glow, §3.2)',
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
  it.each(directions)('%s and back: also from whole numbers and halves', (direction) => corners(subject, direction))
  it.each(directions)('%s: log-det is that of the numerical Jacobian', (direction) => volume(subject, direction))
  it.each(directions)('%s: finite at the edge, and so are the gradients', (direction) => edges(subject, direction))
  it.each(directions)('%s: the gradient of the point is right', (direction) => pointGradient(subject, direction))
  it.each(directions)('%s: means the same when optimised', (direction) => optimised(subject, direction))
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
