/** Where TensorFlow.js's kernels need care: many axes, batches of products, and the ends of the float range. */
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import type { Tensor } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { nd } from '../../../src/core/ir/nd.ts'
import * as t from '../../../src/core/ir/tensor.ts'
import { runtimes } from '../../../src/engine/runtimes/catalogue.ts'
import { float } from '../ir/support/functions.ts'
import { checkFunction, toData } from './agreement.ts'

const runtime = await runtimes.tfjs()

describe('seven axes', () => {
  const shape = [2, 1, 'N', 2, 3, 1, 2] as const
  const indices = (graph: Tensor['graph']): Tensor => graph.constant([2, 0, 2], [3], 'int')
  it.each<[string, (x: Tensor, y: Tensor) => Tensor]>([
    ['add, broadcast', (x, y) => t.add(x, y)],
    ['where, broadcast', (x, y) => t.where(t.less(x, y), x, y)],
    ['transpose, reversed', (x) => t.transpose(x, [6, 5, 4, 3, 2, 1, 0])],
    ['transpose, neighbours kept', (x) => t.transpose(x, [4, 5, 6, 0, 1, 2, 3])],
    ['transpose, one axis to the front', (x) => t.transpose(x, [4, 0, 1, 2, 3, 5, 6])],
    ['broadcastTo', (_x, y) => t.broadcastTo(y, shape)],
    ['slice', (x) => t.slice(x, 4, 1, 3)],
    ['concat', (x) => t.concat([x, x], 4)],
    ['pad', (x) => t.pad(x, 4, 2, 1)],
    ['gather', (x) => t.gather(x, indices(x.graph), 4)],
    ['scatterAdd', (x) => t.scatterAdd(x, indices(x.graph), 4, 5)],
    ['cumulativeSum', (x) => t.cumulativeSum(x, 4, { reverse: true })],
    ['reduceSum', (x) => t.reduceSum(x, [0, 3, 6])],
    ['reduceMax', (x) => t.reduceMax(x, [4, 1], true)],
    ['matmul', (x) => t.matmul(x, x, { transposeB: true })],
  ])('%s', (_title, build) => checkFunction(runtime, {
    inputs: [float(shape), float([3, 1, 1])], build: ([x, y]) => [build(x!, y!)],
  }, 3))
})

describe('batches of products', () => {
  it.each<[readonly number[], readonly number[]]>([
    [[2, 1], [1, 3]], [[3], [2, 3]], [[2, 1, 2], [3, 1]], [[1], [4]], [[4], [1]],
    [[], [2, 3]], [[2, 3], []], [[1, 1], [2]],
  ])('%j by %j, transposed or not', async (batchA, batchB) => {
    for (const [transposeA, transposeB] of [[false, false], [false, true], [true, false], [true, true]] as const) {
      const a = float([...batchA, ...(transposeA ? [4, 2] : [2, 4])])
      const b = float([...batchB, ...(transposeB ? [3, 4] : [4, 3])])
      await checkFunction(runtime, {
        inputs: [a, b], build: ([left, right]) => [t.matmul(left!, right!, { transposeA, transposeB })],
      }, 4)
    }
  })
})

describe('accuracy', () => {
  /** Relative errors, in units of 2⁻²⁴ (half a unit in the last place at worst, where nothing but rounding happens). */
  async function relativeErrors(f: (x: Tensor) => Tensor, points: readonly number[]): Promise<number[]> {
    const graph = createGraph()
    graph.output('y', f(graph.input('x', ['N'])))
    const x = nd([points.length], points.map(Math.fround))
    const executable = await runtime.load(graph)
    const got = (await executable.run({ x: toData(x, 'float') }))['y']!.data as Float32Array
    await executable.dispose()
    const expected = evaluate(graph, { x })['y']!.data
    return Array.from(expected, (y, i) => (y === got[i] ? 0 : Math.abs((got[i]! - y) / y) * 2 ** 24))
  }

  const points = [-80, -30, -15, -14, -13, -5, -1, -1e-3, -1e-6, 0, 1e-20, 1e-6, 1e-3, 0.5, 1, 5, 13, 14, 15, 30, 80]

  it.each([
    // The kernels compute in float64, so the rounding is all. But below −13.94 that of softplus is eˣ, which leaves
    // out eˣ/2 of itself: e^−13.94/2 = 4.4e-7, or 7.4 units.
    ['softplus', t.softplus, 8],
    ['sigmoid', t.sigmoid, 1],
    ['tanh', t.tanh, 1],
  ] as const)('%s keeps its digits everywhere', async (_name, f, rounding) => {
    expect(Math.max(...await relativeErrors(f, points))).toBeLessThanOrEqual(rounding)
  })

  it('erf keeps its digits near 0 and across the seam at one half', async () => {
    const near = [1e-30, 1e-10, 1e-5, 1e-3, 0.1, 0.2, 0.3, 0.4, 0.49, 0.4999]
    const beyond = [0.5, 0.50001, 0.6, 0.8, 1, 1.5, 2, 3, 4, 10]
    const both = (xs: readonly number[]): number[] => [...xs, ...xs.map((x) => -x)]
    // Five rounded multiplications and additions of terms that shrink; then the kernel's 1.5e-7 on a value above 0.52.
    expect(Math.max(...await relativeErrors(t.erf, both(near)))).toBeLessThanOrEqual(4)
    expect(Math.max(...await relativeErrors(t.erf, both(beyond)))).toBeLessThanOrEqual(6)
  })

  it('the ends of the range give what the reference gives', async () => {
    const ends = [-Infinity, -1e38, -1000, -104, 89, 104, 1000, 1e38, Infinity]
    for (const f of [t.sigmoid, t.tanh, t.softplus, t.erf, t.exp, t.relu]) {
      const graph = createGraph()
      graph.output('y', f(graph.input('x', ['N'])))
      const x = nd([ends.length], ends)
      const executable = await runtime.load(graph)
      const got = (await executable.run({ x: toData({ ...x, data: x.data.map(Math.fround) }, 'float') }))['y']!.data
      await executable.dispose()
      const expected = evaluate(graph, { x })['y']!.data.map(Math.fround)
      // −0 and 0 are one value here.
      const unsigned = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value + 0)
      expect(unsigned(got as Float32Array), String(f)).toEqual(unsigned(expected))
    }
  })
})
