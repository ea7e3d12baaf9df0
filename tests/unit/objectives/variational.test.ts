/** Bounds against likelihoods that are known: with the exact posterior every sample's weight is log p(x) itself. */
import { describe, expect, it } from 'vitest'
import type { FlowDesign } from '../../../src/core/flow/design.ts'
import { nd } from '../../../src/core/ir/nd.ts'
import { evaluationProgram } from '../../../src/core/programs/evaluation.ts'
import { draws, lossProgram, modelFor, run, vectorsOf } from './support.ts'

const close = (values: ArrayLike<number>, digits: number): unknown[] => Array.from(values, (value) => expect.closeTo(value, digits))
const logNormal = (x: number, mean: number, variance: number): number => -0.5 * (x - mean) ** 2 / variance - 0.5 * Math.log(2 * Math.PI * variance)
const bare = (...layers: FlowDesign['layers']): FlowDesign => ({ event: [1], layers, base: { kind: 'class-gaussian' } })

const linear = { kind: 'mlp', options: { depth: 0 } }
const points = [-1.3, 0.2, 0.9, 2.4]
/** log of a scale, undone through the bound of ±limit that it will be put through. */
const raw = (log: number, limit: number): number => limit * Math.atanh(log / limit)

describe('the autoencoder of a linear decoder', () => {
  const [w, b, sigma] = [0.8, 0.3, 0.6]
  const variance = sigma ** 2 / (w ** 2 + sigma ** 2)
  const values = {
    'objective.encoder.weight0': [1, 0], 'objective.encoder.bias0': [-b, 1],
    'base.mean': [w / (w ** 2 + sigma ** 2), 0], 'base.logScale': [0, raw(Math.log(Math.sqrt(variance)), 5)],
    'objective.decoder.weight0': [w], 'objective.decoder.bias0': [b], 'objective.logScale': [raw(Math.log(sigma), 7)],
  }
  const evidence = points.map((x) => logNormal(x, b, w ** 2 + sigma ** 2))

  it.each([1, 5])('gives log p(x) for every draw under the exact posterior, with %d samples', (samples) => {
    const model = modelFor(bare(), { kind: 'elbo', options: { dimensions: 1, features: 2, samples, encoder: linear, decoder: linear } })
    const graph = evaluationProgram(model, { batch: 4 })
    const out = run(graph, vectorsOf(model, values), { x: nd([4, 1], points), 'noise.objective.posterior': draws(3, [4, samples, 1]) })
    expect([...out['log_prob']!]).toEqual(close(evidence, 10))
    expect([...out['figure.elbo']!]).toEqual(close(evidence, 10))
  })

  it('is the same for data in other units: the fitted mean and scale are undone', () => {
    const model = modelFor(bare(), { kind: 'elbo', options: { dimensions: 1, features: 2, samples: 1, encoder: linear, decoder: linear } })
    const fit = model.objective.fit!(model.site, Float32Array.from([8, 12, 10, 14, 6]))
    expect([...Array.from(fit['dataMean']!), ...Array.from(fit['dataScale']!)]).toEqual([10, expect.closeTo(Math.sqrt(8), 12)])
    const [mean, scale] = [10, Math.sqrt(8)]
    const out = run(evaluationProgram(model, { batch: 4 }), vectorsOf(model, { ...values, 'objective.dataMean': [mean], 'objective.dataScale': [scale] }), {
      x: nd([4, 1], points.map((x) => mean + scale * x)), 'noise.objective.posterior': draws(3, [4, 1, 1]),
    })
    expect([...out['log_prob']!]).toEqual(close(evidence.map((value) => value - Math.log(scale)), 10))
  })

  it('bounds it from below otherwise, more tightly with more samples', () => {
    const bound = (samples: number): { weighted: number; elbo: number } => {
      const model = modelFor(bare(), { kind: 'elbo', options: { dimensions: 1, features: 2, samples, encoder: linear, decoder: linear } })
      const repeats = 200
      const off = { ...values, 'base.mean': [0, 0], 'base.logScale': [0, 0] }
      const x = Array.from({ length: repeats }, () => points).flat()
      const out = run(evaluationProgram(model, { batch: x.length }), vectorsOf(model, off), { x: nd([x.length, 1], x), 'noise.objective.posterior': draws(5, [x.length, samples, 1]) })
      const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
      return { weighted: mean(out['log_prob']!), elbo: mean(out['figure.elbo']!) }
    }
    const truth = evidence.reduce((sum, value) => sum + value, 0) / evidence.length
    const [few, many] = [bound(2), bound(40)]
    expect(few.weighted).toBeLessThan(truth)
    expect(few.weighted).toBeGreaterThan(few.elbo)
    // The gap falls like 1/K (Burda et al. 2016, Theorem 1, and its delta-method expansion): 20 times as many samples.
    expect(truth - many.weighted).toBeGreaterThan(-0.01)
    expect(truth - many.weighted).toBeLessThan((truth - few.weighted) / 5)
  })
})

describe('several samples', () => {
  it('the loop is the mean of the single ones, as log-weights and as terms', () => {
    const flow: FlowDesign = { base: { kind: 'class-gaussian' }, event: [2], layers: [{ id: 'c', kind: 'coupling', options: { conditioner: { kind: 'mlp', width: 4, depth: 1, activation: 'tanh' } } }] }
    const options = { dimensions: 3, features: 4, likelihood: 'bernoulli', encoder: { kind: 'mlp', options: { width: 5, depth: 1, activation: 'tanh' } }, decoder: { kind: 'mlp', options: { width: 5, depth: 1, activation: 'tanh' } } }
    const x = nd([2, 3], [0, 1, 1, 1, 0, 0.2])
    const noise = draws(9, [2, 3, 2])
    const several = modelFor(flow, { kind: 'elbo', options: { ...options, samples: 3 } })
    const vectors = vectorsOf(several, {}, 0.4)
    const all = run(evaluationProgram(several, { batch: 2 }), vectors, { x, 'noise.objective.posterior': noise })
    const one = modelFor(flow, { kind: 'elbo', options: { ...options, samples: 1 } })
    const singles = [0, 1, 2].map((k) => run(evaluationProgram(one, { batch: 2 }), vectors, {
      x, 'noise.objective.posterior': nd([2, 1, 2], [0, 1].flatMap((n) => [0, 1].map((d) => noise.data[n * 6 + k * 2 + d] as number))),
    }))
    for (const n of [0, 1]) {
      const logs = singles.map((single) => single['log_prob']![n]!)
      expect(all['log_prob']![n]).toBeCloseTo(Math.log(logs.reduce((sum, value) => sum + Math.exp(value), 0) / 3), 10)
      expect(all['figure.elbo']![n]).toBeCloseTo(logs.reduce((sum, value) => sum + value, 0) / 3, 10)
      expect(all['figure.reconstruction']![n]! - all['figure.divergence']![n]!).toBeCloseTo(all['figure.elbo']![n]!, 10)
    }
  })

  it.each([1, 3])('the gradient of the loss agrees with differences, %d samples', (trainingSamples) => {
    const flow: FlowDesign = { event: [2], layers: [{ id: 'c', kind: 'coupling', options: { conditioner: { kind: 'mlp', width: 3, depth: 1, activation: 'tanh' } } }], base: { kind: 'class-gaussian' } }
    const network = { kind: 'mlp', options: { width: 3, depth: 1, activation: 'tanh' } }
    const model = modelFor(flow, { kind: 'elbo', options: { dimensions: 2, features: 2, likelihood: 'gaussian', encoder: network, decoder: network, trainingSamples } })
    const graph = lossProgram(model, 2, [0.7])
    const vectors = vectorsOf(model, {}, 0.3)
    const others = { x: nd([2, 2], [0.3, -1, 1.2, 0.5]), 'noise.objective.posterior': draws(4, [2, trainingSamples, 2]) }
    const analytic = run(graph, vectors, others)['gradient']!
    const h = 1e-5
    for (let i = 0; i < vectors.theta.length; i++) {
      const at = (step: number): number => {
        const theta = vectors.theta.slice()
        theta[i] = theta[i]! + step
        return run(graph, { ...vectors, theta }, others)['loss']![0]!
      }
      const numeric = (at(h) - at(-h)) / (2 * h)
      expect(Math.abs(analytic[i]! - numeric), `theta[${i}]`).toBeLessThan(1e-6 * (1 + Math.abs(numeric)))
    }
  })
})

describe('the flow as decoder', () => {
  it('gives log p(x) of an affine flow with noise, under its exact posterior', () => {
    const sigma = 0.5
    const design: FlowDesign = { event: [1], layers: [{ id: 'a', kind: 'elementwise-affine' }], base: { kind: 'gaussian' } }
    const model = modelFor(design, { kind: 'elbo-decoder', options: { samples: 4, encoder: linear } })
    const names = model.flow.table.parameters.map(({ path }) => path)
    const scale = names.find((name) => name.startsWith('a.') && /scale/i.test(name)) as string
    const shift = names.find((name) => name.startsWith('a.') && /shift/i.test(name)) as string
    // The layer's own parametrisation is found by what it does to two points.
    const probe = (a: number, b: number): readonly number[] => {
      const out = run(evaluationProgram(modelFor(design, { kind: 'maximum-likelihood', options: {} }), { batch: 2 }), {
        ...vectorsOf(modelFor(design, { kind: 'maximum-likelihood', options: {} }), { [scale]: [a], [shift]: [b] }),
      }, { x: nd([2, 1], [0, 1]) })
      return [...out['z']!]
    }
    const [z0, z1] = probe(0.2, 0.3) as [number, number]
    const [gain, offset] = [1 / (z1 - z0), -z0 / (z1 - z0)]
    const [precision, gainSquared] = [gain ** 2 / sigma ** 2 + 1, gain ** 2]
    const out = run(evaluationProgram(model, { batch: 4 }), vectorsOf(model, {
      [scale]: [0.2], [shift]: [0.3], 'objective.logScale': [raw(Math.log(sigma), 7)],
      'objective.encoder.weight0': [gain / sigma ** 2 / precision, 0],
      'objective.encoder.bias0': [-offset * gain / sigma ** 2 / precision, raw(-0.5 * Math.log(precision), 7)],
    }), { x: nd([4, 1], points), 'noise.objective.posterior': draws(3, [4, 4, 1]) })
    expect([...out['log_prob']!]).toEqual(close(points.map((x) => logNormal(x, offset, gainSquared + sigma ** 2)), 9))
  })
})
