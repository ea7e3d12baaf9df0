/** Targets against formulas written once more in plain numbers, their slopes, and log Z by another way of integration. */
import { describe, expect, it } from 'vitest'
import { gradient } from '../../../src/core/ir/autodiff.ts'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { nd } from '../../../src/core/ir/nd.ts'
import { reduceSum } from '../../../src/core/ir/tensor.ts'
import { makeDataSet } from '../../../src/core/data/dataset.ts'
import { key, normals, uniforms } from '../../../src/core/random.ts'
import { makeTarget } from '../../../src/core/targets/index.ts'
import { pointwise } from '../../../src/core/targets/pointwise.ts'
import { regressionTable } from '../../../src/core/targets/regression-table.ts'
import type { Target, TargetSpec } from '../../../src/core/targets/target.ts'
import { onlyIssue, valueOf } from '../data/results.ts'
import { integrate } from '../../support/numerics.ts'

const BOX = [-4, 4] as const
const target = (source: string, dimension = 2, more: Partial<TargetSpec> = {}): Target => valueOf(makeTarget({ source, dimension, ...more }))
const values = (of: Target): ((points: Float64Array) => Float64Array) => pointwise((x) => of.logDensity(x), of.dimension)

const sq = (value: number): number => -0.5 * value * value
const lse = (a: number, b: number): number => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))
const w1 = (x: number): number => Math.sin((2 * Math.PI * x) / 4)
const w2 = (x: number): number => 3 * Math.exp(sq((x - 1) / 0.6))
const w3 = (x: number): number => 3 / (1 + Math.exp(-(x - 1) / 0.3))

/** Rezende & Mohamed 2015, Table 1, negated. */
const paper: Readonly<Record<string, (x: number, y: number) => number>> = {
  u1: (x, y) => sq((Math.hypot(x, y) - 2) / 0.4) + lse(sq((x - 2) / 0.6), sq((x + 2) / 0.6)),
  u2: (x, y) => sq((y - w1(x)) / 0.4),
  u3: (x, y) => lse(sq((y - w1(x)) / 0.35), sq((y - w1(x) + w2(x)) / 0.35)),
  u4: (x, y) => lse(sq((y - w1(x)) / 0.4), sq((y - w1(x) + w3(x)) / 0.35)),
}

/** log ∫ exp f over the plane's box by the trapezoidal rule. */
function plainLogZ(f: (x: number, y: number) => number, low: number, high: number): number {
  const inner = (x: number): number => integrate((ys) => ys.map((y) => Math.exp(f(x, y))), low, high, 700)
  return Math.log(integrate((xs) => xs.map(inner), low, high, 700))
}

describe.each(Object.entries(paper))('%s', (name, formula) => {
  const of = target(name, 2, { box: BOX })

  it('is the formula of the paper', () => {
    const points = uniforms(key(1), 400).map((u) => 8 * u - 4)
    const got = values(of)(points)
    for (const [i, value] of got.entries()) expect(value).toBeCloseTo(formula(points[2 * i]!, points[2 * i + 1]!), 10)
  })

  it('has the log Z of its box, also of another one', () => {
    const known = { u1: 1.8775, u2: 2.0821, u3: 2.6417, u4: 2.6846 }[name]!
    // Four decimals are known.
    expect(Math.abs(of.logZ! - known)).toBeLessThan(6e-5)
    expect(of.logZ).toBeCloseTo(plainLogZ(formula, -4, 4), 5)
    expect(target(name, 2, { box: [-1, 3] }).logZ).toBeCloseTo(plainLogZ(formula, -1, 3), 5)
  })

  it('is of the plane', () => {
    expect(onlyIssue(makeTarget({ source: name, dimension: 3 }))).toMatchObject({ code: 'target-dimension', at: `target ${name}` })
  })
})

it('knows log Z of U1 on the whole plane, and none of the improper ones', () => {
  expect(target('u1').logZ).toBeCloseTo(plainLogZ(paper['u1']!, -8, 8), 5)
  expect(target('u2').logZ).toBeUndefined()
})

it('has a finite slope at the origin of U1', () => {
  const graph = createGraph()
  const x = graph.input('x', [1, 2])
  graph.output('slope', gradient(reduceSum(target('u1').logDensity(x), [0]), [x])[0]!)
  expect([...evaluate(graph, { x: nd([1, 2], [0, 0]) })['slope']!.data].every(Number.isFinite)).toBe(true)
})

describe('mixture', () => {
  it('is a mixture of Gaussians on a circle', () => {
    const of = target('mixture?modes=3&radius=2&scale=0.7', 3)
    const points = normals(key(2), 30)
    const got = values(of)(points)
    for (const [i, value] of got.entries()) {
      const parts = [0, 1, 2].map((k) => {
        const angle = (2 * Math.PI * k) / 3
        const centre = [2 * Math.cos(angle), 2 * Math.sin(angle), 0]
        const distance = centre.reduce((sum, c, d) => sum + ((points[3 * i + d]! - c) / 0.7) ** 2, 0)
        return Math.exp(-0.5 * distance) / (Math.sqrt(2 * Math.PI) * 0.7) ** 3 / 3
      })
      expect(value).toBeCloseTo(Math.log(parts[0]! + parts[1]! + parts[2]!), 10)
    }
    expect(of.logZ).toBe(0)
  })

  it('knows the mass in a box, and lies on a line in one dimension', () => {
    const of = target('mixture', 2, { box: [-1, 3.2] })
    const density = values(of)
    const inner = (x: number): number => integrate((ys) =>
      density(Float64Array.from({ length: 2 * ys.length }, (_, i) => (i % 2 === 0 ? x : ys[i >> 1]!))).map(Math.exp), -1, 3.2, 600)
    expect(of.logZ).toBeCloseTo(Math.log(integrate((xs) => xs.map(inner), -1, 3.2, 600)), 5)
    const line = target('mixture?modes=3', 1, { box: [-3.5, 1] })
    expect(line.logZ).toBeCloseTo(Math.log(integrate((xs) => values(line)(xs).map(Math.exp), -3.5, 1, 4000)), 6)
    expect(values(line)(Float64Array.of(-3))[0]).toBeCloseTo(values(line)(Float64Array.of(0))[0]!, 6)
  })

  it.each([
    ['mixture?modes=0', 'option-range', 'target mixture.modes'],
    ['mixture?modes=two', 'option-type', 'target mixture.modes'],
    ['mixture?mods=2', 'option-unknown', 'target mixture.mods'],
    ['mixture?modes=2&modes=3', 'target-option-twice', 'mixture?modes=2&modes=3'],
    ['mixtur', 'target-unknown', 'mixtur'],
    ['mixture:8', 'target-argument', 'mixture:8'],
    ['expression', 'target-argument', 'expression'],
    ['expression: ', 'target-argument', 'expression: '],
    ['logistic-regression:', 'target-argument', 'logistic-regression:'],
  ])('refuses %s', (source, code, at) => {
    expect(onlyIssue(makeTarget({ source, dimension: 2 }))).toMatchObject({ code, at })
  })
})

describe('funnel', () => {
  it("is Neal's, in any number of dimensions", () => {
    const points = normals(key(3), 40)
    const got = values(target('funnel', 4))(points)
    const normal = (x: number, variance: number): number => -0.5 * (x * x) / variance - 0.5 * Math.log(2 * Math.PI * variance)
    for (const [i, value] of got.entries()) {
      const [v = 0, ...others] = points.subarray(4 * i, 4 * i + 4)
      expect(value).toBeCloseTo(others.reduce((sum, x) => sum + normal(x, Math.exp(v)), normal(v, 9)), 9)
    }
    expect(target('funnel', 4).logZ).toBe(0)
    expect(onlyIssue(makeTarget({ source: 'funnel', dimension: 1 })).code).toBe('target-dimension')
  })

  it('knows the mass in a box', () => {
    const of = target('funnel', 2, { box: [-5, 5] })
    // By the other integration, panels on the plane.
    const plain = target('expression:-x1^2/18 - log(3) - x2^2*exp(-x1)/2 - x1/2 - log(2*pi)', 2, { box: [-5, 5] })
    expect(of.logZ).toBeCloseTo(plain.logZ!, 4)
    expect(of.logZ).toBeLessThan(0)
  })
})

describe('logistic regression', () => {
  const features = [0.5, -1, 2, 1.5, -0.3, 0.2, -2, 1, 0.1, -0.7]
  const labels = [1, 0, 1, 1, 0]
  const dataset = makeDataSet({
    columns: ['a', 'b'], rows: 5, values: Float64Array.from(features), source: 'heart.csv',
    label: { name: 'label', values: Float64Array.from(labels) },
  })

  it('is the log-likelihood of the labels and the log-prior of the weights, on standardised columns', () => {
    const table = valueOf(regressionTable(dataset))
    const of = target('logistic-regression:heart.csv?prior=2', 3, { table })
    const weights = [0.7, -1.1, 0.3]
    const column = (k: number): number[] => {
      const raw = [0, 1, 2, 3, 4].map((row) => features[2 * row + k]!)
      const mean = raw.reduce((sum, value) => sum + value, 0) / 5
      const sd = Math.sqrt(raw.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 5)
      return raw.map((value) => (value - mean) / sd)
    }
    const [a, b] = [column(0), column(1)]
    const likelihood = labels.reduce((sum, y, row) => {
      const s = weights[0]! * a[row]! + weights[1]! * b[row]! + weights[2]!
      return sum + Math.log(1 / (1 + Math.exp(y === 1 ? -s : s)))
    }, 0)
    const prior = weights.reduce((sum, w) => sum - 0.5 * (w / 2) ** 2 - Math.log(2) - 0.5 * Math.log(2 * Math.PI), 0)
    // Features travel as float32.
    expect(values(of)(Float64Array.from(weights))[0]).toBeCloseTo(likelihood + prior, 5)
  })

  it('needs a dimension for each column and one for the intercept', () => {
    const table = valueOf(regressionTable(dataset))
    const issue = onlyIssue(makeTarget({ source: 'logistic-regression:heart.csv', dimension: 2, table }))
    expect(issue).toMatchObject({ code: 'target-dimension', fix: expect.stringContaining('--dim 3') as string })
  })

  it('refuses tables that it cannot use', () => {
    const { label: _label, ...bare } = dataset
    expect(onlyIssue(regressionTable(bare)).code).toBe('regression-label')
    expect(onlyIssue(regressionTable({ ...dataset, label: { name: 'label', values: Float64Array.of(1, 2, 0, 1, 1) } })).at).toBe('heart.csv row 2 of the data')
    expect(onlyIssue(regressionTable({ ...dataset, label: { name: 'label', values: Float64Array.of(0, 1, 2, 0, 1), classes: ['a', 'b', 'c'] } })).message).toContain('3 names, among them "c"')
    expect(onlyIssue(regressionTable({ ...dataset, values: dataset.values.map((value, i) => (i % 2 === 0 ? 3 : value)) })).message).toContain('column "a" has one value')
    expect(valueOf(regressionTable({ ...dataset, label: { name: 'label', values: Float64Array.of(0, 1, 1, 0, 1), classes: ['no', 'yes'] } })).rows).toBe(5)
  })
})

describe('expression', () => {
  it('is integrated in a box of one or two dimensions', () => {
    expect(target('expression:-x1^2/2', 1, { box: [-20, 20] }).logZ).toBeCloseTo(0.5 * Math.log(2 * Math.PI), 6)
    expect(target('expression:-x1^2/2', 1).logZ).toBeUndefined()
    expect(target('expression:1 + 0*x1*x2', 2, { box: [0, 3] }).logZ).toBeCloseTo(1 + Math.log(9), 6)
    expect(target('expression:x1+x2+x3', 3, { box: [0, 1] }).logZ).toBeUndefined()
    expect(target('expression:log(x1)', 1, { box: [-1, 1] }).logZ).toBeUndefined()
  })

  it('must have every variable, unless a box makes it proper', () => {
    expect(onlyIssue(makeTarget({ source: 'expression:-x2^2', dimension: 3 }))).toMatchObject({ code: 'expression-unused', message: expect.stringContaining('x1, x3 do not appear') as string })
    expect(target('expression:-x2^2', 3, { box: [0, 1] }).dimension).toBe(3)
  })

  it('keeps whatever stands behind its colon', () => {
    expect(onlyIssue(makeTarget({ source: 'expression:x1?a=1', dimension: 1 })).message).toContain("'?' has no meaning here at column 3")
  })
})

it('says of every target how wide its points are', () => {
  expect(target('mixture', 2).width).toBe(32)
  expect(target('u1').width).toBe(16)
})
