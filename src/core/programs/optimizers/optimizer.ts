/**
 * The contract of an optimizer: the update of the flat vector theta, as a graph. State is a list of vectors as long as
 * theta. What depends only on the step number is computed outside, in float64, and comes in as scalars.
 */
import type { Tensor } from '../../ir/graph.ts'
import type { Fields, OptionsOf } from '../../flow/options.ts'

export interface OptimizerDefinition<F extends Fields = Fields> {
  readonly kind: string
  readonly title: string
  readonly options: F
  /** Names of its state vectors, all zero at first. */
  readonly state: readonly string[]
  /** Names of the scalars that `scalars` gives. */
  readonly scalarNames: readonly string[]
  /** Scalars of one step; `step` counts from 1, `learningRate` is the schedule's value at this step. */
  scalars(step: number, learningRate: number, options: OptionsOf<F>): readonly number[]
  /**
   * One update. `decays` [P] is 1 where weight decay applies. Where `applied` (a bool scalar) is false the gradient is
   * all 0, and theta and state must come out bit for bit as they went in.
   */
  update(args: {
    readonly theta: Tensor
    readonly gradient: Tensor
    readonly applied: Tensor
    readonly state: readonly Tensor[]
    readonly scalars: readonly Tensor[]
    readonly decays: Tensor
    readonly options: OptionsOf<F>
  }): { readonly theta: Tensor; readonly state: readonly Tensor[] }
  readonly docs: { readonly summary: string; readonly source: string }
}

export function defineOptimizer<const F extends Fields>(definition: OptimizerDefinition<F>): OptimizerDefinition<F> {
  return definition
}
