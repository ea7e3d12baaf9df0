/** Conversion between float, int (truncating) and bool (0 and 1). No gradient: the source or the result is discrete. */
import { defineOp } from '../define.ts'
import { type DType, fail } from '../graph.ts'
import { type NdArray, mapUnary } from '../nd.ts'

const onnxTypes: Readonly<Record<DType, number>> = { float: 1, int: 7, bool: 9 }

export const cast = defineOp<{ readonly dtype: DType }>({
  name: 'cast',
  infer(inputs, { dtype }) {
    const [x] = inputs
    if (x === undefined || x.dtype === dtype) fail('cast', inputs, `takes one tensor that is not ${dtype} yet`)
    return [{ dtype, shape: x.shape }]
  },
  evaluate(inputs, { dtype }) {
    // + 0: ints have no negative zero.
    const convert: Record<DType, (x: number) => number> = { float: (x) => x, int: (x) => Math.trunc(x) + 0, bool: (x) => (x === 0 ? 0 : 1) }
    return [mapUnary(inputs[0] as NdArray, convert[dtype])]
  },
  vjp: () => [undefined],
  onnx: (emitter, node, inputs) => emitter.node('Cast', inputs, { to: onnxTypes[node.attributes['dtype'] as DType] }),
})
