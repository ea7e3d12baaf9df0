/**
 * The contract of a layer, and how to write one.
 *
 * A layer is one invertible step of a flow. It states its mathematics once, as a small tensor graph, in both
 * directions; everything else is made from that: density and sampling programs, training on every engine, the palette
 * entry, the form, the docs page, the law tests and ONNX export.
 *
 * To add a layer: write `layers/<kind>.ts` that default-exports `defineLayer({...})`, and add one line to
 * `layers/index.ts`. Then run the laws: `npx vitest run tests/laws/layers.test.ts -t <kind>`.
 *
 *   normalize: data x → latent z.    generate: latent z → data x.
 *
 * Each direction returns its own `logDet` = log|det ∂out/∂in|, one number an example, shape [N], in nats; on the same
 * pair of points the two add up to zero. A layer that changes no volume returns `zeroLogDet(ctx)`.
 *
 * Rules that keep training alive: bound every log-scale (s = c·tanh(raw/c)); make an operand safe before a `where`,
 * not after; start as the identity (zero-initialised last layers); use softplus and log in their stable forms.
 */
import type { Result } from '../issues.ts'
import { full } from '../ir/compositions.ts'
import type { Graph, Tensor } from '../ir/graph.ts'
import type { Dim } from '../ir/shape.ts'
import { broadcastTo } from '../ir/tensor.ts'
import type { Fields, Options, OptionsOf } from './options.ts'
import type { ParameterSpec } from './parameters.ts'

/** Shape of one example: [D], or [height, width, channels]. */
export type EventShape = readonly number[]

/** Where a layer stands: all that its shapes and parameters may depend on. */
export interface LayerSite<O> {
  /** Event on the data side. */
  readonly event: EventShape
  readonly options: O
  /** Unique name of this layer in the unrolled flow, such as `block.2.coupling`; also names its parameters. */
  readonly path: string
  /** Length of the context vector that conditions the flow; 0 without one. */
  readonly contextSize: number
}

/** What a part (layer, base, conditioner, transformer) is given to build its graph with. */
export interface PartContext {
  readonly graph: Graph
  /** The batch axis: 'N', or a number where the program has a fixed batch. */
  readonly batch: Dim
  /** A parameter or buffer by its name in `parameters`. */
  parameter(name: string): Tensor
  /** [N, contextSize], or undefined for an unconditional flow. */
  readonly context: Tensor | undefined
  /** The same context with parameter names looked up under `prefix.`: for parts inside a layer. */
  scope(prefix: string): PartContext
}

export interface LayerContext<O> extends PartContext, LayerSite<O> {
  /** An extra noise input by its name in `noise`, shape [N, ...shape]. */
  noise(name: string): Tensor
  /** Whether this is a step of training, where an estimate may stand for a log-determinant that is dear. */
  readonly training: boolean
  /** The next value of a carried buffer, taken over after the training step. */
  updateBuffer(name: string, value: Tensor): void
}

export interface LayerOutput {
  /** The event that goes on, [N, ...]. */
  readonly out: Tensor
  /** log|det ∂out/∂in|, [N], in nats. */
  readonly logDet: Tensor
  /** normalize only: the part that leaves for the base here, [N, ...latent]. */
  readonly latent?: Tensor
  /**
   * Where the result was found by iteration: how far each example is from solved, relative, [N]; NaN as 3.4e38. Above
   * `RESIDUAL_LIMIT` it counts as not converged, which is told to the user with the layer's name.
   */
  readonly residual?: Tensor
}

/** What float32 can be expected to reach, with room. */
export const RESIDUAL_LIMIT = 1e-5

export interface LayerTypes {
  /** Event on the latent side: what goes on to the next layer. */
  readonly event: EventShape
  /** Event that leaves for the base at this layer. */
  readonly latent?: EventShape
}

/** Work of one direction: one pass of the network, one pass a dimension, or iteration to a tolerance. */
export type DirectionCost = 'one pass' | 'one pass a dimension' | 'iterative'
export interface LayerCost { readonly normalize: DirectionCost; readonly generate: DirectionCost }
/** Of a layer whose work depends on its options. */
export type CostRule<O> = { at(site: LayerSite<O>): LayerCost }['at']

export interface NoiseSpec {
  readonly name: string
  /** Shape of one example's noise. */
  readonly shape: readonly number[]
  readonly distribution: 'uniform' | 'normal'
  /** `training`: only a training step takes it. */
  readonly purpose?: 'training'
}

/** Where points live: all reals, the open unit interval, the positive reals, or integers (dequantization). */
export type LawDomain = 'real' | 'unit' | 'positive' | 'integer'

/** One configuration that the law tests run, and where its inputs come from. */
export interface LawCase<O> {
  readonly name: string
  readonly event: EventShape
  readonly options?: Partial<O>
  readonly contextSize?: number
  /** Where x and z live in this case, when it is not where they mostly do. */
  readonly domain?: LawDomain
  readonly range?: LawDomain
}

export interface Laws<O> {
  readonly cases: readonly LawCase<O>[]
  /** Where x lives. */
  readonly domain: LawDomain
  /** Where z lives, when it is not all reals. */
  readonly range?: LawDomain
  /** Largest round-trip error in float64, relative to 1+|x|; 1e-10 when left out. Say why when it is larger. */
  readonly roundTrip?: number
  /** Why a tolerance of its own. */
  readonly reason?: string
}

export type LayerGroup = 'data' | 'normalisation' | 'mixing' | 'elementwise' | 'coupling' | 'shape' | 'autoregressive' | 'residual'

export interface LayerDefinition<F extends Fields = Fields> {
  /** Id in documents: kebab-case, for ever. */
  readonly kind: string
  /** Version of its options; a change of meaning takes a new version and a migration. */
  readonly version: number
  readonly options: F
  /** Shapes on the latent side, or why this event cannot enter. `at` in issues is filled in by the caller. */
  infer(site: LayerSite<OptionsOf<F>>): Result<LayerTypes>
  parameters(site: LayerSite<OptionsOf<F>>): readonly ParameterSpec[]
  noise?(site: LayerSite<OptionsOf<F>>): readonly NoiseSpec[]
  normalize(ctx: LayerContext<OptionsOf<F>>, x: Tensor): LayerOutput
  /** `latent` is what left in normalize, for layers that split. */
  generate(ctx: LayerContext<OptionsOf<F>>, z: Tensor, latent: Tensor | undefined): LayerOutput
  /** Data-dependent first values of some parameters, from a batch x of this layer's input. */
  initialise?(ctx: LayerContext<OptionsOf<F>>, x: Tensor): Readonly<Record<string, Tensor>>
  /**
   * Which dimensions of the flattened event this layer can change other than by a fixed permutation: `all`, `none`,
   * or their indices. For the lint that finds dimensions nothing transforms.
   */
  transforms(site: LayerSite<OptionsOf<F>>): 'all' | 'none' | readonly number[]
  /** For layers that only reorder the flattened event: output i is input order[i]. */
  reorders?(site: LayerSite<OptionsOf<F>>): readonly number[]
  /** Read with `costOf`, since it may depend on the options. */
  readonly cost: LayerCost | CostRule<OptionsOf<F>>
  readonly docs: {
    /** One sentence. */
    readonly summary: string
    /** The formula in LaTeX, in the generating or the normalizing direction, as the source has it. */
    readonly latex: string
    readonly source: string
  }
  readonly editor: { readonly title: string; readonly group: LayerGroup; readonly icon: string }
  readonly laws: Laws<OptionsOf<F>>
}

/** Checks the definition's types; the place where a layer file begins. */
export function defineLayer<const F extends Fields>(definition: LayerDefinition<F>): LayerDefinition<F> {
  return definition
}

export function costOf(definition: LayerDefinition, site: LayerSite<Options>): LayerCost {
  const { cost } = definition
  return typeof cost === 'function' ? cost(site) : cost
}

/** Number of scalars in one event. */
export function eventSize(event: EventShape): number {
  return event.reduce((product, dim) => product * dim, 1)
}

export function zeroLogDet(ctx: PartContext): Tensor {
  return full(ctx.graph, 0, [ctx.batch])
}

/** A log-determinant that is the same for every example (a scalar), as [N]. */
export function constantLogDet(ctx: PartContext, scalar: Tensor): Tensor {
  return broadcastTo(scalar, [ctx.batch])
}
