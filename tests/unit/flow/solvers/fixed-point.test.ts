import { describe, expect, it } from 'vitest'
import { RESIDUAL_LIMIT } from '../../../../src/core/flow/layer.ts'
import { type Contraction, fixedPoint } from '../../../../src/core/flow/solvers/fixed-point.ts'
import { evaluate } from '../../../../src/core/ir/evaluate.ts'
import type { Graph } from '../../../../src/core/ir/graph.ts'
import { createGraph } from '../../../../src/core/ir/index.ts'
import { nd } from '../../../../src/core/ir/nd.ts'
import { optimise } from '../../../../src/core/ir/passes/optimise.ts'
import * as t from '../../../../src/core/ir/tensor.ts'
import { key, normals } from '../../../../src/core/random.ts'
import { onnxruntime } from '../../../../src/engine/runtimes/onnxruntime.ts'
import { createTfjsRuntime } from '../../../../src/engine/runtimes/tfjs/runtime.ts'
import { checkTwice } from '../../ir/support/finite-differences.ts'
import { float } from '../../ir/support/functions.ts'

const tfjs = await createTfjsRuntime()

/** A rotation by 1 radian, times c: its largest slope is c in every direction, so that c is also its Lipschitz constant. */
const rotation = (c: number): number[] => [c * Math.cos(1), c * Math.sin(1), -c * Math.sin(1), c * Math.cos(1)]

/** x = sin(x·A) + z */
const f: Contraction = (x, [z, matrix]) => t.add(t.sin(t.matmul(x, matrix!)), z!)

function graphOf(rounds?: number): Graph {
  const graph = createGraph()
  const [z, matrix] = [graph.input('z', ['N', 2]), graph.input('matrix', [2, 2])]
  const { point, residual } = fixedPoint({ f, start: z, captured: [z, matrix], ...(rounds === undefined ? {} : { rounds }) })
  graph.output('point', point)
  graph.output('residual', residual)
  return graph
}

const points = Float64Array.from([...normals(key(1), 16), 0, 0, 1e4, -1e4, 1e-9, 3, -1e7, 2])
const rows = points.length / 2
const inputs = (c: number): Record<string, ReturnType<typeof nd>> =>
  ({ z: nd([rows, 2], points), matrix: nd([2, 2], rotation(c)) })

/** |sin(x·A) + z − x| of every row, in units of 1 + |z|. */
function distances(x: ArrayLike<number>, z: ArrayLike<number>, c: number): number[] {
  const [a, b, d, e] = rotation(c) as [number, number, number, number]
  return Array.from({ length: x.length / 2 }, (_, i) => {
    const [x0, x1, z0, z1] = [x[2 * i]!, x[2 * i + 1]!, z[2 * i]!, z[2 * i + 1]!]
    const rest = [Math.sin(x0 * a + x1 * d) + z0 - x0, Math.sin(x0 * b + x1 * e) + z1 - x1]
    return Math.hypot(...rest) / (1 + Math.hypot(z0, z1))
  })
}

describe.each([0.3, 0.9, 0.99])('with the Lipschitz constant %d', (c) => {
  it('is solved in float64', () => {
    const { point, residual } = evaluate(graphOf(), inputs(c))
    // 0.99^1000 = 4e-5 is left of the first step where the slope is the largest all the way; in float64 the others meet 1e-13.
    const limit = c < 0.98 ? 2e-13 : 5e-5
    expect(Math.max(...distances(point!.data, points, c))).toBeLessThan(limit)
    expect(Math.max(...residual!.data)).toBeLessThan(limit)
  })
  it('does not depend on the other rows', () => {
    const whole = evaluate(graphOf(), inputs(c))['point']!.data
    for (let row = 0; row < rows; row++) {
      const alone = evaluate(graphOf(), { ...inputs(c), z: nd([1, 2], points.subarray(2 * row, 2 * row + 2)) })['point']!
      expect([...alone.data]).toEqual([...whole.subarray(2 * row, 2 * row + 2)])
    }
  })
})

it.each([['ONNX Runtime', onnxruntime], ['TensorFlow.js', tfjs]])('is solved in float32 by %s', async (_name, runtime) => {
  for (const c of [0.3, 0.9]) {
    const executable = await runtime.load(optimise(graphOf()))
    const given = Float32Array.from(points)
    const { point, residual } = await executable.run({
      z: { dtype: 'float', shape: [rows, 2], data: given }, matrix: { dtype: 'float', shape: [2, 2], data: Float32Array.from(rotation(c)) },
    })
    // Roundings of 6e-8 of 1 + |z|, some of them through a sine of large arguments, which stay within the engines' own.
    const usual = distances(point!.data as Float32Array, given, c).filter((_d, i) => Math.abs(given[2 * i]!) < 100)
    expect(Math.max(...usual)).toBeLessThan(1e-6)
    expect(Math.max(...(residual!.data as Float32Array))).toBeLessThan(RESIDUAL_LIMIT)
    await executable.dispose()
  }
})

it('says how far from solved it is, when its rounds are over', () => {
  const { point, residual } = evaluate(graphOf(5), inputs(0.9))
  const wanted = distances(point!.data, points, 0.9)
  residual!.data.forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-12))
  expect(Math.max(...residual!.data)).toBeGreaterThan(RESIDUAL_LIMIT)
})

it('gives up on a map that is no contraction, and on what is no number, without harm to other rows', () => {
  const { point, residual } = evaluate(graphOf(), { ...inputs(0.5), z: nd([3, 2], [Number.NaN, 0, 1, 2, Infinity, 0]) })
  expect([...residual!.data].map((value) => value > RESIDUAL_LIMIT)).toEqual([true, false, true])
  expect(Math.max(...distances(point!.data.subarray(2, 4), [1, 2], 0.5))).toBeLessThan(1e-12)
  const wild = evaluate(graphOf(), inputs(5))
  expect(Math.max(...wild['residual']!.data)).toBeGreaterThan(RESIDUAL_LIMIT)
})

it('has the gradients of the implicit function theorem, twice', () => {
  checkTwice({
    inputs: [float([3, 2]), float([2, 2])],
    build: ([z, matrix]) => [fixedPoint({
      f: (x, [shift, a]) => t.add(t.mul(t.sin(t.matmul(x, t.mul(t.tanh(a!), 0.5))), 0.5), shift!), start: z!, captured: [z!, matrix!],
    }).point],
  }, { seed: 5, numRuns: 10 })
})
