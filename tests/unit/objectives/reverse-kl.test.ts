/** The reverse divergence between Gaussians is a formula; both of its gradients have the same mean. */
import { describe, expect, it } from 'vitest'
import type { FlowDesign } from '../../../src/core/flow/design.ts'
import { nd } from '../../../src/core/ir/nd.ts'
import { type Model, assembleModel } from '../../../src/core/objectives/model.ts'
import { reverseKl } from '../../../src/core/objectives/reverse-kl.ts'
import { evaluationProgram } from '../../../src/core/programs/evaluation.ts'
import { weighProgram } from '../../../src/core/programs/weigh.ts'
import { key, normals } from '../../../src/core/random.ts'
import { makeTarget } from '../../../src/core/targets/index.ts'
import type { Target } from '../../../src/core/targets/target.ts'
import { issuesOf, onlyIssue, valueOf } from '../data/results.ts'
import { lossProgram, run, vectorsOf } from './support.ts'

/** x = μ + e^{log σ} z; log σ is bounded, which shows at large values only. */
const affine: FlowDesign = { event: [2], base: { kind: 'gaussian' }, layers: [{ id: 'a', kind: 'elementwise-affine', options: {} }] }
/** log N(x; (1, −1), diag(4, 1)) + 7 */
const gaussian = 'expression:-(x1 - 1)^2/8 - (x2 + 1)^2/2 - log(4*pi) + 7'

const target = (source: string, dimension = 2): Target => valueOf(makeTarget({ source, dimension }))
function model(gradient: 'total' | 'path' = 'total', design = affine, source = gaussian): Model {
  return valueOf(assembleModel({ design, objective: { kind: 'reverse-kl', options: { gradient } }, target: target(source) }))
}

const BATCH = 4096
/** Normal numbers whose first two moments are exact: the loss is then the formula, and no estimate of it. */
function moments(count: number): Float64Array {
  const values = normals(key(5), count)
  for (let i = 0; i < count / 2; i++) values[count / 2 + i] = -values[i]!
  for (const d of [0, 1]) {
    let squares = 0
    for (let i = d; i < count; i += 2) squares += values[i]! ** 2
    for (let i = d; i < count; i += 2) values[i] = values[i]! / Math.sqrt(squares / (count / 2))
  }
  return values
}
const draw = { 'noise.objective.draw': nd([BATCH, 2], moments(2 * BATCH)) }

/** Σ log σ_p/σ_q + (σ_q² + (μ_q − μ_p)²)/(2σ_p²) − ½, less the constant of p̃. */
function divergence(mean: readonly number[], sd: readonly number[], beta = 1): number {
  const p = [[1, 2], [-1, 1]] as const
  return p.reduce((sum, [mu, tau], d) => {
    const entropy = Math.log(sd[d]!) + 0.5 * Math.log(2 * Math.PI * Math.E)
    const cross = Math.log(tau) + 0.5 * Math.log(2 * Math.PI) + (sd[d]! ** 2 + (mean[d]! - mu) ** 2) / (2 * tau ** 2)
    return sum - entropy + beta * cross
  }, -7 * beta)
}

/** Mean and deviation of the flow, from what it makes of z = 0 and z = 1. */
function scaled(of: Model, vectors: ReturnType<typeof vectorsOf>): { mean: number[]; sd: number[] } {
  const { x = new Float64Array() } = run(weighProgram(of), vectors, { 'noise.objective.draw': nd([2, 2], [0, 0, 1, 1]) })
  return { mean: [x[0]!, x[1]!], sd: [x[2]! - x[0]!, x[3]! - x[1]!] }
}

describe('reverse KL between Gaussians', () => {
  it.each([1, 0.4])('is the formula, with p̃ to the power of %d', (beta) => {
    for (const gradient of ['total', 'path'] as const) {
      const of = model(gradient)
      const vectors = vectorsOf(of, {}, 0.5)
      const { mean, sd } = scaled(of, vectors)
      const loss = run(lossProgram(of, BATCH, [beta]), vectors, { x: nd([BATCH, 2], new Float64Array(2 * BATCH)), ...draw })['loss']!
      expect(loss[0]).toBeCloseTo(divergence(mean, sd, beta), 10)
    }
  })

  it('is −log Z at the target itself, where every weight is the same', () => {
    const of = model()
    // x = scale · (z + shift) or the like: set through the law that generate is affine.
    const vectors = vectorsOf(of, {}, 0.3)
    const { mean, sd } = scaled(of, vectors)
    const own = `expression:${[0, 1].map((d) => `-((x${d + 1} - (${mean[d]}))/${sd[d]})^2/2 - log(${sd[d]})`).join(' + ')} - log(2*pi) + 3`
    const exact = model('total', affine, own)
    const weights = run(weighProgram(exact), vectors, { 'noise.objective.draw': nd([5, 2], normals(key(8), 10)) })['log_weight']!
    for (const weight of weights) expect(weight).toBeCloseTo(3, 10)
    const elbo = run(evaluationProgram(exact), vectors, { 'noise.objective.draw': nd([5, 2], normals(key(8), 10)) })['log_prob']!
    expect([...elbo]).toEqual([...weights])
    // The path's gradient has no noise there, the total one has.
    const sized = (gradient: 'total' | 'path'): number => {
      const program = lossProgram(model(gradient, affine, own), 8)
      const out = run(program, vectors, { x: nd([8, 2], new Float64Array(16)), 'noise.objective.draw': nd([8, 2], normals(key(9), 16)) })
      return Math.hypot(...out['gradient']!)
    }
    expect(sized('path')).toBeLessThan(1e-10)
    expect(sized('total')).toBeGreaterThan(1e-2)
  })

  it('has the slopes of the formula, by either gradient', () => {
    const h = 1e-5
    const of = model()
    const vectors = vectorsOf(of, {}, 0.5)
    const at = (k: number, by: number): number => {
      const moved = { ...vectors, theta: vectors.theta.map((value, i) => (i === k ? value + by : value)) }
      const { mean, sd } = scaled(of, moved)
      return divergence(mean, sd)
    }
    const wanted = Array.from(vectors.theta, (_, k) => (at(k, h) - at(k, -h)) / (2 * h))
    for (const gradient of ['total', 'path'] as const) {
      const { gradient: got } = run(lossProgram(model(gradient), BATCH), vectors, { x: nd([BATCH, 2], new Float64Array(2 * BATCH)), ...draw })
      for (const [k, value] of wanted.entries()) expect(got![k]).toBeCloseTo(value, 6)
    }
  })
})

describe('annealing', () => {
  /** The loss at p̃^β. */
  function lossAt(beta: number, box?: readonly [number, number]): number {
    const of = valueOf(assembleModel({
      design: affine, objective: { kind: 'reverse-kl', options: {} }, target: valueOf(makeTarget({ source: gaussian, dimension: 2, box })),
    }))
    return run(lossProgram(of, BATCH, [beta]), vectorsOf(of, {}, 0.5), { x: nd([BATCH, 2], new Float64Array(2 * BATCH)), ...draw })['loss']![0]!
  }

  it('flattens a density in a box as far as it is told to, and one on all of the plane only so far that it does not spread', () => {
    expect(lossAt(0.01)).toBe(lossAt(0.3))
    expect(lossAt(0.31)).not.toBeCloseTo(lossAt(0.3), 3)
    expect(lossAt(0.01, [-9, 9])).not.toBeCloseTo(lossAt(0.3, [-9, 9]), 1)
    expect(lossAt(0.5, [-9, 9])).toBe(lossAt(0.5))
  })

  it('rises from its first factor to one, and stays there', () => {
    const options = { annealFrom: 0.1, annealFraction: 0.5, gradient: 'total' } as const
    const at = (step: number): number => reverseKl.scalars!(options, step, 1000)[0]!
    expect(at(1)).toBeCloseTo(0.1018, 6)
    expect(at(250)).toBeCloseTo(0.55, 6)
    expect(at(500)).toBe(1)
    expect(at(1000)).toBe(1)
    expect(reverseKl.scalars!({ ...options, annealFraction: 0 }, 1, 1000)).toEqual([1])
    expect(reverseKl.scalars!({ ...options, annealFraction: 1 }, 7, 7)).toEqual([1])
  })
})

describe('designs that cannot be trained so', () => {
  const assembled = (design: FlowDesign, source = gaussian, contextSize = 0): ReturnType<typeof assembleModel> =>
    assembleModel({ design, objective: { kind: 'reverse-kl', options: {} }, target: target(source, source === gaussian ? 2 : 3), contextSize })

  it('refuses noise for whole numbers, context columns and another number of dimensions', () => {
    const noisy = { ...affine, layers: [{ id: 'noise', kind: 'dequantize' }, ...affine.layers] }
    expect(onlyIssue(assembled(noisy))).toMatchObject({ code: 'reverse-kl-dequantize', at: "layers[0] (dequantize 'noise')" })
    expect(issuesOf(assembled(affine, gaussian, 2)).map(({ code }) => code)).toContain('reverse-kl-context')
    expect(onlyIssue(assembled(affine, 'funnel')).code).toBe('target-dimension')
  })

  it('says that the weights of a mixture as base are not learned', () => {
    const mixed = assembled({ ...affine, base: { kind: 'gaussian-mixture' } })
    expect(mixed.ok).toBe(true)
    expect(mixed.issues.map(({ code }) => code)).toContain('reverse-kl-weights')
  })
})
