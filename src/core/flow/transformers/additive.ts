/**
 * Shift: z = x + t, of derivative 1. raw [N, 1, d] is t.
 * Source: Dinh, Krueger & Bengio 2014, NICE, §3.2.
 */
import { full } from '../../ir/compositions.ts'
import { add, reshape, sub } from '../../ir/tensor.ts'
import { defineTransformer } from '../transformer.ts'

export default defineTransformer({
  kind: 'additive',
  title: 'Additive',
  options: {},
  parameterCount: () => 1,
  normalize: (x, raw) => ({ out: add(x, reshape(raw, x.shape)), logDerivative: full(x.graph, 0, x.shape) }),
  generate: (z, raw) => ({ out: sub(z, reshape(raw, z.shape)), logDerivative: full(z.graph, 0, z.shape) }),
  docs: {
    summary: 'Shifts each dimension; volumes stay as they are.',
    latex: 'z = x + t',
    source: 'Dinh, Krueger & Bengio 2014, NICE: Non-linear Independent Components Estimation, §3.2',
  },
})
