/**
 * The contract of an objective: a scalar to minimise, as a graph over one batch. One file each, one line in `index.ts`.
 *
 * An objective may bring parameters of its own (an encoder, a discriminator), which are trained with the flow's and
 * live in the same vector under `objective.`; noise of its own; and scalars that follow the step (annealing).
 */
import type { Tensor } from '../ir/graph.ts'
import type { FlowInputs } from '../flow/apply.ts'
import type { Flow } from '../flow/flow.ts'
import type { EventShape, NoiseSpec } from '../flow/layer.ts'
import type { Fields, OptionsOf } from '../flow/options.ts'
import type { ParameterSpec } from '../flow/parameters.ts'
import type { Issue } from '../issues.ts'
import type { Target } from '../targets/target.ts'

/** Path under which an objective's own parameters and noises are found. */
export const OBJECTIVE_PATH = 'objective'

/** What an objective's shapes and parameters may depend on. */
export interface ObjectiveSite<O> {
  readonly flow: Flow
  readonly options: O
  /** Length of the context that comes with the data; 0 without one. The flow's may be longer. */
  readonly contextSize: number
  /** The density to fit, for objectives that take one. */
  readonly target: Target | undefined
}

export interface ObjectiveContext<O> extends ObjectiveSite<O> {
  /** Parameters and noises go by their paths: the objective's own by `objective.<name>`. The context is the data's. */
  readonly inputs: FlowInputs
  /** One of `scalarNames`, as a tensor [1]; in an evaluation, of the last step. */
  scalar(name: string): Tensor
}

/** `training`: a step; `evaluation`: validation and test, where more samples may be spent on a tighter figure. */
export type Purpose = 'training' | 'evaluation'

export interface ObjectiveLoss {
  /** Scalar, in nats. */
  readonly loss: Tensor
  /** Next values of carried buffers, by path. */
  readonly buffers: ReadonlyMap<string, Tensor>
}

export interface ObjectiveEvaluation {
  /** [N], nats. */
  readonly logProb: Tensor
  /** [N, D] */
  readonly z?: Tensor
  /** Other figures that are averaged over the examples, by name, [N] each, in nats. */
  readonly figures?: Readonly<Record<string, Tensor>>
}

/** Examples made from latents u by a decoder. */
export interface Generator<O> {
  /** What u is drawn from: a standard normal, or the flow's base. */
  readonly prior: 'standard' | 'base'
  /** u [N, D] → the mean of x given u, [N, ...dataEvent]. */
  decode(ctx: ObjectiveContext<O>, u: Tensor): Tensor
  /** What `draw` takes. */
  noise(site: ObjectiveSite<O>): NoiseSpec
  /**
   * What becomes of a number of the data before it is modelled, where anything does: a threshold makes it 0 or 1. Examples
   * that are made are to be held against that.
   */
  seen?(options: O): ((value: number) => number) | undefined
  /** x drawn about its mean. */
  draw(ctx: ObjectiveContext<O>, mean: Tensor, noise: Tensor): Tensor
}

export interface ObjectiveDefinition<F extends Fields = Fields> {
  /** Id in documents: kebab-case, for ever. */
  readonly kind: string
  readonly title: string
  readonly options: F
  /** Whether a batch of data comes in; objectives on a target density draw from the base instead. */
  readonly takesData: boolean
  /** Whether a target density is fitted. */
  readonly takesTarget: boolean
  /** What an evaluation gives for an example: its exact log p, or a lower bound on it. */
  readonly likelihood: 'exact' | 'bound'
  /** Context of the flow, from that of the data; the same when left out. */
  flowContext?(options: OptionsOf<F>, contextSize: number): number
  /** One example of the data, where it is not the flow's event. */
  dataEvent?(options: OptionsOf<F>, event: EventShape): EventShape
  /**
   * What becomes of whole numbers: `density` (left out) needs them dequantized, `discrete` models them as they are,
   * `refused` has no way to dequantize them.
   */
  integers?(options: OptionsOf<F>): 'density' | 'discrete' | 'refused'
  /** What keeps this flow from being trained so. */
  check?(site: ObjectiveSite<OptionsOf<F>>): readonly Issue[]
  parameters?(site: ObjectiveSite<OptionsOf<F>>): readonly ParameterSpec[]
  noise?(site: ObjectiveSite<OptionsOf<F>>, purpose: Purpose): readonly NoiseSpec[]
  readonly scalarNames?: readonly string[]
  /** Values of `scalarNames` at `step` (from 1) of `steps`. */
  scalars?(options: OptionsOf<F>, step: number, steps: number): readonly number[]
  /** First values of some of its parameters and buffers from the training data, rows [N, ...event]. */
  fit?(site: ObjectiveSite<OptionsOf<F>>, rows: Float32Array): Readonly<Record<string, ArrayLike<number>>>
  /** x [N, ...event], where data come in. */
  loss(ctx: ObjectiveContext<OptionsOf<F>>, x: Tensor | undefined): ObjectiveLoss
  /**
   * What an evaluation averages, example by example: log p(x) where it is exact, else the bound. `z` are the latents
   * where the flow normalizes the data.
   */
  evaluate(ctx: ObjectiveContext<OptionsOf<F>>, x: Tensor | undefined): ObjectiveEvaluation
  /** How examples are made, where it is not the flow that makes them. */
  readonly generator?: Generator<OptionsOf<F>>
  readonly docs: { readonly summary: string; readonly latex: string; readonly source: string }
}

export function defineObjective<const F extends Fields>(definition: ObjectiveDefinition<F>): ObjectiveDefinition<F> {
  return definition
}
