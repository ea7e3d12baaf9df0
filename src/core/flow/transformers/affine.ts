/**
 * Shift and scale: z = x · eˢ + t with s = c · tanh(raw / c), so that no scale leaves e^±c.
 * raw [N, 2, d] is the shift t, then the unbounded log-scale. log-derivative: s.
 * Source: Dinh, Sohl-Dickstein & Bengio 2017, Density estimation using Real NVP, §3.2 and §4.1.
 */
import type { Tensor } from '../../ir/graph.ts'
import { type Dim, shapeSize } from '../../ir/shape.ts'
import { add, exp, mul, neg, reshape, slice, sub } from '../../ir/tensor.ts'
import { bounded } from '../bounded.ts'
import { number } from '../options.ts'
import { type TransformerOutput, defineTransformer } from '../transformer.ts'

interface Options { readonly bound: number }

/**
 * Everything is flat, [N·d], while it is computed: ONNX Runtime multiplies a tensor [N, 1] by a number element by
 * element, at ten times the cost.
 */
function build(
  x: Tensor, raw: Tensor, { bound }: Options, map: (x: Tensor, shift: Tensor, logScale: Tensor) => Tensor, sign: 1 | -1,
): TransformerOutput {
  const size: readonly Dim[] = [shapeSize(x.shape) as Dim]
  const row = (p: number): Tensor => reshape(slice(raw, 1, p, p + 1), size)
  const logScale = bounded(row(1), bound)
  return {
    out: reshape(map(reshape(x, size), row(0), logScale), x.shape),
    logDerivative: reshape(sign === 1 ? logScale : neg(logScale), x.shape),
  }
}

export default defineTransformer({
  kind: 'affine',
  title: 'Affine',
  options: {
    bound: number({
      label: 'Largest log-scale', default: 2, minimum: 0.01, maximum: 20,
      help: 'c: no dimension is stretched or shrunk by more than e^c.',
    }),
  },
  parameterCount: () => 2,
  normalize: (x, raw, options) => build(x, raw, options, (flat, t, s) => add(mul(flat, exp(s)), t), 1),
  generate: (z, raw, options) => build(z, raw, options, (flat, t, s) => mul(sub(flat, t), exp(neg(s))), -1),
  docs: {
    summary: 'Shifts and scales each dimension, with a bounded scale.',
    latex: 'z = x \\odot e^{s} + t, \\quad s = c \\tanh(r / c)',
    source: 'Dinh, Sohl-Dickstein & Bengio 2017, Density estimation using Real NVP, §3.2',
  },
})
