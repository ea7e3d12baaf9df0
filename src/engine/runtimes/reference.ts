/**
 * The reference evaluation as an engine: float64 inside, results rounded to float32. Slow; the yardstick for the
 * others, and what runs where no native library can be loaded.
 */
import { evaluate } from '../../core/ir/evaluate.ts'
import type { DType } from '../../core/ir/graph.ts'
import type { NdArray } from '../../core/ir/nd.ts'
import type { Runtime, TensorData } from './runtime.ts'
import { checkInputs, signatureOf } from './signature.ts'

export const reference: Runtime = {
  name: 'reference',
  title: 'Reference evaluation (float64)',
  version: process.versions.node,
  async load(graph) {
    const signature = signatureOf(graph)
    const dtypes = new Map(graph.outputs.map(({ name, tensor }) => [name, tensor.dtype]))
    return {
      async run(inputs) {
        checkInputs('reference', signature, inputs)
        const values = Object.fromEntries(signature.map(({ name }) => [name, toArray(inputs[name] as TensorData)]))
        const results = Object.entries(evaluate(graph, values))
        return Object.fromEntries(results.map(([name, value]) => [name, fromArray(value, dtypes.get(name) as DType)]))
      },
      async dispose() {},
    }
  },
}

function toArray({ shape, data }: TensorData): NdArray {
  return { shape, data: data instanceof BigInt64Array ? Float64Array.from(data, Number) : Float64Array.from(data) }
}

function fromArray({ shape, data }: NdArray, dtype: DType): TensorData {
  if (dtype === 'float') return { dtype, shape, data: Float32Array.from(data) }
  if (dtype === 'bool') return { dtype, shape, data: Uint8Array.from(data) }
  return { dtype, shape, data: BigInt64Array.from(Array.from(data, BigInt)) }
}
