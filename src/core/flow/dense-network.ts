/**
 * Dense networks of conditioners: options, weights and the order of their linear maps, which are numbered from 0 and
 * whose parameters are `weight<i>` [in, out] and `bias<i>` [out].
 * Plain: `depth` hidden layers of `width` units, h ← a(h) W + b. Residual: `depth` blocks h ← h + W₂ a(W₁ a(h)) between a
 * linear map in and one out. Depth 0 is one linear map.
 * Hidden layers start uniform on ±1/√in (weights and biases), the last layer at zero.
 * Source: He et al. 2016, Identity Mappings in Deep Residual Networks, fig. 4e, as in Durkan et al. 2019, Neural Spline
 * Flows, appendix B.1.
 */
import type { Tensor } from '../ir/graph.ts'
import { add } from '../ir/tensor.ts'
import { type Activation, activationTitles, activations } from './activations.ts'
import { type OptionsOf, boolean, choice, integer } from './options.ts'
import { type ParameterSpec, symmetric, zeros } from './parameters.ts'

export const denseFields = {
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
} as const
export type DenseOptions = OptionsOf<typeof denseFields>

/** Hidden layers between the linear maps. */
export function hiddenLayers({ depth, residual }: DenseOptions): number {
  return residual && depth > 0 ? 2 * depth + 1 : depth
}

/** Of linear maps between so many units, from the inputs to the outputs; the context counts among the inputs. */
export function denseParameters(units: readonly number[]): readonly ParameterSpec[] {
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

/** The network on x; `linear` says how one of its maps is done. Units may come in groups, each a tensor of its own. */
export function runDense(
  options: DenseOptions, x: readonly Tensor[], linear: (h: readonly Tensor[], map: number) => readonly Tensor[],
): readonly Tensor[] {
  const { depth, residual } = options
  const activate = (h: readonly Tensor[]): readonly Tensor[] => h.map(activations[options.activation])
  let h = linear(x, 0)
  if (depth === 0) return h
  if (!residual) {
    for (let map = 1; map <= depth; map++) h = linear(activate(h), map)
    return h
  }
  for (let block = 0; block < depth; block++) {
    const change = linear(activate(linear(activate(h), 2 * block + 1)), 2 * block + 2)
    h = h.map((group, g) => add(group, change[g] as Tensor))
  }
  return linear(h, 2 * depth + 1)
}
