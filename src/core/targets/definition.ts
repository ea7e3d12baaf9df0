/**
 * The contract of a kind of target, and how to add one: write `<kind>.ts` that exports `defineTarget({...})`, and add one
 * line to `catalogue.ts`. The density is a small tensor graph: training, evaluation and log Z are made from it.
 */
import type { Tensor } from '../ir/graph.ts'
import type { Fields, OptionsOf } from '../flow/options.ts'
import type { Issue } from '../issues.ts'
import type { Box, TargetTable } from './target.ts'

/** What a target's density may depend on. */
export interface TargetSite<O> {
  readonly options: O
  /** What stands behind the colon of the source: a file, an expression; empty where nothing does. */
  readonly argument: string
  /** D, that of the flow. */
  readonly dimension: number
  readonly box: Box | undefined
  /** Examples, for targets that take a file. */
  readonly table: TargetTable | undefined
}

export interface TargetDefinition<F extends Fields = Fields> {
  /** What a source begins with: `u1`, `funnel`. */
  readonly kind: string
  readonly title: string
  /** Written behind a question mark: `mixture?modes=5&radius=3`. */
  readonly options: F
  /** What stands behind a colon. */
  readonly argument: 'none' | 'file' | 'expression'
  /** Bounds that come with it where none are given: without them it has no integral. */
  readonly declaredBox?: readonly [number, number]
  /** D, where there is one that it can have; left out where it takes any. */
  dimensions?(table: TargetTable | undefined): number
  /** What keeps it from being a density of D dimensions; the place is filled in by the caller. */
  check?(site: TargetSite<OptionsOf<F>>): readonly Issue[]
  /** log p̃(x), x [N, D] → [N], in nats. Inside of the box it must be finite, with a finite gradient. */
  logDensity(site: TargetSite<OptionsOf<F>>, x: Tensor): Tensor
  /** log Z in nats, where a formula knows it. Left out or undefined, it is integrated in a box of one or two dimensions. */
  logZ?(site: TargetSite<OptionsOf<F>>): number | undefined
  /** See `Target.width`; 16 when left out. */
  width?(site: TargetSite<OptionsOf<F>>): number
  readonly docs: { readonly summary: string; readonly latex: string; readonly source: string }
}

export function defineTarget<const F extends Fields>(definition: TargetDefinition<F>): TargetDefinition<F> {
  return definition
}
