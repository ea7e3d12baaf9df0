/**
 * The contract of an autoregressive conditioner: the network that computes the parameters of dimension i from the
 * dimensions before it in an order. One file each in `autoregressive/`, one line in `autoregressive/index.ts`. Its last
 * layer starts at zero, so that a new layer is the identity.
 */
import type { Tensor } from '../../ir/graph.ts'
import type { DirectionCost, PartContext } from '../layer.ts'
import type { Fields, OptionsOf } from '../options.ts'
import type { ParameterSpec } from '../parameters.ts'
import type { TransformerOutput } from '../transformer.ts'

export interface AutoregressiveSite<O> {
  /** The order in which dimensions depend on one another: position → dimension, a permutation of 0 … D − 1. */
  readonly order: readonly number[]
  /** P: numbers that one dimension takes. */
  readonly each: number
  readonly contextSize: number
  readonly options: O
}

/** The monotone scalar map of a dimension: given [N, 1] and raw [N, P, 1], of any graph, to [N, 1]. */
export type ScalarMap = (given: Tensor, raw: Tensor) => TransformerOutput

export interface AutoregressiveConditionerDefinition<F extends Fields = Fields> {
  readonly kind: string
  readonly title: string
  readonly options: F
  /** Work of `apply`. */
  readonly cost: DirectionCost
  parameters(site: AutoregressiveSite<OptionsOf<F>>): readonly ParameterSpec[]
  /** x [N, D] (and ctx.context [N, C]) → raw [N, P, D]: that of a dimension depends on those before it alone. */
  apply(ctx: PartContext, site: AutoregressiveSite<OptionsOf<F>>, x: Tensor): Tensor
  /**
   * The x [N, D] whose dimensions are x_i = map(given_i, raw_i(x before i)), found one after another in a loop, and the
   * log-derivatives of the map, [N, D].
   */
  solve(ctx: PartContext, site: AutoregressiveSite<OptionsOf<F>>, given: Tensor, map: ScalarMap): TransformerOutput
  readonly docs: { readonly summary: string; readonly source: string }
}

export function defineAutoregressiveConditioner<const F extends Fields>(
  definition: AutoregressiveConditionerDefinition<F>,
): AutoregressiveConditionerDefinition<F> {
  return definition
}
