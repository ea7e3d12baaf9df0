/**
 * y = value, with a backward rule of its own for the inputs that follow: the implicit function theorem for solutions
 * found by iteration, or a cheaper form of a known gradient. Nothing flows back into `value`.
 */
import { defineOp } from '../define.ts'
import { type GradientRule, type TensorType, fail } from '../graph.ts'
import type { NdArray } from '../nd.ts'

export const withGradient = defineOp<{ readonly rule: GradientRule }>({
  name: 'withGradient',
  infer(inputs) {
    const [value] = inputs
    if (value === undefined) fail('withGradient', inputs, 'takes a value')
    return [{ dtype: value.dtype, shape: value.shape } satisfies TensorType]
  },
  evaluate: (inputs) => [inputs[0] as NdArray],
  vjp({ inputs, outputs, attributes, cotangents }) {
    const [value, cotangent] = [outputs[0], cotangents[0]]
    if (value === undefined || cotangent === undefined) return inputs.map(() => undefined)
    const given = attributes.rule({ value, inputs: inputs.slice(1), cotangent })
    if (given.length !== inputs.length - 1) {
      throw new Error(`withGradient: the rule gave ${given.length} cotangents for ${inputs.length - 1} inputs`)
    }
    return [undefined, ...given]
  },
  onnx: (emitter, _node, inputs) => emitter.node('Identity', [inputs[0] as string]),
})
