/**
 * The contract of a transformer: the strictly increasing scalar map that a conditioner drives, element by element, in
 * couplings and autoregressive layers. One file each in `transformers/`, one line in `transformers/index.ts`.
 *
 * `raw` is what the conditioner gives, [N, P, d]: P numbers for each of d dimensions, unconstrained, all zero at first.
 * Zeros must mean the identity. Both directions return log of their own derivative, [N, d].
 */
import type { Tensor } from '../ir/graph.ts'
import type { Fields, OptionsOf } from './options.ts'

export interface TransformerOutput {
  /** [N, d] */
  readonly out: Tensor
  /** log of the derivative of out with respect to the input, element by element, [N, d], in nats. */
  readonly logDerivative: Tensor
  /**
   * Where out was found by iteration: how far from solved, element by element, [N, d], as `Root.residual` has it. Above
   * `ROOT_RESIDUAL` an element has not converged.
   */
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
  /** B, of a map that changes [−B, B] only and is the identity outside of it. */
  range?(options: OptionsOf<F>): number
  readonly docs: { readonly summary: string; readonly latex: string; readonly source: string }
}

export function defineTransformer<const F extends Fields>(definition: TransformerDefinition<F>): TransformerDefinition<F> {
  return definition
}
