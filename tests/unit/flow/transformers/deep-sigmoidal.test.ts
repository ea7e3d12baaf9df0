/** The deep sigmoidal flow held to the formula of its paper, where that can be computed plainly, and in its tails. */
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../../../src/core/ir/evaluate.ts'
import { createGraph } from '../../../../src/core/ir/index.ts'
import { key, named, normals } from '../../../../src/core/random.ts'
import { expectClose } from '../../../support/law-points.ts'
import { always, arrays, directions, pass, subjectOf } from '../../../support/transformer-harness.ts'

const UNITS = 4
const BOUND = 3
const LEAST = 1e-3
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const offset = (k: number): number => k / (UNITS - 1) - 0.5

/** σ⁻¹(Σ w σ(a x + b)), eq. 8. */
function plainLogit(x: number, raw: Float64Array): number {
  const part = (i: number): Float64Array => raw.subarray(i * UNITS, (i + 1) * UNITS)
  const [slopes, offsets, logits] = [part(0), part(1), part(2)]
  const total = logits.reduce((sum, value) => sum + Math.exp(value), 0)
  let [up, down] = [0, 0]
  for (let k = 0; k < UNITS; k++) {
    const z = Math.exp(BOUND * Math.tanh(slopes[k]! / BOUND)) * x + offset(k) + offsets[k]!
    up += Math.exp(logits[k]!) / total * sigmoid(z)
    down += Math.exp(logits[k]!) / total * sigmoid(-z)
  }
  return Math.log(up / down)
}

const plain = (x: number, raw: Float64Array): number =>
  x + (1 - LEAST) * (plainLogit(x, raw) - plainLogit(x, new Float64Array(raw.length)))

describe('deep-sigmoidal', () => {
  const one = subjectOf({ kind: 'deep-sigmoidal', options: { units: UNITS, bound: BOUND }, bound: 3 })
  const two = subjectOf({ kind: 'deep-sigmoidal', options: { units: UNITS, bound: BOUND, layers: 2 }, bound: 3 })

  it('is the network of the paper, taken relative to itself at zero', () => {
    always(one, 1, 1, ({ x, raw }) => {
      const { out } = pass(one, 'normalize', { x, raw, dims: 1 })
      const wanted = [...x].map((value, i) => plain(value, raw.subarray(i * one.count, (i + 1) * one.count)))
      expectClose(out, wanted, 1e-11, 'y')
    })
  })

  it('passes one layer through the other', () => {
    always(two, 1, 1, ({ x, raw }) => {
      const { out } = pass(two, 'normalize', { x, raw, dims: 1 })
      const wanted = [...x].map((value, i) => {
        const own = raw.subarray(i * two.count, (i + 1) * two.count)
        return plain(plain(value, own.subarray(0, one.count)), own.subarray(one.count))
      })
      expectClose(out, wanted, 1e-10, 'y')
    })
  })

  it('has units that are not alike at zero: every number gets a gradient of its own', () => {
    const x = Float64Array.of(0.3)
    const changes = Array.from({ length: one.count }, (_, p) => {
      const raw = new Float64Array(one.count)
      raw[p] = 1e-3
      return pass(one, 'normalize', { x, raw, dims: 1 }).out[0]! - 0.3
    })
    for (let i = 0; i < changes.length; i++) {
      expect(Math.abs(changes[i]!), `number ${i}`).toBeGreaterThan(1e-7)
      for (let j = 0; j < i; j++) expect(Math.abs(changes[i]! - changes[j]!), `${i} and ${j}`).toBeGreaterThan(1e-8)
    }
  })

  it.each(directions)('%s: far away it is a line, however far', (direction) => {
    const raw = normals(named(key(5), 'tail'), one.count)
    const flattest = Math.min(...[...raw.subarray(0, UNITS)].map((value) => Math.exp(BOUND * Math.tanh(value / BOUND))))
    const slope = LEAST + (1 - LEAST) * flattest
    const x = Float64Array.from([1e3, -1e3, 1e4, -1e4, 1e6, -1e6])
    const all = Float64Array.from({ length: x.length * one.count }, (_, i) => raw[i % one.count]!)
    const { out, log } = pass(one, direction, { x, raw: all, dims: 1 })
    const expected = direction === 'normalize' ? slope : 1 / slope
    expectClose(log, log.map(() => Math.log(expected)), 1e-9, 'slope of the tail')
    out.forEach((value, i) => expect(Math.abs(value / x[i]! - expected)).toBeLessThan(20 / Math.abs(x[i]!) / slope))
  })

  it('is never flatter than its least slope: between steep units far apart', () => {
    const raw = Float64Array.of(50, 50, 50, 50, -40, -40, 40, 40, 0, 0, 0, 0)
    const x = Float64Array.from({ length: 401 }, (_, i) => (i - 200) / 40)
    const all = Float64Array.from({ length: x.length * raw.length }, (_, i) => raw[i % raw.length]!)
    const { log } = pass(one, 'normalize', { x, raw: all, dims: 1 })
    expect(Math.min(...log)).toBeGreaterThan(Math.log(LEAST) - 1e-9)
    expect(Math.min(...log)).toBeLessThan(Math.log(0.03))
  })

  it('tells how near its inverse is', () => {
    const graph = createGraph()
    const [z, raw] = [graph.input('x', ['N', 1]), graph.input('raw', ['N', one.count, 1])]
    const { residual } = one.definition.generate(z, raw, one.options)
    graph.output('residual', residual!)
    always(one, 1, 3, (points) => {
      const residuals = evaluate(graph, arrays(one, points))['residual']!.data
      expect(residuals.length).toBe(points.x.length)
      expect(Math.max(...residuals)).toBeLessThan(1e-12)
    })
    const points = { x: Float64Array.of(NaN), raw: new Float64Array(one.count), dims: 1 }
    expect(evaluate(graph, arrays(one, points))['residual']!.data[0]).toBeGreaterThan(1e38)
  })
})
