/**
 * The contract of a base: the distribution of z, flattened to [N, D] with D the size of the event. One file each in
 * `bases/`, one line in `bases/index.ts`.
 */
import type { Tensor } from '../ir/graph.ts'
import type { PartContext } from './layer.ts'
import type { Fields, OptionsOf } from './options.ts'
import type { ParameterSpec } from './parameters.ts'

export interface BaseSite<O> {
  /** D: number of latent dimensions. */
  readonly size: number
  readonly contextSize: number
  readonly options: O
}

export interface BaseDefinition<F extends Fields = Fields> {
  readonly kind: string
  readonly title: string
  readonly options: F
  parameters(site: BaseSite<OptionsOf<F>>): readonly ParameterSpec[]
  /** log p(z), [N], in nats. Outside of its support: −∞ is not differentiable, so a large finite penalty. */
  logProb(ctx: PartContext, site: BaseSite<OptionsOf<F>>, z: Tensor): Tensor
  /** Standard noise that `sample` takes. */
  readonly noise: 'normal' | 'uniform'
  /** z from standard noise [N, D]; `temperature` (scalar) scales the spread about the centre, 1 being the base itself. */
  sample(ctx: PartContext, site: BaseSite<OptionsOf<F>>, noise: Tensor, temperature: Tensor): Tensor
  readonly support: 'real' | 'unit'
  readonly docs: { readonly summary: string; readonly latex: string; readonly source: string }
}

export function defineBase<const F extends Fields>(definition: BaseDefinition<F>): BaseDefinition<F> {
  return definition
}
