/** Inputs for a program, the same for every engine: float32 values, ints and truth values from a fixed seed. */
import type { Graph } from '../../src/core/ir/graph.ts'
import { type AxisSymbol, type Bindings, bindDim, bindShape } from '../../src/core/ir/shape.ts'
import { key, named, uniforms32 } from '../../src/core/random.ts'
import type { TensorData, TensorMap } from '../../src/engine/runtimes/runtime.ts'

/** Values in [low, high), or all equal to the value of a symbol. */
export type Ranges = Readonly<Record<string, readonly [number, number] | AxisSymbol>>

/** Floats lie in [−2, 2) and ints in [0, 2) where `ranges` says nothing. */
export function inputsFor(graph: Graph, bindings: Bindings, ranges: Ranges = {}, seed = 1): TensorMap {
  return Object.fromEntries(graph.inputs.map(({ name, tensor }): [string, TensorData] => {
    const shape = bindShape(tensor.shape, bindings)
    const numbers = uniforms32(named(key(seed), name), shape.reduce((product, dim) => product * dim, 1))
    const range = ranges[name] ?? (tensor.dtype === 'float' ? [-2, 2] : [0, 2])
    const [low, high] = typeof range === 'string' ? [bindDim(range, bindings), bindDim(range, bindings)] : range
    const scaled = numbers.map((u) => low + (high - low) * u)
    switch (tensor.dtype) {
      case 'float': return [name, { dtype: 'float', shape, data: scaled }]
      case 'int': {
        const data = BigInt64Array.from({ length: scaled.length }, (_, i) => BigInt(Math.floor(scaled[i] as number)))
        return [name, { dtype: 'int', shape, data }]
      }
      case 'bool': return [name, { dtype: 'bool', shape, data: Uint8Array.from(numbers, (u) => (u < 0.5 ? 0 : 1)) }]
    }
  }))
}
