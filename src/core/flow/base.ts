/**
 * The contract of a base: the distribution of z, flattened to [N, D] with D the size of the event. One file each in
 * `bases/`, one line in `bases/index.ts`.
 */
import type { Tensor } from '../ir/graph.ts'
import type { Issue } from '../issues.ts'
import type { PartContext } from './layer.ts'
import type { Fields, Options, OptionsOf } from './options.ts'
import type { ParameterSpec } from './parameters.ts'

export interface BaseSite<O> {
  /** D: number of latent dimensions. */
  readonly size: number
  readonly contextSize: number
  readonly options: O
}

/** A configuration that the law tests run besides the default options and each switch set otherwise. */
export interface BaseLawCase<O> {
  readonly options?: Partial<O>
  readonly contextSize?: number
}

export interface BaseDefinition<F extends Fields = Fields> {
  readonly kind: string
  readonly title: string
  readonly options: F
  /** What keeps it from standing here; `at` names the option, and the place in the document is filled in by the caller. */
  check?(site: BaseSite<OptionsOf<F>>): readonly Issue[]
  parameters(site: BaseSite<OptionsOf<F>>): readonly ParameterSpec[]
  /** log p(z), [N], in nats. Outside of its support: −∞ is not differentiable, so a large finite penalty. */
  logProb(ctx: PartContext, site: BaseSite<OptionsOf<F>>, z: Tensor): Tensor
  /** Standard noise that `sample` takes, [N, S]. */
  readonly noise: 'normal' | 'uniform'
  /** S: how many numbers of it one example takes; D where left out. */
  noiseSize?(site: BaseSite<OptionsOf<F>>): number
  /** z [N, D] from standard noise [N, S]; `temperature` (scalar) scales the spread about the centre, 1 being the base itself. */
  sample(ctx: PartContext, site: BaseSite<OptionsOf<F>>, noise: Tensor, temperature: Tensor): Tensor
  /** Whether all samples of temperature 0 are one point (left out), or there are several, as in mixtures. */
  readonly centres?: 'one' | 'many'
  /**
   * What someone who samples by other means has to know of a trained base, in the terms of its docs: for the report of
   * an export. Where left out, that is a centre and a scale for each dimension.
   */
  natural?(ctx: PartContext, site: BaseSite<OptionsOf<F>>): Readonly<Record<string, Tensor>>
  readonly support: 'real' | 'unit'
  readonly docs: { readonly summary: string; readonly latex: string; readonly source: string }
  readonly laws?: readonly BaseLawCase<OptionsOf<F>>[]
}

export function defineBase<const F extends Fields>(definition: BaseDefinition<F>): BaseDefinition<F> {
  return definition
}

/** A base in its place. */
export interface PlacedBase {
  readonly definition: BaseDefinition
  readonly site: BaseSite<Options>
}

/** The standard noise of one example: what `sample` takes has the shape [N, ...shape]. */
export function baseNoise({ definition, site }: PlacedBase): {
  readonly shape: readonly [number]
  readonly distribution: 'normal' | 'uniform'
} {
  return { shape: [definition.noiseSize?.(site) ?? site.size], distribution: definition.noise }
}
