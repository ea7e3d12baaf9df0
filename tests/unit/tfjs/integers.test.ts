/** Whole numbers on an engine that computes in floats. */
import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../../src/core/ir/graph.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import * as t from '../../../src/core/ir/tensor.ts'
import { IssueError } from '../../../src/core/issues.ts'
import { runtimes } from '../../../src/engine/runtimes/catalogue.ts'
import type { TensorData } from '../../../src/engine/runtimes/runtime.ts'

const runtime = await runtimes.tfjs()
const largest = 2n ** 31n - 1n

const ints = (...values: readonly bigint[]): TensorData =>
  ({ dtype: 'int', shape: [values.length], data: BigInt64Array.from(values) })
const floats = (...values: readonly number[]): TensorData =>
  ({ dtype: 'float', shape: [values.length], data: Float32Array.from(values) })

async function apply(build: (x: Tensor) => Tensor, x: TensorData): Promise<TensorData['data']> {
  const graph = createGraph()
  graph.output('y', build(graph.input('x', x.shape, x.dtype)))
  const executable = await runtime.load(graph)
  try {
    return (await executable.run({ x }))['y']!.data
  } finally {
    await executable.dispose()
  }
}

/** The issue that a use is refused with. */
async function issueOf(use: () => Promise<unknown>): Promise<Readonly<Record<string, unknown>>> {
  const caught: unknown = await use().then(() => undefined, (cause: unknown) => cause)
  if (!(caught instanceof IssueError)) throw new Error(`no issue came, but ${String(caught)}`)
  return { ...caught.issues[0] }
}

describe('integers', () => {
  it('keep their values up to the ends of 32 bits', async () => {
    const ends = [largest, -largest - 1n]
    expect(await apply((x) => t.add(x, 0), ints(...ends))).toEqual(BigInt64Array.from(ends))
    expect(await apply((x) => t.sub(t.add(x, 1), 1), ints(largest - 1n))).toEqual(BigInt64Array.of(largest - 1n))
    expect(await apply((x) => t.mul(x, 3), ints(715_827_882n))).toEqual(BigInt64Array.of(2_147_483_646n))
  })

  it.each([
    ["input 'x'", () => apply((x) => t.add(x, 0), ints(1n, largest + 1n)), '2147483648'],
    ["input 'x'", () => apply((x) => t.add(x, 0), ints(-largest - 2n)), '-2147483649'],
    ['constant %1', () => apply((x) => t.add(x, 3e9), ints(0n)), '3000000000'],
    ['add', () => apply((x) => t.add(x, x), ints(largest)), '4294967294'],
    ['sub', () => apply((x) => t.sub(-2, x), ints(largest)), '-2147483649'],
    ['mul', () => apply((x) => t.mul(x, x), ints(65_536n)), '4294967296'],
    ['cast', () => apply((x) => t.cast(x, 'int'), floats(0, 4e9)), '4000000000'],
  ])('beyond that are refused, naming %s', async (at, use, got) => {
    expect(await issueOf(use)).toEqual({
      code: 'tfjs-integer-too-large',
      severity: 'error',
      at,
      message: `TensorFlow.js holds integers in 32 bits: expected a value from -2147483648 to 2147483647, got ${got}`,
      fix: "run it on the engine 'onnxruntime', whose integers have 64 bits",
    })
  })

  it('come from floats by truncation, and from what is not finite as 0', async () => {
    const got = await apply((x) => t.cast(x, 'int'), floats(2.9, -2.9, -0.5, NaN, Infinity, -Infinity))
    expect(got).toEqual(BigInt64Array.of(2n, -2n, 0n, 0n, 0n, 0n))
  })
})
