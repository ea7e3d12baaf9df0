/**
 * Diagonal scaling: z = e^s ⊙ x, the learned scale at the end of NICE, which makes up for couplings that keep volume.
 * It tells how much each dimension matters: the larger s, the less the dimension varies in the data. s = 5·tanh(raw/5).
 * logDet = Σ s.
 * Source: Dinh, Krueger & Bengio 2014, NICE, §3.3 "Allowing rescaling" (its S_ii is e^s).
 */
import { accept } from '../../issues.ts'
import type { Tensor } from '../../ir/graph.ts'
import { exp, mul, neg, reduceSum } from '../../ir/tensor.ts'
import { type LayerOutput, type PartContext, constantLogDet, defineLayer } from '../layer.ts'
import { logScale } from '../log-scale.ts'
import { zeros } from '../parameters.ts'

function scaled(ctx: PartContext, x: Tensor, scale: Tensor): LayerOutput {
  return { out: mul(x, exp(scale)), logDet: constantLogDet(ctx, reduceSum(scale, scale.shape.map((_, axis) => axis))) }
}

export default defineLayer({
  kind: 'diagonal-scaling',
  version: 1,
  options: {},
  infer: ({ event }) => accept({ event }),
  parameters: ({ event }) => [{ name: 'logScale', shape: event, initial: zeros, role: 'parameter' }],
  normalize: (ctx, x) => scaled(ctx, x, logScale(ctx)),
  generate: (ctx, z) => scaled(ctx, z, neg(logScale(ctx))),
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'A learned scale for each dimension, as the last layer of NICE.',
    latex: 'z = e^{s} \\odot x',
    source: 'Dinh, Krueger & Bengio 2014, NICE: Non-linear Independent Components Estimation, §3.3',
  },
  editor: { title: 'Diagonal scaling', group: 'elementwise', icon: 'diagonal' },
  laws: { cases: [{ name: 'vector', event: [4] }, { name: 'image', event: [2, 1, 2] }], domain: 'real' },
})
