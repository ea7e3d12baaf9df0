/**
 * Multilayer perceptron: `depth` hidden layers h ← a(h W + b) of `width` units, then a linear layer. With `residual`,
 * `depth` blocks h ← h + W₂ a(W₁ a(h)) between a linear layer in and one out. Depth 0 is one linear layer.
 * Shapes: h [N, units], W [in, out], b [out]. The context is appended to the input.
 * Hidden layers start uniform on ±1/√in (weights and biases), the last layer at zero.
 * Source: He et al. 2016, Identity Mappings in Deep Residual Networks, fig. 4e, as in Durkan et al. 2019, Neural Spline
 * Flows, appendix B.1.
 */
import type { Tensor } from '../../ir/graph.ts'
import { add, concat, matmul } from '../../ir/tensor.ts'
import { type Activation, activationTitles, activations } from '../activations.ts'
import { type ConditionerSite, defineConditioner } from '../conditioner.ts'
import { boolean, choice, integer } from '../options.ts'
import { type ParameterSpec, symmetric, zeros } from '../parameters.ts'

interface Options {
  readonly width: number
  readonly depth: number
  readonly activation: Activation
  readonly residual: boolean
}

/** Units between the linear maps, from the input to the output. */
function unitsOf({ inputs, outputs, contextSize, options }: ConditionerSite<Options>): readonly number[] {
  const { width, depth, residual } = options
  const hidden = depth === 0 ? 0 : residual ? 2 * depth + 1 : depth
  return [inputs + contextSize, ...new Array<number>(hidden).fill(width), outputs]
}

function linearParameters(units: readonly number[]): ParameterSpec[] {
  const last = units.length - 2
  return units.slice(1).flatMap((outputs, i): ParameterSpec[] => {
    const inputs = units[i] as number
    const initial = i === last ? zeros : symmetric(1 / Math.sqrt(inputs))
    return [
      { name: `weight${i}`, shape: [inputs, outputs], initial, role: 'weight' },
      { name: `bias${i}`, shape: [outputs], initial, role: 'parameter' },
    ]
  })
}

export default defineConditioner({
  kind: 'mlp',
  title: 'Multilayer perceptron',
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
  parameters: (site) => linearParameters(unitsOf(site)),
  apply(ctx, site, x) {
    const { depth, activation, residual } = site.options
    const activate = activations[activation]
    const linear = (h: Tensor, i: number): Tensor =>
      add(matmul(h, ctx.parameter(`weight${i}`)), ctx.parameter(`bias${i}`))
    const input = ctx.context === undefined ? x : concat([x, ctx.context], 1)
    if (depth === 0) return linear(input, 0)
    let h = linear(input, 0)
    if (residual) {
      for (let block = 0; block < depth; block++) {
        h = add(h, linear(activate(linear(activate(h), 2 * block + 1)), 2 * block + 2))
      }
      return linear(h, 2 * depth + 1)
    }
    for (let layer = 1; layer <= depth; layer++) h = linear(activate(h), layer)
    return h
  },
  docs: {
    summary: 'Fully connected layers, plain or in residual blocks.',
    source: 'He et al. 2016, Identity Mappings in Deep Residual Networks; Durkan et al. 2019, Neural Spline Flows, B.1',
  },
})
