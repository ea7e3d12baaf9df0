/**
 * What a residual layer rests on: a Lipschitz constant below one that is true, and an estimate of the log-determinant
 * that is unbiased, in its value and in its gradient.
 */
import { describe, expect, it } from 'vitest'
import { assemble } from '../../../src/core/flow/flow.ts'
import type { FlowDesign } from '../../../src/core/flow/design.ts'
import {
  type LipschitzActivation, lipschitzActivations, lipschitzTitles,
} from '../../../src/core/flow/residual/lipschitz-activations.ts'
import { exactLogDet } from '../../../src/core/flow/residual/exact-log-det.ts'
import { estimatedLogDet, sharedDraw, signs } from '../../../src/core/flow/residual/power-series.ts'
import { contraction, gram, spectralBounds } from '../../../src/core/flow/residual/spectral.ts'
import { gradient, vjp } from '../../../src/core/ir/autodiff.ts'
import { full } from '../../../src/core/ir/compositions.ts'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import { type Graph, type Tensor } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { type NdArray, nd } from '../../../src/core/ir/nd.ts'
import { optimise } from '../../../src/core/ir/passes/optimise.ts'
import { matmul, mul, reduceSum, reshape } from '../../../src/core/ir/tensor.ts'
import { singularValues } from '../../../src/core/metrics/jacobian.ts'
import { densityProgram } from '../../../src/core/programs/density.ts'
import { generateProgram } from '../../../src/core/programs/generate.ts'
import { initialVectors } from '../../../src/core/programs/initialise.ts'
import { flowNoises } from '../../../src/core/programs/program.ts'
import { type Key, key, named, normals, uniforms } from '../../../src/core/random.ts'
import { layers } from '../../../src/core/flow/layers/index.ts'
import { runtimes } from '../../../src/engine/runtimes/catalogue.ts'
import { onnxruntime } from '../../../src/engine/runtimes/onnxruntime.ts'
import { expectAgreement } from '../../support/compare-engines.ts'
import { pass, prepare, randomSetting, settingWith, initialValues } from '../../support/flow-harness.ts'
import { jacobians, logAbsDet } from '../../support/numerics.ts'

/** The largest singular value of a matrix [m, n], from a square one that is filled up with zeros. */
function largestSingularValue(matrix: Float64Array, rows: number, columns: number): number {
  const size = Math.max(rows, columns)
  const square = new Float64Array(size * size)
  for (let r = 0; r < rows; r++) square.set(matrix.subarray(r * columns, (r + 1) * columns), r * size)
  return singularValues(square, size)[0]!
}

function boundOf(matrix: Float64Array, rows: number, columns: number): number {
  const graph = createGraph()
  graph.output('bound', spectralBounds(reshape(gram(graph.input('w', [rows, columns])), [1, Math.min(rows, columns), Math.min(rows, columns)])))
  return evaluate(graph, { w: nd([rows, columns], matrix) })['bound']!.data[0]!
}

/** Matrices with spectra of every kind. */
function matrices(seed: number, rows: number, columns: number): Float64Array[] {
  const dense = normals(named(key(seed), `${rows} ${columns}`), rows * columns)
  const at = (i: number): readonly [number, number] => [Math.floor(i / columns), i % columns]
  return [
    dense, dense.map((value) => 1e-3 * value), dense.map((value) => 1e4 * value),
    dense.map((_, i) => (at(i)[0] === at(i)[1] ? 1 : 0)),
    dense.map((_, i) => dense[at(i)[0]]! * dense[at(i)[1]]!),
    dense.map((value, i) => value / (1 + at(i)[1]) ** 3),
  ]
}

describe('spectral bounds', () => {
  it.each([[1, 1], [2, 2], [2, 64], [64, 2], [16, 16], [5, 7], [48, 48]])('of %i × %i are above the norm, and close', (rows, columns) => {
    for (const matrix of matrices(1, rows, columns)) {
      const norm = largestSingularValue(matrix, rows, columns)
      const bound = boundOf(matrix, rows, columns)
      expect(bound).toBeGreaterThan(norm)
      // s^(1/128), the floor of 1e-6, and the allowance for rounding.
      expect(bound).toBeLessThan(Math.hypot(norm, 1e-6) * Math.min(rows, columns) ** (1 / 128) * 1.0001)
    }
  })
  it('of zeros is small and has a gradient', () => {
    const graph = createGraph()
    const w = graph.input('w', [3, 3])
    const bound = spectralBounds(reshape(gram(w), [1, 3, 3]))
    graph.output('bound', bound)
    graph.output('gradient', gradient(reduceSum(bound, [0]), [w])[0]!)
    const { bound: value, gradient: slope } = evaluate(graph, { w: nd([3, 3], new Float64Array(9)) })
    expect(value!.data[0]).toBeLessThan(2e-6)
    expect([...slope!.data].map(Math.abs)).toEqual(new Array(9).fill(0))
  })
  it('bring a matrix below the limit, and leave one alone that is there', () => {
    const graph = createGraph()
    const w = graph.input('w', [2, 4, 4])
    graph.output('factors', contraction(gram(w), 0.9))
    const dense = normals(key(3), 16)
    const small = dense.map((value) => value * 0.5 / largestSingularValue(dense, 4, 4))
    const { data } = evaluate(graph, { w: nd([2, 4, 4], [...dense, ...small]) })['factors']!
    const norm = largestSingularValue(dense.map((value) => value * data[0]!), 4, 4)
    expect(norm).toBeLessThan(0.9)
    expect(norm).toBeGreaterThan(0.88)
    expect(data[1]).toBe(1)
  })
})

describe.each(Object.keys(lipschitzTitles) as LipschitzActivation[])('%s', (kind) => {
  it('has the slope that it says, within ±1 for every sharpness', () => {
    const graph = createGraph()
    const [x, beta] = [graph.input('x', ['N', 3]), graph.input('beta', [3])]
    const { value, slope } = lipschitzActivations[kind](x, beta)
    graph.output('slope', slope)
    graph.output('derivative', vjp([value], [full(graph, 1, ['N', 3])], [x])[0]!)
    const points = Float64Array.from({ length: 3 * 4001 }, (_, i) => (Math.floor(i / 3) - 2000) / 100)
    const { slope: said, derivative } = evaluate(graph, { x: nd([4001, 3], points), beta: nd([3], [0.1, 1, 30]) })
    said!.data.forEach((one, i) => expect(Math.abs(one - derivative!.data[i]!)).toBeLessThan(1e-12))
    const largest = said!.data.reduce((most, one) => Math.max(most, Math.abs(one)), 0)
    expect(largest).toBeLessThanOrEqual(1)
    // A constraint that gives slope away costs expressiveness in every layer.
    expect(largest).toBeGreaterThan(0.99)
  })
})

describe('a residual layer', () => {
  const definition = layers['residual']!

  it.each([0.3, 0.97])('has the Lipschitz constant %d at most, everywhere and for every weight', (lipschitz) => {
    for (const activation of Object.keys(lipschitzTitles)) {
      const subject = prepare(definition, { name: 'slope', event: [3], options: { width: 6, lipschitz, activation } })
      let most = 0
      for (const [seed, scale] of [[1, 0.3], [2, 2], [3, 30]] as const) {
        const setting = randomSetting(subject, seed, scale)
        const x = normals(named(key(seed), activation), 3 * 60).map((value, i) => value * 10 ** ((i % 5) - 3))
        const rows = jacobians((points) => pass(subject, 'normalize', setting, points).out, x, 3, 'real')
        for (let r = 0; r < 60; r++) {
          const jacobian = rows.slice(9 * r, 9 * r + 9).map((value, i) => value - (i % 4 === 0 ? 1 : 0))
          most = Math.max(most, singularValues(jacobian, 3)[0]!)
        }
      }
      // Central differences are good to 1e-9 here.
      expect(most).toBeLessThan(lipschitz + 1e-7)
    }
  })

  it('tells how far from solved it is, and says so when its rounds do not suffice', () => {
    const design: FlowDesign = {
      event: [2], base: { kind: 'gaussian' }, layers: [{ id: 'block', kind: 'residual', options: { width: 8, rounds: 3 } }],
    }
    const flow = assemble(design)
    if (!flow.ok) throw new Error('the design is sound')
    const theta = normals(key(2), flow.value.table.parameterCount)
    const z = nd([4, 2], normals(key(3), 8))
    const said = evaluate(generateProgram(flow.value, { residuals: true }), { theta: nd([theta.length], theta), z })
    const back = evaluate(densityProgram(flow.value, { residuals: true }), { theta: nd([theta.length], theta), x: said['x']! })
    expect(Object.keys(back)).toEqual(['z', 'log_prob'])
    const distance = [0, 1, 2, 3].map((row) => {
      const [a, b] = [2 * row, 2 * row + 1].map((i) => back['z']!.data[i]! - z.data[i]!)
      return Math.hypot(a!, b!) / (1 + Math.hypot(z.data[2 * row]!, z.data[2 * row + 1]!))
    })
    expect(said['residual.block']!.data[0]).toBeCloseTo(Math.max(...distance), 12)
    expect(said['residual.block']!.data[0]).toBeGreaterThan(1e-5)
  })

  it('asks for noise only where it estimates', () => {
    const noisesOf = (size: number, logDet: string): readonly (readonly string[])[] => {
      const flow = assemble({ event: [size], base: { kind: 'gaussian' }, layers: [{ id: 'r', kind: 'residual', options: { logDet } }] })
      if (!flow.ok) return [flow.issues.map(({ code }) => code)]
      return (['training', 'evaluation'] as const).map((purpose) => flowNoises(flow.value, purpose).map(({ name }) => name))
    }
    const both = ['probe', 'length']
    expect(noisesOf(2, 'automatic')).toEqual([[], []])
    expect(noisesOf(2, 'power-series')).toEqual([both, []])
    expect(noisesOf(9, 'automatic')).toEqual([both, []])
    expect(noisesOf(40, 'automatic')).toEqual([both, both])
    expect(noisesOf(9, 'exact')).toEqual([[], []])
    expect(noisesOf(40, 'exact')).toEqual([['residual-size']])
  })

  it('comes back, and is near its volume, also where it is too large for exact log-determinants', () => {
    const subject = prepare(definition, { name: 'large', event: [33], options: { width: 5, lipschitz: 0.5 } })
    const setting = { ...settingWith(subject, initialValues(subject, 1), 1), ...randomSetting(subject, 1) }
    const x = normals(key(4), 2 * 33)
    const there = pass(subject, 'normalize', setting, x)
    const back = pass(subject, 'generate', setting, there.out)
    back.out.forEach((value, i) => expect(Math.abs(value - x[i]!)).toBeLessThan(1e-10))
    const jacobian = jacobians((points) => pass(subject, 'normalize', setting, points).out, x, 33, 'real')
    const wanted = logAbsDet(jacobian.subarray(0, 33 * 33), 33)
    // One vector of signs: its error is that of the off-diagonal elements of a Jacobian of rank 5 and norm 1/2.
    expect(Math.abs(back.logDet[0]! + wanted)).toBeLessThan(1)
    expect(Math.abs(there.logDet[0]! - wanted)).toBeLessThan(1)
  })
})

/** A network of two dimensions and three units, of a norm of about 0.8, with its exact log-determinant and an estimate. */
function estimator(): { readonly graph: Graph; readonly inputs: (seed: Key) => Record<string, NdArray> } {
  const graph = createGraph()
  const [first, last] = [graph.input('first', [2, 3]), graph.input('last', [3, 2])]
  const slopes = [graph.input('slope', ['N', 3])]
  const series = {
    probe: signs(graph.input('probe', ['N', 2])), terms: 2,
    roulette: { draw: sharedDraw(graph.input('length', ['N', 1])), continuation: 0.75 },
  }
  // Both weights by way of one that they share, so that gradients meet.
  const shared = graph.input('shared', [])
  const weights: Tensor[] = [mul(first, shared), matmul(last, mul(graph.constant([1, 0, 0, 1], [2, 2]), shared))]
  for (const [name, value] of [['exact', exactLogDet(weights, slopes)], ['estimate', estimatedLogDet(weights, slopes, series)]] as const) {
    const total = reduceSum(value, [0])
    graph.output(name, total)
    gradient(total, [first, last, shared, ...slopes]).forEach((tensor, i) => graph.output(`${name} gradient ${i}`, tensor))
  }
  const fixed = {
    first: nd([2, 3], [0.9, -0.3, 0.4, 0.2, 0.8, -0.5]), last: nd([3, 2], [0.6, 0.3, -0.4, 0.7, 0.1, 0.2]), shared: nd([], [1]),
    slope: nd([1, 3], [0.9, 0.5, 0.7]),
  }
  return {
    graph,
    inputs: (seed) => ({ ...fixed, probe: nd([1, 2], uniforms(named(seed, 'probe'), 2)), length: nd([1, 1], uniforms(named(seed, 'length'), 1)) }),
  }
}

describe('the power series', () => {
  it('is unbiased, and so is its gradient', () => {
    const { graph, inputs } = estimator()
    const DRAWS = 4000
    const sums = new Map<string, { sum: Float64Array; squares: Float64Array }>()
    let exact: Record<string, NdArray> = {}
    for (let draw = 0; draw < DRAWS; draw++) {
      const values = evaluate(graph, inputs(named(key(7), `${draw}`)))
      exact = values
      for (const [name, { data }] of Object.entries(values).filter(([one]) => one.startsWith('estimate'))) {
        const { sum, squares } = sums.get(name) ?? { sum: new Float64Array(data.length), squares: new Float64Array(data.length) }
        data.forEach((value, i) => { sum[i]! += value; squares[i]! += value * value })
        sums.set(name, { sum, squares })
      }
    }
    for (const [name, { sum, squares }] of sums) {
      const wanted = exact[name.replace('estimate', 'exact')]!.data
      sum.forEach((total, i) => {
        const mean = total / DRAWS
        const deviation = Math.sqrt((squares[i]! / DRAWS - mean * mean) / DRAWS)
        // 19 numbers, each beyond four standard errors once in 16 000 tries.
        expect(Math.abs(mean - wanted[i]!), `${name}[${i}]: ${mean} ± ${deviation}, exactly ${wanted[i]}`).toBeLessThan(4 * deviation)
        expect(deviation).toBeLessThan(0.02)
      })
    }
  })

  it('is the same on the engines', async () => {
    const { graph, inputs } = estimator()
    const given = [3, 4].map((seed) => Object.fromEntries(Object.entries(inputs(key(seed))).map(([name, { shape, data }]) =>
      [name, { dtype: 'float' as const, shape, data: Float32Array.from(data) }])))
    for (const runtime of [onnxruntime, await runtimes.tfjs()]) await expectAgreement(runtime, optimise(graph), given, 1)
  })

  it('goes on as long as the draw says', () => {
    const { graph, inputs } = estimator()
    const at = (length: number): number =>
      evaluate(graph, { ...inputs(key(1)), length: nd([1, 1], [length]) })['estimate']!.data[0]!
    // q = 0.75: a third term from a draw of 0.75 down, a fourth from 0.5625 down.
    expect(at(0.76)).toBe(at(0.99))
    expect(at(0.74)).not.toBe(at(0.76))
    expect(at(0.74)).toBe(at(0.57))
    expect(at(0.55)).not.toBe(at(0.57))
    expect(Number.isFinite(at(0))).toBe(true)
  })
})

it('starts as the identity in a flow, whatever its direction', () => {
  for (const direction of ['normalize', 'generate']) {
    const flow = assemble({ event: [2], base: { kind: 'gaussian' }, layers: [{ id: 'r', kind: 'residual', options: { direction } }] })
    if (!flow.ok) throw new Error('the design is sound')
    const { theta } = initialVectors(flow.value, key(1))
    const x = nd([2, 2], [1, -2, 0.5, 3])
    expect([...evaluate(densityProgram(flow.value), { theta: nd([theta.length], theta), x })['z']!.data]).toEqual([...x.data])
  }
})
