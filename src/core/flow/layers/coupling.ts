/**
 * Coupling: some dimensions stay, and a network sees them; the others go through a monotone scalar map whose
 * parameters the network gives: z_T = τ(x_T; θ(x_I)), z_I = x_I. The Jacobian is triangular:
 * logDet = Σ_{i ∈ T} log τ′(x_i). Both directions cost one pass of the network, and what the map itself takes.
 * Events [D] and [H, W, C] are flattened for the network.
 * Source: Dinh et al. 2014 (NICE) and 2017 (Real NVP, §3.2–3.4); in general form Papamakarios et al. 2021, §3.1.3.
 */
import { accept, reject } from '../../issues.ts'
import { sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import type { Dim } from '../../ir/shape.ts'
import { concat, gather, reshape, slice } from '../../ir/tensor.ts'
import type { ConditionerDefinition, ConditionerSite } from '../conditioner.ts'
import { conditioners } from '../conditioners/index.ts'
import { type Directed, directionOption } from '../directions.ts'
import {
  type EventShape, type LayerContext, type LayerOutput, type LayerSite, defineLayer, eventSize,
} from '../layer.ts'
import { type MaskOptions, checkMask, sides } from '../masks.ts'
import { type Options, type PartChoice, boolean, choice, integers, part } from '../options.ts'
import { type TransformerDefinition, type TransformerOutput, residualOf, transformerCost } from '../transformer.ts'
import { transformers } from '../transformers/index.ts'

interface CouplingOptions extends MaskOptions, Directed {
  readonly transformer: PartChoice
  readonly conditioner: PartChoice
}
type Site = LayerSite<CouplingOptions>
type Context = LayerContext<CouplingOptions>

// The options have been checked, so that the kinds exist.
const transformerOf = ({ options }: Site): TransformerDefinition =>
  transformers[options.transformer.kind] as TransformerDefinition
const conditionerOf = ({ options }: Site): ConditionerDefinition =>
  conditioners[options.conditioner.kind] as ConditionerDefinition

function conditionerSite(site: Site): ConditionerSite<Options> {
  const { identity, transformed } = sides(site.event, site.options)
  const each = transformerOf(site).parameterCount(site.options.transformer.options)
  return {
    inputs: identity.length, outputs: each * transformed.length, contextSize: site.contextSize,
    options: site.options.conditioner.options,
  }
}

/** Indices that follow one another within each run of the last axis. */
interface Block {
  readonly start: number
  readonly end: number
}

function blockOf(indices: readonly number[], size: number, last: number): Block | undefined {
  const start = indices[0] as number
  const width = indices.length * last / size
  const follows = (index: number, i: number): boolean => index === Math.floor(i / width) * last + start + (i % width)
  const inBlock = Number.isInteger(width) && start + width <= last && indices.every(follows)
  return inBlock ? { start, end: start + width } : undefined
}

interface Partition {
  /** The sides of an event, flat: [N, D − d] and [N, d]. */
  split(x: Tensor): readonly [identity: Tensor, transformed: Tensor]
  join(identity: Tensor, transformed: Tensor): Tensor
}

/** Slices, where both sides are blocks of the last axis; they cost less than gathering single columns. */
function partition(event: EventShape, batch: Dim, options: MaskOptions): Partition {
  const [size, last, axis] = [eventSize(event), event.at(-1) as number, event.length]
  const { identity, transformed } = sides(event, options)
  const [still, moved] = [blockOf(identity, size, last), blockOf(transformed, size, last)]
  if (still === undefined || moved === undefined) return gathered(event, batch, identity, transformed)
  const take = (x: Tensor, { start, end }: Block): Tensor =>
    reshape(slice(x, axis, start, end), [batch, (size / last) * (end - start)])
  const give = (x: Tensor, { start, end }: Block): Tensor => reshape(x, [batch, ...event.slice(0, -1), end - start])
  return {
    split: (x) => [take(x, still), take(x, moved)],
    join(kept, changed) {
      const parts = [give(kept, still), give(changed, moved)]
      return concat(still.start < moved.start ? parts : parts.reverse(), axis)
    },
  }
}

function gathered(
  event: EventShape, batch: Dim, identity: readonly number[], transformed: readonly number[],
): Partition {
  const size = eventSize(event)
  const back = new Array<number>(size)
  for (const [position, index] of [...identity, ...transformed].entries()) back[index] = position
  return {
    split(x) {
      const flat = reshape(x, [batch, size])
      return [gather(flat, identity, 1), gather(flat, transformed, 1)]
    },
    join: (kept, changed) => reshape(gather(concat([kept, changed], 1), back, 1), [batch, ...event]),
  }
}

type Map = (transformer: TransformerDefinition, x: Tensor, raw: Tensor, options: Options) => TransformerOutput

const formula: Map = (transformer, x, raw, options) => transformer.normalize(x, raw, options)
const inverse: Map = (transformer, x, raw, options) => transformer.generate(x, raw, options)

function couple(ctx: Context, x: Tensor, map: Map): LayerOutput {
  const { split, join } = partition(ctx.event, ctx.batch, ctx.options)
  const [identity, transformed] = split(x)
  const site = conditionerSite(ctx)
  const transformer = transformerOf(ctx)
  const { options } = ctx.options.transformer
  const network = conditionerOf(ctx).apply(ctx.scope('conditioner'), site, identity)
  const width = transformed.shape[1] as number
  const raw = reshape(network, [ctx.batch, transformer.parameterCount(options), width])
  const moved = map(transformer, transformed, raw, options)
  return { out: join(identity, moved.out), logDet: sumEvent(moved.logDerivative), ...residualOf(moved) }
}

/** Parts for the laws. The networks are smooth, because differences do not see corners. */
function small(kind: string, residual = false): Partial<CouplingOptions> {
  const sizes: Readonly<Record<string, Options>> = {
    'rational-quadratic': { bins: 4 }, 'linear-spline': { bins: 5 }, 'quadratic-spline': { bins: 3 },
    'cubic-spline': { bins: 3 }, 'deep-sigmoidal': { units: 3, layers: 2 },
  }
  const transformer = { kind, options: sizes[kind] ?? {} }
  const options = { width: 5, depth: residual ? 1 : 2, activation: 'silu', residual }
  return { transformer, conditioner: { kind: 'mlp', options } }
}

export default defineLayer({
  kind: 'coupling',
  version: 1,
  options: {
    mask: choice({
      label: 'Mask', default: 'halves', choices: { halves: 'Halves', alternating: 'Alternating', explicit: 'Explicit' },
      help: 'Which dimensions are transformed: the second half (of an image, of its channels), every second one (of an '
        + 'image, the fields of a checkerboard), or those marked with 1.',
    }),
    explicit: integers({
      label: 'Explicit mask', default: [], minimum: 0, maximum: 1,
      when: { mask: 'explicit' },
      help: 'For the explicit mask: 1 for each dimension that is transformed, 0 for each that stays, row-major.',
    }),
    swap: boolean({ label: 'Swap', default: false, help: 'Transform the other side.' }),
    transformer: part({
      label: 'Transformer', default: 'affine', parts: transformers,
      help: 'The monotone map of each transformed dimension.',
    }),
    conditioner: part({
      label: 'Conditioner', default: 'mlp', parts: conditioners,
      help: 'The network that gives the parameters of the map, from the dimensions that stay.',
    }),
    direction: {
      ...directionOption('Maximum likelihood goes through the normalizing one, reverse KL through the generating one.'), quiet: true,
    },
  },
  infer(site) {
    const issues = checkMask(site.event, site.options)
    const refused = issues.some(({ severity }) => severity === 'error')
    return refused ? reject(...issues) : accept({ event: site.event }, issues)
  },
  parameters: (site) => conditionerOf(site).parameters(conditionerSite(site))
    .map((spec) => ({ ...spec, name: `conditioner.${spec.name}` })),
  normalize: (ctx, x) => couple(ctx, x, ctx.options.direction === 'normalizing' ? formula : inverse),
  generate: (ctx, z) => couple(ctx, z, ctx.options.direction === 'normalizing' ? inverse : formula),
  transforms: ({ event, options }) => sides(event, options).transformed,
  cost(site) {
    const cost = transformerCost(transformerOf(site))
    return site.options.direction === 'normalizing' ? cost : { normalize: cost.generate, generate: cost.normalize }
  },
  docs: {
    summary: 'Transforms one part of the dimensions by a monotone map that a network computes from the other part.',
    latex: 'z_I = x_I, \\quad z_T = \\tau\\big(x_T;\\, \\theta(x_I)\\big)',
    source: 'Dinh, Sohl-Dickstein & Bengio 2017, Density estimation using Real NVP, §3.2–3.4',
  },
  editor: { title: 'Coupling', group: 'coupling', icon: 'git-merge' },
  laws: {
    cases: [
      { name: 'affine, halves', event: [4], options: small('affine') },
      { name: 'affine, swapped, context', event: [2], contextSize: 3, options: { ...small('affine'), swap: true } },
      { name: 'additive, alternating', event: [5], options: { ...small('additive'), mask: 'alternating' } },
      { name: 'spline, alternating', event: [3], options: { ...small('rational-quadratic'), mask: 'alternating' } },
      {
        name: 'spline, explicit, residual', event: [4],
        options: { ...small('rational-quadratic', true), mask: 'explicit', explicit: [0, 1, 1, 0] },
      },
      { name: 'affine, channels', event: [2, 1, 4], options: { ...small('affine'), swap: true } },
      ...['linear-spline', 'quadratic-spline', 'cubic-spline', 'deep-sigmoidal'].map((kind) => ({
        name: kind, event: [2], options: small(kind),
      })),
      { name: 'spline, generating', event: [2], options: { ...small('rational-quadratic'), direction: 'generating' } },
      { name: 'monotone network, generating', event: [2], options: { ...small('deep-sigmoidal'), direction: 'generating' } },
      {
        name: 'spline, checkerboard', event: [2, 3, 1],
        options: { ...small('rational-quadratic'), mask: 'alternating' },
      },
    ],
    domain: 'real',
  },
})
