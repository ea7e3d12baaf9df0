import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { moons } from '../../src/core/data/synthetic/moons.ts'
import { classificationFigures, logPosteriors, mostProbable } from '../../src/core/metrics/bayes.ts'
import { key } from '../../src/core/random.ts'

describe('posteriors', () => {
  it('are Bayes’ rule, far outside of the range of exp as well', () => {
    fc.assert(fc.property(
      fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 6 }), fc.double({ min: -1e5, max: 1e5, noNaN: true }),
      (densities, shift) => {
        const priors = densities.map((_, k) => Math.log((k + 1) / (densities.length * (densities.length + 1) / 2)))
        const joint = densities.map((value, k) => Math.exp(value + (priors[k] as number)))
        const evidence = joint.reduce((sum, value) => sum + value, 0)
        const posterior = logPosteriors(densities.map((value) => [value + shift]), priors)
        // A shift of 10⁵ takes 10⁻¹¹ of the densities' digits.
        joint.forEach((value, k) => { expect(Math.exp(posterior[k]!)).toBeCloseTo(value / evidence, 9) })
      }), { seed: 77, numRuns: 200 })
  })

  it('are the priors where no class has a density', () => {
    const priors = [Math.log(0.25), Math.log(0.75)]
    expect([...logPosteriors([[-Infinity, NaN, 0], [-Infinity, NaN, NaN]], priors)]).toEqual([...priors, ...priors, 0, -Infinity])
  })
})

it('the figures of a classifier that knows the densities: accuracy, and the entropy of its posterior', () => {
  const n = 4000
  const points = moons.sample(key(3), n, { noise: 0.3 })
  const truth = moons.classes!.sample(key(3), n)
  const densities = [0, 1].map((index) => {
    const density = moons.classes!.logDensity(index, { noise: 0.3 })
    return Float64Array.from({ length: n }, (_, i) => density(points[2 * i]!, points[2 * i + 1]!))
  })
  const posterior = logPosteriors(densities, [Math.log(0.5), Math.log(0.5)])
  const { accuracy, crossEntropy } = classificationFigures(posterior, 2, truth)
  const expected = posterior.reduce((sum, value) => sum - Math.exp(value) * value / n, 0)
  const right = mostProbable(posterior, 2).reduce((sum, chosen, i) => sum + Math.exp(posterior[2 * i + chosen]!) / n, 0)
  // The posterior is calibrated: both figures are their own expectations, within 4 standard errors of 4000 examples.
  expect(Math.abs(crossEntropy - expected)).toBeLessThan(4 * 0.5 / Math.sqrt(n))
  expect(Math.abs(accuracy - right)).toBeLessThan(4 * Math.sqrt(right * (1 - right) / n))
  expect(accuracy).toBeLessThan(0.95)
})

it('who always says the same is right as often as that class is there', () => {
  const posterior = logPosteriors([[0, 0, 0, 0], [-1, -1, -1, -1]], [0, 0])
  expect(classificationFigures(posterior, 2, [0, 1, 0, 0]).accuracy).toBe(0.75)
})
