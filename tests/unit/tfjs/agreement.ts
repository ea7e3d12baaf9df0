/** Holds the TensorFlow.js engine to the reference evaluation, on the same float32 inputs. */
import { expect } from 'vitest'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import type { Graph } from '../../../src/core/ir/graph.ts'
import { type NdArray, sizeOf } from '../../../src/core/ir/nd.ts'
import { type Bindings, bindShape } from '../../../src/core/ir/shape.ts'
import { fold, key, uniforms } from '../../../src/core/random.ts'
import type { Runtime, TensorData, TensorMap } from '../../../src/engine/runtimes/runtime.ts'
import { type TensorFunction, compile } from '../ir/support/functions.ts'

/**
 * An op rounds its result to float32, an error of at most 2⁻²⁴ = 6e-8 of it; the JavaScript kernels compute in float64
 * before that. A function of some ten ops with condition numbers below ten stays within 1e-6 of the result's scale.
 */
export const FLOAT32_TOLERANCE = 1e-6

export function toData({ shape, data }: NdArray, dtype: TensorData['dtype']): TensorData {
  if (dtype === 'int') return { dtype, shape, data: BigInt64Array.from([...data], BigInt) }
  if (dtype === 'bool') return { dtype, shape, data: Uint8Array.from(data) }
  return { dtype, shape, data: Float32Array.from(data) }
}

/** Values of a function's inputs in their domains, rounded to float32 so that both evaluations start from the same. */
export function sample({ inputs }: TensorFunction, bindings: Bindings, seed: number): readonly NdArray[] {
  return inputs.map(({ shape, domain }, i): NdArray => {
    const bound = bindShape(shape, bindings)
    const u = [...uniforms(fold(key(seed), i), sizeOf(bound))]
    return { shape: bound, data: Float64Array.from(domain(u, bindings), Math.fround) }
  })
}

/** Largest error, in units of max(1, |largest expected|); infinite where only one of the two is finite. */
export function largestError(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  const numbers = Array.from(expected)
  const scale = Math.max(1, ...numbers.filter(Number.isFinite).map(Math.abs))
  return Math.max(0, ...numbers.map((value, i) => {
    const other = got[i] ?? NaN
    if (Object.is(value, other)) return 0
    const error = Math.abs(value - other) / scale
    return Number.isFinite(error) ? error : Infinity
  }))
}

export function expectAgreement(
  got: TensorData | undefined, expected: NdArray, dtype: TensorData['dtype'], what: string,
  tolerance = FLOAT32_TOLERANCE,
): void {
  expect(got?.dtype, what).toBe(dtype)
  expect(got?.shape, what).toEqual(expected.shape)
  const data = Array.from<number | bigint, number>(got?.data ?? [], Number)
  if (dtype === 'float') return expect(largestError(data, expected.data), what).toBeLessThanOrEqual(tolerance)
  // −0, which float64 has and integers have not, becomes 0.
  expect(data, what).toEqual(Array.from(expected.data, (value) => value + 0))
}

/** Loads the graph once and runs it at every given set of lengths. */
async function checkGraph(
  runtime: Runtime, graph: Graph, runs: readonly (readonly NdArray[])[], tolerance = FLOAT32_TOLERANCE,
): Promise<void> {
  const executable = await runtime.load(graph)
  for (const values of runs) {
    const inputs: TensorMap = Object.fromEntries(
      graph.inputs.map(({ name, tensor }, i) => [name, toData(values[i]!, tensor.dtype)]),
    )
    const expected = evaluate(graph, Object.fromEntries(graph.inputs.map(({ name }, i) => [name, values[i]!])))
    const got = await executable.run(inputs)
    const sizes = values.map(({ shape }) => `[${shape.join(', ')}]`).join(', ')
    for (const { name, tensor } of graph.outputs) {
      expectAgreement(got[name], expected[name]!, tensor.dtype, `${name} for inputs ${sizes}`, tolerance)
    }
  }
  await executable.dispose()
}

/** The function agrees at two batch sizes. */
export async function checkFunction(
  runtime: Runtime, f: TensorFunction, seed: number, tolerance?: number,
): Promise<void> {
  const runs = [{ N: 2, K: 3 }, { N: 5, K: 1 }].map((bindings) => sample(f, bindings, seed))
  await checkGraph(runtime, compile(f).graph, runs, tolerance)
}
