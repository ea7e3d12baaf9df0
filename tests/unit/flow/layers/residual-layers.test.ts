/** What makes planar and Sylvester flows invertible, how well they are inverted, and what a context does to them. */
import { describe, expect, it } from 'vitest'
import { generateFlow, normalizeFlow } from '../../../../src/core/flow/apply.ts'
import { assemble } from '../../../../src/core/flow/flow.ts'
import { costOf } from '../../../../src/core/flow/layer.ts'
import planar from '../../../../src/core/flow/layers/planar.ts'
import radial from '../../../../src/core/flow/layers/radial.ts'
import sylvester from '../../../../src/core/flow/layers/sylvester.ts'
import { type ResidualActivation, admissible, nonlinearities } from '../../../../src/core/flow/residual-activations.ts'
import { residualRoot } from '../../../../src/core/flow/residual-root.ts'
import { evaluate } from '../../../../src/core/ir/evaluate.ts'
import type { Tensor } from '../../../../src/core/ir/graph.ts'
import { createGraph } from '../../../../src/core/ir/index.ts'
import { optimise } from '../../../../src/core/ir/passes/optimise.ts'
import { add, mul } from '../../../../src/core/ir/tensor.ts'
import { key, normals } from '../../../../src/core/random.ts'
import { onnxruntime } from '../../../../src/engine/runtimes/onnxruntime.ts'
import { type Subject, pass, prepare, randomSetting, settingWith } from '../../../support/flow-harness.ts'

const kinds = Object.keys(nonlinearities) as ResidualActivation[]
/** Steep and flat, near 0 and far away. */
const RAW = [-1e4, -30, -3, -0.5, 0, 0.5, 3, 30, 1e4]

describe.each(kinds)('%s', (kind) => {
  const h = nonlinearities[kind]

  it('is described truly: its slope, the extremes of it, its range and its value at 0', () => {
    const graph = createGraph()
    const points = Float64Array.from({ length: 4001 }, (_, i) => (i - 2000) / 50 + 1e-3)
    const [x, step] = [graph.constant(points, [4001]), 1e-5]
    const shifted = (by: number): Tensor => graph.constant(points.map((value) => value + by), [4001])
    graph.output('slope', h.slope(x))
    graph.output('value', h.value(x))
    graph.output('above', h.value(shifted(step)))
    graph.output('below', h.value(shifted(-step)))
    graph.output('zero', h.value(graph.constant(0)))
    const { slope, value, above, below, zero } = evaluate(graph, {})
    points.forEach((_, i) => {
      expect(slope!.data[i]).toBeCloseTo((above!.data[i]! - below!.data[i]!) / (2 * step), 6)
      expect(slope!.data[i]).toBeGreaterThanOrEqual(h.slopes[0])
      expect(slope!.data[i]).toBeLessThanOrEqual(h.slopes[1])
      expect(value!.data[i]).toBeGreaterThanOrEqual(h.range?.[0] ?? -Infinity)
      expect(value!.data[i]).toBeLessThanOrEqual(h.range?.[1] ?? Infinity)
    })
    expect(zero!.data[0]).toBe(h.atZero)
  })

  it('gets a p for which c + p h(c) increases, whatever it is made from, and 0 from 0', () => {
    const graph = createGraph()
    graph.output('p', admissible(graph.constant(RAW, [RAW.length]), h))
    const { data } = evaluate(graph, {})['p']!
    for (const p of data) for (const slope of h.slopes) expect(1 + p * slope).toBeGreaterThanOrEqual(0.00999)
    expect(Math.abs(data[RAW.indexOf(0)]!)).toBeLessThan(1e-15)
  })

  it.runIf(h.sum !== undefined)('has a form of c + p h(c) that means the same', () => {
    const graph = createGraph()
    const [p, c] = [graph.constant(-0.9), graph.constant([-50, -1, 0, 1, 50], [5])]
    graph.output('sum', h.sum!(p, c))
    graph.output('plain', add(c, mul(p, h.value(c))))
    const { sum, plain } = evaluate(graph, {})
    plain!.data.forEach((value, i) => expect(sum!.data[i]).toBeCloseTo(value, 12))
  })

  it('c + p h(c) = t is solved to rounding, for every p and t', () => {
    const targets = [-1e6, -1e3, -30, -2.5, -1, -1e-9, 0, 0.3, 1, 7, 1e3, 1e6]
    const graph = createGraph()
    const t = graph.constant(RAW.flatMap(() => targets), [RAW.length * targets.length])
    const p = admissible(graph.constant(RAW.flatMap((raw) => targets.map(() => raw)), [RAW.length * targets.length]), h)
    const { root, residual } = residualRoot(h, p, t)
    graph.output('c', root)
    graph.output('h', h.value(root))
    graph.output('p', p)
    graph.output('residual', residual)
    const found = evaluate(graph, {})
    RAW.flatMap(() => targets).forEach((target, i) => {
      const [c, moved] = [found['c']!.data[i]!, found['p']!.data[i]! * found['h']!.data[i]!]
      expect(Math.abs(c + moved - target)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(target) + Math.abs(c)))
      expect(found['residual']!.data[i]).toBeLessThan(1e-10)
    })
  })
})

/** Largest difference, relative to 1 + |x|, on the way forth and back in float32, and the largest residual. */
async function inFloat32(subject: Subject): Promise<readonly [number, number]> {
  const graph = createGraph()
  const { values } = randomSetting(subject, 1, 1)
  let residual: Tensor | undefined
  const inputs = {
    graph, batch: 'N' as const, context: undefined,
    parameter: (path: string): Tensor => graph.constant(values[path]!.data, values[path]!.shape),
    noise: (path: string): never => { throw new Error(`no noise is declared, asked for ${path}`) },
    report: (_path: string, found: Tensor): void => { residual = found },
  }
  const there = normalizeFlow(subject.flow, inputs, graph.input('x', ['N', subject.size]))
  graph.output('x1', generateFlow(subject.flow, inputs, there.out).out)
  if (residual === undefined) throw new Error('no residual is reported')
  graph.output('residual', residual)
  const data = Float32Array.from(normals(key(2), 256 * subject.size), (value) => 3 * value)
  const executable = await onnxruntime.load(optimise(graph), { threads: 1 })
  const out = await executable.run({ x: { dtype: 'float', shape: [256, subject.size], data } })
  await executable.dispose()
  const largest = (list: readonly number[]): number => list.reduce((a, b) => Math.max(a, b), 0)
  return [
    largest(Array.from(data, (value, i) => Math.abs(Number(out['x1']!.data[i]) - value) / (1 + Math.abs(value)))),
    largest(Array.from(out['residual']!.data, Number)),
  ]
}

describe.each([planar, sylvester])('$kind', (definition) => {
  it.each(['normalizing', 'generating'])('%s: ONNX Runtime goes forth and back, and the layer reports how well', async (direction) => {
    const [error, residual] = await inFloat32(prepare(definition, { name: 'four', event: [4], options: { direction } }))
    // Derivatives between 10⁻² and about 10 multiply roundings of 6e-8 by up to a few hundred.
    expect(error).toBeLessThan(1e-5)
    expect(residual).toBeLessThan(1e-6)
  })

  it('says which direction iterates', () => {
    const cost = (direction: string): object =>
      costOf(definition, prepare(definition, { name: 'cost', event: [2], options: { direction } }).layer.site)
    expect(cost('normalizing')).toEqual({ normalize: 'one pass', generate: 'iterative' })
    expect(cost('generating')).toEqual({ normalize: 'iterative', generate: 'one pass' })
  })
})

it.each([planar, radial, sylvester])('$kind: a context whose weights are 0 changes nothing', (definition) => {
  const plain = prepare(definition, { name: 'plain', event: [3] })
  const conditional = prepare(definition, { name: 'context', event: [3], contextSize: 2 })
  const { values } = randomSetting(plain, 5)
  const zeros = Object.fromEntries(conditional.flow.table.parameters.filter(({ path }) => !(path in values))
    .map(({ path, shape, size }) => [path, { shape, data: new Float64Array(size) }]))
  expect(Object.keys(zeros).length).toBe(Object.keys(values).length)
  const x = normals(key(3), 12)
  for (const direction of ['normalize', 'generate'] as const) {
    const one = pass(plain, direction, { values }, x)
    const other = pass(conditional, direction, settingWith(conditional, { ...values, ...zeros }, 1), x)
    one.out.forEach((value, i) => expect(other.out[i]).toBeCloseTo(value, 12))
    one.logDet.forEach((value, i) => expect(other.logDet[i]).toBeCloseTo(value, 12))
  }
})

it('sylvester refuses more columns than dimensions', () => {
  const layers = [{ id: 'a', kind: 'sylvester', options: { columns: 4 } }]
  const { issues } = assemble({ event: [3], layers, base: { kind: 'gaussian' } })
  expect(issues).toMatchObject([{ code: 'sylvester-columns', at: 'layers[0].options.columns', fix: 'set it to 3, or to 0' }])
})

it('a planar layer without a direction across still is a flow', () => {
  const subject = prepare(planar, { name: 'flat', event: [2] })
  const values = {
    'layer.weight': { shape: [2], data: Float64Array.of(0, 0) },
    'layer.direction': { shape: [2], data: Float64Array.of(1, 2) }, 'layer.bias': { shape: [], data: Float64Array.of(0.5) },
  }
  const { out, logDet } = pass(subject, 'normalize', { values }, Float64Array.of(3, 4))
  expect([...out]).toEqual([3 + Math.tanh(0.5), 4 + 2 * Math.tanh(0.5)])
  expect(logDet[0]).toBe(0)
})
