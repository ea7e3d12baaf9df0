/**
 * Masked conditioner (MADE): a multilayer perceptron, plain or residual, whose weights are multiplied by masks so that
 * the parameters of a dimension depend on the dimensions before it alone: one pass computes those of all dimensions.
 * Shapes: W₀ [D + C, H], W [H, H], last W [H, P · D]; the context's rows of W₀ are not masked.
 * Weights start as in the multilayer perceptron: uniform on ±1/√in, the last layer at zero.
 * Source: Germain, Gregor, Murray & Larochelle 2015, MADE, §4; as a conditioner Papamakarios, Pavlakou & Murray 2017.
 */
import { denseFields, denseParameters } from '../dense-network.ts'
import { defineAutoregressiveConditioner } from './conditioner.ts'
import { lengthOf } from './degrees.ts'
import { applyMade } from './made-apply.ts'
import { layersOf } from './made-network.ts'
import { solveMade } from './made-solve.ts'

export default defineAutoregressiveConditioner({
  kind: 'made',
  title: 'Masked perceptron',
  options: denseFields,
  cost: 'one pass',
  parameters(site) {
    const [inputs = 0, ...rest] = layersOf(site).map(lengthOf)
    return denseParameters([inputs + site.contextSize, ...rest])
  },
  apply: applyMade,
  solve: solveMade,
  docs: {
    summary: 'Fully connected layers with masked weights: one pass gives the parameters of all dimensions.',
    source: 'Germain, Gregor, Murray & Larochelle 2015, MADE: Masked Autoencoder for Distribution Estimation, §4',
  },
})
