/**
 * The contract of a conditioner: the network that computes a transformer's parameters from the dimensions that stay.
 * One file each in `conditioners/`, one line in `conditioners/index.ts`. Its last layer starts at zero, so that a new
 * layer is the identity.
 */
import type { Tensor } from '../ir/graph.ts'
import type { PartContext } from './layer.ts'
import type { Fields, OptionsOf } from './options.ts'
import type { ParameterSpec } from './parameters.ts'

export interface ConditionerSite<O> {
  /** Length of the input vector. */
  readonly inputs: number
  /** Length of the output vector. */
  readonly outputs: number
  readonly contextSize: number
  readonly options: O
}

export interface ConditionerDefinition<F extends Fields = Fields> {
  readonly kind: string
  readonly title: string
  readonly options: F
  parameters(site: ConditionerSite<OptionsOf<F>>): readonly ParameterSpec[]
  /** x [N, inputs] (and ctx.context [N, contextSize]) → [N, outputs]. */
  apply(ctx: PartContext, site: ConditionerSite<OptionsOf<F>>, x: Tensor): Tensor
  readonly docs: { readonly summary: string; readonly source: string }
}

export function defineConditioner<const F extends Fields>(definition: ConditionerDefinition<F>): ConditionerDefinition<F> {
  return definition
}
