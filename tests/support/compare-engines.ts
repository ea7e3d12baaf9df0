/** Comparison of an engine's results with the reference evaluation. */
import { expect } from 'vitest'
import type { Graph } from '../../src/core/ir/graph.ts'
import { reference } from '../../src/engine/runtimes/reference.ts'
import type { Runtime, TensorData, TensorMap } from '../../src/engine/runtimes/runtime.ts'

/**
 * Relative to the largest element of the output. float32 has steps of 6e-8; a result here has gone through at most some
 * ten roundings and kernels of 1 or 2 units in the last place (tanh, erf and exp are minimax approximations of about
 * 1e-6 in ONNX Runtime), so an agreement within 1e-5 is rounding and a disagreement beyond it is another function.
 */
export const TOLERANCE = 1e-5

/** Runs the graph on both, at each of the given inputs, with one loading. */
export async function expectAgreement(runtime: Runtime, graph: Graph, inputs: readonly TensorMap[], tolerance = TOLERANCE): Promise<void> {
  const [tried, exact] = await Promise.all([runtime.load(graph, { threads: 1 }), reference.load(graph)])
  for (const values of inputs) {
    const [got, expected] = await Promise.all([tried.run(values), exact.run(values)])
    expect(Object.keys(got)).toEqual(graph.outputs.map(({ name }) => name))
    for (const [name, value] of Object.entries(expected)) expectClose(name, got[name] as TensorData, value, tolerance)
  }
  await tried.dispose()
}

export function expectClose(name: string, got: TensorData, expected: TensorData, tolerance: number): void {
  expect(got.dtype, name).toBe(expected.dtype)
  expect([...got.shape], `shape of ${name}`).toEqual([...expected.shape])
  if (expected.dtype !== 'float' || got.dtype !== 'float') {
    expect([...got.data], name).toEqual([...expected.data])
    return
  }
  const scale = Math.max(Number.MIN_VALUE, ...Array.from(expected.data, Math.abs).filter(Number.isFinite))
  const wrong = Array.from(expected.data).findIndex((value, i) =>
    !Object.is(got.data[i], value) && !(Math.abs((got.data[i] as number) - value) <= tolerance * scale))
  expect(wrong, `${name}[${wrong}] is ${got.data[wrong]}, the reference says ${expected.data[wrong]} (scale ${scale})`).toBe(-1)
}
