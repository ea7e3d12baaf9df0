/** The one scalar gives each side its own gradient; the penalty is that of the discriminator's slope at the data. */
import { describe, expect, it } from 'vitest'
import type { FlowDesign } from '../../../src/core/flow/design.ts'
import { nd } from '../../../src/core/ir/nd.ts'
import type { Model } from '../../../src/core/objectives/model.ts'
import { evaluationProgram } from '../../../src/core/programs/evaluation.ts'
import { type Vectors, draws, lossProgram, modelFor, run, vectorsOf } from './support.ts'

const design: FlowDesign = {
  event: [2], base: { kind: 'gaussian' },
  layers: [{ id: 'c', kind: 'coupling', options: { conditioner: { kind: 'mlp', width: 3, depth: 1, activation: 'tanh' } } }],
}
const discriminator = { kind: 'mlp', options: { width: 4, depth: 1, activation: 'tanh' } }
const build = (penalty: number, likelihood = 0): Model => modelFor(design, { kind: 'adversarial', options: { discriminator, penalty, likelihood } })
const BATCH = 3
const others = { x: nd([BATCH, 2], [0.3, -1, 1.2, 0.5, -0.4, 0.8]), 'noise.objective.latent': draws(4, [BATCH, 2]) }

const softplus = (value: number): number => Math.log1p(Math.exp(-Math.abs(value))) + Math.max(value, 0)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The discriminator, by hand from its parameters. */
function logits(model: Model, { theta }: Vectors, points: ArrayLike<number>): number[] {
  const take = (name: string): Float64Array => {
    const placed = model.flow.table.parameters.find(({ path }) => path === `objective.discriminator.${name}`)!
    return theta.subarray(placed.offset, placed.offset + placed.size)
  }
  const [w0, b0, w1, b1] = [take('weight0'), take('bias0'), take('weight1'), take('bias1')]
  return Array.from({ length: points.length / 2 }, (_, n) => {
    let out = b1[0]!
    for (let k = 0; k < 4; k++) out += w1[k]! * Math.tanh(b0[k]! + points[2 * n]! * w0[k]! + points[2 * n + 1]! * w0[4 + k]!)
    return out
  })
}

/** x = T(z) for the noise of the batch, by inverting the density's map numerically: affine couplings have it in closed form. */
function samples(model: Model, vectors: Vectors): Float64Array {
  const ml = modelFor(design, { kind: 'maximum-likelihood', options: {} })
  const own = { ...vectors, theta: vectors.theta.slice(0, ml.flow.table.parameterCount) }
  const graph = evaluationProgram(ml, { batch: BATCH })
  const z = others['noise.objective.latent'].data
  const x = Float64Array.from(z)
  // The first dimension stays; the second is affine in itself: two evaluations give its slope and shift.
  const at = (second: number): Float64Array => run(graph, own, { x: nd([BATCH, 2], Array.from({ length: BATCH }, (_, n) => [z[2 * n]!, second]).flat()) })['z']!
  const [low, high] = [at(0), at(1)]
  for (let n = 0; n < BATCH; n++) x[2 * n + 1] = (z[2 * n + 1]! - low[2 * n + 1]!) / (high[2 * n + 1]! - low[2 * n + 1]!)
  expect(model.flow.size).toBe(2)
  return x
}

function differences(f: (vectors: Vectors) => number, vectors: Vectors, from: number, to: number): number[] {
  const h = 1e-5
  return Array.from({ length: to - from }, (_, k) => {
    const at = (step: number): number => {
      const theta = vectors.theta.slice()
      theta[from + k] = theta[from + k]! + step
      return f({ ...vectors, theta })
    }
    return (at(h) - at(-h)) / (2 * h)
  })
}

describe('the adversarial loss', () => {
  const model = build(0)
  const vectors = vectorsOf(model, {}, 0.4)
  const flowCount = modelFor(design, { kind: 'maximum-likelihood', options: {} }).flow.table.parameterCount
  const count = model.flow.table.parameterCount
  const gradient = run(lossProgram(model, BATCH), vectors, others)['gradient']!
  const near = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 7))

  it('gives the discriminator the gradient of its own classification error', () => {
    const fake = samples(model, vectors)
    const error = (v: Vectors): number =>
      mean(logits(model, v, others.x.data).map((value) => softplus(-value))) + mean(logits(model, v, fake).map(softplus))
    expect(Array.from(gradient.slice(flowCount))).toEqual(near(differences(error, vectors, flowCount, count)))
  })

  it('gives the flow the gradient of misleading it', () => {
    const misleading = (v: Vectors): number => mean(logits(model, vectors, samples(model, v)).map((value) => softplus(-value)))
    expect(Array.from(gradient.slice(0, flowCount))).toEqual(near(differences(misleading, vectors, 0, flowCount)))
  })

  it('adds half the squared slope of the discriminator at the data, for the discriminator alone', () => {
    const slope = (v: Vectors): number => {
      const h = 1e-4
      return mean(Array.from({ length: BATCH }, (_, n) => [0, 1].reduce((sum, d) => {
        const at = (step: number): number => logits(model, v, others.x.data.slice(2 * n, 2 * n + 2).map((value, i) => value + (i === d ? step : 0)))[0]!
        return sum + ((at(h) - at(-h)) / (2 * h)) ** 2
      }, 0))) / 2
    }
    const penalised = run(lossProgram(build(3), BATCH), vectors, others)
    const plain = run(lossProgram(model, BATCH), vectors, others)
    expect(penalised['loss']![0]! - plain['loss']![0]!).toBeCloseTo(3 * slope(vectors), 6)
    const added = penalised['gradient']!.map((value, i) => value - gradient[i]!)
    expect(Array.from(added.slice(0, flowCount))).toEqual(new Array(flowCount).fill(expect.closeTo(0, 12)))
    expect(Array.from(added.slice(flowCount))).toEqual(differences((v) => 3 * slope(v), vectors, flowCount, count).map((value) => expect.closeTo(value, 5)))
  })

  it('is evaluated by the exact likelihood of the flow, and can be mixed with it', () => {
    const ml = modelFor(design, { kind: 'maximum-likelihood', options: {} })
    const own = { ...vectors, theta: vectors.theta.slice(0, flowCount) }
    const exact = run(evaluationProgram(ml, { batch: BATCH }), own, others)['log_prob']!
    expect([...run(evaluationProgram(model, { batch: BATCH }), vectors, others)['log_prob']!]).toEqual([...exact])
    const mixed = run(lossProgram(build(0, 2), BATCH), vectors, others)['loss']![0]!
    expect(mixed - run(lossProgram(model, BATCH), vectors, others)['loss']![0]!).toBeCloseTo(-2 * mean([...exact]), 10)
  })
})
