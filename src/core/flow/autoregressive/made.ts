/**
 * Masked conditioner (MADE): a multilayer perceptron, plain or residual, whose weights are multiplied by masks so that
 * the parameters of a dimension depend on the dimensions before it alone: one pass computes those of all dimensions.
 * Shapes: W₀ [D + C, H], W [H, H], last W [H, P · D]; the context's rows of W₀ are not masked.
 * Weights start as in the multilayer perceptron: uniform on ±1/√in, the last layer at zero.
 * Source: Germain, Gregor, Murray & Larochelle 2015, MADE, §4; as a conditioner Papamakarios, Pavlakou & Murray 2017.
 */
import { activationTitles, type Activation } from '../activations.ts'
import { boolean, choice, integer } from '../options.ts'
import { type ParameterSpec, symmetric, zeros } from '../parameters.ts'
import { defineAutoregressiveConditioner } from './conditioner.ts'
import { lengthOf } from './degrees.ts'
import { applyMade } from './made-apply.ts'
import { type MadeSite, layersOf } from './made-network.ts'
import { solveMade } from './made-solve.ts'

function parameters(site: MadeSite): readonly ParameterSpec[] {
  const lengths = layersOf(site).map(lengthOf)
  return lengths.slice(1).flatMap((outputs, i): ParameterSpec[] => {
    const inputs = (lengths[i] as number) + (i === 0 ? site.contextSize : 0)
    const initial = i === lengths.length - 2 ? zeros : symmetric(1 / Math.sqrt(inputs))
    return [
      { name: `weight${i}`, shape: [inputs, outputs], initial, role: 'weight' },
      { name: `bias${i}`, shape: [outputs], initial, role: 'parameter' },
    ]
  })
}

export default defineAutoregressiveConditioner({
  kind: 'made',
  title: 'Masked perceptron',
  options: {
    width: integer({ label: 'Width', default: 64, minimum: 1, maximum: 4096, help: 'Units of each hidden layer.' }),
    depth: integer({
      label: 'Depth', default: 2, minimum: 0, maximum: 16,
      help: 'Number of hidden layers, or of residual blocks of two layers each.',
    }),
    activation: choice<Activation>({
      label: 'Activation', default: 'relu', choices: activationTitles, help: 'Non-linearity of the hidden layers.',
    }),
    residual: boolean({
      label: 'Residual', default: false,
      help: 'Residual blocks, which keep deep networks easy to train, instead of plain hidden layers.',
    }),
  },
  cost: 'one pass',
  parameters,
  apply: applyMade,
  solve: solveMade,
  docs: {
    summary: 'Fully connected layers with masked weights: one pass gives the parameters of all dimensions.',
    source: 'Germain, Gregor, Murray & Larochelle 2015, MADE: Masked Autoencoder for Distribution Estimation, §4',
  },
})
