/** Comparison of an engine's results with the reference evaluation. */
import { expect } from 'vitest'
import type { Graph } from '../../src/core/ir/graph.ts'
import { reference } from '../../src/engine/runtimes/reference.ts'
import type { Runtime, TensorData, TensorMap } from '../../src/engine/runtimes/runtime.ts'

/**
 * Relative to the largest element of the output, or to `leastScale`. float32 has steps of 6e-8; a result here has gone
 * through some tens of roundings and through kernels that approximate to about 1e-6 (tanh and erf in ONNX Runtime). The
 * largest difference that the cases show is 2e-6: within 1e-5 it is rounding, beyond it another function.
 */
const TOLERANCE = 1e-5

/**
 * Runs the graph on both, at each of the given inputs, with one loading. `leastScale` is the size of the terms whose
 * rounding errors remain where they cancel.
 */
export async function expectAgreement(
  runtime: Runtime, graph: Graph, inputs: readonly TensorMap[], leastScale = Number.MIN_VALUE,
): Promise<void> {
  const [tried, exact] = await Promise.all([runtime.load(graph, { threads: 1 }), reference.load(graph)])
  for (const values of inputs) {
    const [got, expected] = await Promise.all([tried.run(values), exact.run(values)])
    expect(Object.keys(got)).toEqual(graph.outputs.map(({ name }) => name))
    for (const [name, value] of Object.entries(expected)) expectClose(name, got[name] as TensorData, value, leastScale)
  }
  await tried.dispose()
}

function expectClose(name: string, got: TensorData, expected: TensorData, leastScale: number): void {
  expect(got.dtype, name).toBe(expected.dtype)
  expect([...got.shape], `shape of ${name}`).toEqual([...expected.shape])
  if (expected.dtype !== 'float' || got.dtype !== 'float') {
    expect([...got.data], name).toEqual([...expected.data])
    return
  }
  const scale = expected.data.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), leastScale)
  const wrong = Array.from(expected.data).findIndex((value, i) =>
    !Object.is(got.data[i], value) && !(Math.abs((got.data[i] as number) - value) <= TOLERANCE * scale))
  const [value, exact] = [got.data[wrong], expected.data[wrong]]
  expect(wrong, `${name}[${wrong}] is ${value}, the reference says ${exact} (scale ${scale})`).toBe(-1)
}
