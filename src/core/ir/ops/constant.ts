/** A tensor known when the program is built. Held in float64; float32 on the engines. */
import { defineOp } from '../define.ts'
import { type DType, fail } from '../graph.ts'
import { nd, sizeOf } from '../nd.ts'

export interface ConstantAttributes {
  readonly [name: string]: DType | readonly number[] | Float64Array
  readonly values: Float64Array
  readonly shape: readonly number[]
  readonly dtype: DType
}

export const constant = defineOp<ConstantAttributes>({
  name: 'constant',
  infer(inputs, { values, shape, dtype }) {
    if (values.length !== sizeOf(shape)) {
      fail('constant', inputs, `shape [${shape.join(', ')}] needs ${sizeOf(shape)} values, got ${values.length}`)
    }
    return [{ shape, dtype }]
  },
  evaluate: (_inputs, { values, shape }) => [nd(shape, values)],
  vjp: () => [],
  onnx(emitter, node) {
    const { values, shape, dtype } = node.attributes as ConstantAttributes
    if (dtype === 'int') return [emitter.int64(values, shape)]
    return [dtype === 'bool' ? emitter.bool(values, shape) : emitter.float(values, shape)]
  },
})
