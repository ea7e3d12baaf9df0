/**
 * The contract of a transformer: the strictly increasing scalar map that a conditioner drives, element by element, in
 * couplings and autoregressive layers. One file each in `transformers/`, one line in `transformers/index.ts`.
 *
 * `raw` is what the conditioner gives, [N, P, d]: P numbers for each of d dimensions, unconstrained, all zero at first.
 * Zeros must mean the identity. Both directions return log of their own derivative, [N, d].
 */
import type { Tensor } from '../ir/graph.ts'
import { reduceMax } from '../ir/tensor.ts'
import type { LayerCost } from './layer.ts'
import type { Fields, OptionsOf } from './options.ts'

export interface TransformerOutput {
  /** [N, d] */
  readonly out: Tensor
  /** log of the derivative of out with respect to the input, element by element, [N, d], in nats. */
  readonly logDerivative: Tensor
  /** Where out was found by iteration: how far each element is from solved, [N, d], as in `LayerOutput`. */
  readonly residual?: Tensor
}

export interface TransformerDefinition<F extends Fields = Fields> {
  readonly kind: string
  readonly title: string
  readonly options: F
  /** P: numbers that one dimension takes. */
  parameterCount(options: OptionsOf<F>): number
  /** x [N, d] → z [N, d]. */
  normalize(x: Tensor, raw: Tensor, options: OptionsOf<F>): TransformerOutput
  /** z [N, d] → x [N, d]. */
  generate(z: Tensor, raw: Tensor, options: OptionsOf<F>): TransformerOutput
  /** Work of each direction, where one of them is iterative. */
  readonly cost?: LayerCost
  /** B, of a map that changes [−B, B] only and is the identity outside of it. */
  range?(options: OptionsOf<F>): number
  readonly docs: { readonly summary: string; readonly latex: string; readonly source: string }
}

export function defineTransformer<const F extends Fields>(definition: TransformerDefinition<F>): TransformerDefinition<F> {
  return definition
}

/** Work of each direction. */
export function transformerCost({ cost }: TransformerDefinition): LayerCost {
  return cost ?? { normalize: 'one pass', generate: 'one pass' }
}

/** The residual of each example, [N], as a layer gives it; nothing where there is none. */
export function residualOf({ residual }: TransformerOutput): { readonly residual?: Tensor } {
  return residual === undefined ? {} : { residual: reduceMax(residual, [1]) }
}
