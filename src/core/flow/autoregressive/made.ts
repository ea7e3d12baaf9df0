/**
 * Masked conditioner (MADE): a multilayer perceptron, plain or residual, whose weights are multiplied by masks so that
 * the parameters of a dimension depend on the dimensions before it alone: one pass computes those of all dimensions.
 * Shapes: W₀ [D + C, H], W [H, H], last W [H, P · D]; the context's rows of W₀ are not masked.
 * Weights start as in the multilayer perceptron: uniform on ±1/√in, the last layer at zero.
 * Source: Germain, Gregor, Murray & Larochelle 2015, MADE, §4; as a conditioner Papamakarios, Pavlakou & Murray 2017.
 */
import { add, concat, matmul, mul, reshape } from '../../ir/tensor.ts'
import { type Activation, activationTitles } from '../activations.ts'
import { boolean, choice, integer } from '../options.ts'
import { type ParameterSpec, symmetric, zeros } from '../parameters.ts'
import { defineAutoregressiveConditioner } from './conditioner.ts'
import { type Layer, maskOf } from './degrees.ts'
import { type MadeSite, layersOf, runNetwork } from './made-network.ts'
import { solveMade } from './made-solve.ts'

const lengthOf = (layer: Layer): number => (layer.type === 'units' ? layer.degrees : layer.positions).length

/** Masks of the linear maps, [in, out]. */
export function masksOf(site: MadeSite): readonly { readonly shape: readonly [number, number]; readonly values: Float64Array }[] {
  const layers = layersOf(site)
  return layers.slice(1).map((to, i) => {
    const from = layers[i] as Layer
    const [inputs, outputs] = [lengthOf(from), lengthOf(to)]
    const free = i === 0 ? site.contextSize : 0
    const values = new Float64Array((inputs + free) * outputs).fill(1)
    values.set(maskOf(from, to))
    return { shape: [inputs + free, outputs], values }
  })
}

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
  apply(ctx, site, x) {
    const masks = masksOf(site)
    const input = ctx.context === undefined ? x : concat([x, ctx.context], 1)
    const raw = runNetwork(site.options, input, (h, map) => {
      const { shape, values } = masks[map] as (typeof masks)[number]
      const weight = mul(ctx.parameter(`weight${map}`), ctx.graph.constant(values, shape))
      return add(matmul(h, weight), ctx.parameter(`bias${map}`))
    })
    return reshape(raw, [ctx.batch, site.each, site.order.length])
  },
  solve: solveMade,
  docs: {
    summary: 'Fully connected layers with masked weights: one pass gives the parameters of all dimensions.',
    source: 'Germain, Gregor, Murray & Larochelle 2015, MADE: Masked Autoencoder for Distribution Estimation, §4',
  },
})
