/**
 * Element-wise affine map: z = x ⊙ e^s + t, a learned scale and shift for each dimension, with s = 5·tanh(raw/5).
 * logDet = Σ s.
 */
import { accept } from '../../issues.ts'
import { add, exp, mul, neg, reduceSum, sub } from '../../ir/tensor.ts'
import type { Tensor } from '../../ir/graph.ts'
import { constantLogDet, defineLayer } from '../layer.ts'
import { logScale } from '../log-scale.ts'
import { zeros } from '../parameters.ts'

const total = (scale: Tensor): Tensor => reduceSum(scale, scale.shape.map((_, axis) => axis))

export default defineLayer({
  kind: 'elementwise-affine',
  version: 1,
  options: {},
  infer: ({ event }) => accept({ event }),
  parameters: ({ event }) => [
    { name: 'logScale', shape: event, initial: zeros, role: 'parameter' },
    { name: 'shift', shape: event, initial: zeros, role: 'parameter' },
  ],
  normalize(ctx, x) {
    const scale = logScale(ctx)
    return { out: add(mul(x, exp(scale)), ctx.parameter('shift')), logDet: constantLogDet(ctx, total(scale)) }
  },
  generate(ctx, z) {
    const shrink = neg(logScale(ctx))
    return { out: mul(sub(z, ctx.parameter('shift')), exp(shrink)), logDet: constantLogDet(ctx, total(shrink)) }
  },
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'A learned scale and shift for each dimension.',
    latex: 'z = x \\odot e^{s} + t',
    source: 'Papamakarios et al. 2021, Normalizing Flows for Probabilistic Modeling and Inference, §3.1',
  },
  editor: { title: 'Element-wise affine', group: 'elementwise', icon: 'sliders' },
  laws: { cases: [{ name: 'vector', event: [3] }, { name: 'image', event: [2, 2, 2] }], domain: 'real' },
})
