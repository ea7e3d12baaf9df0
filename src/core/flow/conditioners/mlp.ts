/**
 * Multilayer perceptron, plain or residual, as in ../dense-network.ts.
 * Shapes: h [N, units], W [in, out], b [out]. The context is appended to the input.
 */
import type { Tensor } from '../../ir/graph.ts'
import { add, concat, matmul } from '../../ir/tensor.ts'
import { defineConditioner } from '../conditioner.ts'
import { denseFields, denseParameters, hiddenLayers, runDense } from '../dense-network.ts'

export default defineConditioner({
  kind: 'mlp',
  title: 'Multilayer perceptron',
  options: denseFields,
  parameters: ({ inputs, outputs, contextSize, options }) =>
    denseParameters([inputs + contextSize, ...new Array<number>(hiddenLayers(options)).fill(options.width), outputs]),
  apply(ctx, { options }, x) {
    const input = ctx.context === undefined ? x : concat([x, ctx.context], 1)
    const [out] = runDense(options, [input], ([h], map) =>
      [add(matmul(h as Tensor, ctx.parameter(`weight${map}`)), ctx.parameter(`bias${map}`))])
    return out as Tensor
  },
  docs: {
    summary: 'Fully connected layers, plain or in residual blocks.',
    source: 'He et al. 2016, Identity Mappings in Deep Residual Networks; Durkan et al. 2019, Neural Spline Flows, B.1',
  },
})
