/**
 * Autoregressive map: every dimension goes through a monotone scalar map τ whose parameters a network computes from the
 * dimensions before it in an order. The Jacobian is triangular in that order: logDet = Σ_i log τ′.
 *   masked (MAF):   z_i = τ(x_i; θ_i(x before i)): normalize takes one pass, generate finds one x_i after another.
 *   inverse (IAF):  x_i = τ⁻¹(z_i; θ_i(z before i)): generate takes one pass, normalize finds one z_i after another.
 * The direction that goes one by one is a loop over the dimensions in the graph, with gradients by reverse mode through
 * that loop, which computes every state once.
 * Events [H, W, C] are flattened, row-major.
 * Source: Papamakarios, Pavlakou & Murray 2017, MAF; Kingma et al. 2016, IAF; in general form Papamakarios et al. 2021,
 * §3.1.
 */
import { accept, error, reject } from '../../issues.ts'
import { sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { reshape } from '../../ir/tensor.ts'
import type { AutoregressiveConditionerDefinition, AutoregressiveSite } from '../autoregressive/conditioner.ts'
import { autoregressiveConditioners } from '../autoregressive/index.ts'
import { type OrderOptions, checkOrder, orderOf } from '../autoregressive/order.ts'
import { type DirectionCost, type LayerContext, type LayerOutput, type LayerSite, defineLayer, eventSize } from '../layer.ts'
import { type Options, type PartChoice, choice, integer, integers, part } from '../options.ts'
import { type TransformerDefinition, residualOf, transformerCost } from '../transformer.ts'
import { transformers } from '../transformers/index.ts'

interface AutoregressiveOptions extends OrderOptions {
  readonly direction: 'masked' | 'inverse'
  readonly transformer: PartChoice
  readonly conditioner: PartChoice
}
type Site = LayerSite<AutoregressiveOptions>
type Context = LayerContext<AutoregressiveOptions>

/** Most dimensions: the weights of the first and the last layer grow with their number. */
const MAX_SIZE = 16_384

// The options have been checked, so that the kinds exist.
const transformerOf = ({ options }: Site): TransformerDefinition =>
  transformers[options.transformer.kind] as TransformerDefinition
const conditionerOf = ({ options }: Site): AutoregressiveConditionerDefinition =>
  autoregressiveConditioners[options.conditioner.kind] as AutoregressiveConditionerDefinition

function conditionerSite(site: Site): AutoregressiveSite<Options> {
  const { event, path, options, contextSize } = site
  return {
    order: orderOf(eventSize(event), path, options),
    each: transformerOf(site).parameterCount(options.transformer.options),
    contextSize, options: options.conditioner.options,
  }
}

function run(ctx: Context, input: Tensor, direction: 'normalize' | 'generate'): LayerOutput {
  const site = conditionerSite(ctx)
  const conditioner = conditionerOf(ctx)
  const inner = ctx.scope('conditioner')
  const flat = reshape(input, [ctx.batch, site.order.length])
  const transformer = transformerOf(ctx)
  const map = (given: Tensor, raw: Tensor): ReturnType<TransformerDefinition['normalize']> =>
    transformer[direction](given, raw, ctx.options.transformer.options)
  const known = (direction === 'normalize') === (ctx.options.direction === 'masked')
  const moved = known
    ? map(flat, conditioner.apply(inner, site, flat))
    : conditioner.solve(inner, site, flat, map)
  return { out: reshape(moved.out, [ctx.batch, ...ctx.event]), logDet: sumEvent(moved.logDerivative), ...residualOf(moved) }
}

/** Of the network and of the map: one pass a dimension says more than an iteration that each pass contains. */
const together = (network: DirectionCost, map: DirectionCost): DirectionCost => (network === 'one pass' ? map : network)

/** Parts for the laws. The networks are smooth, because differences do not see corners. */
function small(kind: string, more: Partial<AutoregressiveOptions> = {}): Partial<AutoregressiveOptions> {
  const transformer = kind === 'rational-quadratic' ? { kind, options: { bins: 4 } } : { kind, options: {} }
  const options = { width: 5, depth: 2, activation: 'silu', residual: false }
  return { transformer, conditioner: { kind: 'made', options }, ...more }
}
const gru: Partial<AutoregressiveOptions> = { conditioner: { kind: 'gru', options: { width: 3 } } }
const residual: PartChoice = { kind: 'made', options: { width: 6, depth: 1, activation: 'tanh', residual: true } }

export default defineLayer({
  kind: 'autoregressive',
  version: 1,
  options: {
    direction: choice({
      label: 'One pass', default: 'masked', choices: { masked: 'Normalizing (MAF)', inverse: 'Generating (IAF)' },
      help: 'The direction that takes one pass of the network; the other one goes dimension by dimension.',
    }),
    order: choice({
      label: 'Order', default: 'natural', quiet: true,
      choices: { natural: 'Natural', reversed: 'Reversed', random: 'Random', explicit: 'Explicit' },
      help: 'In which order the dimensions depend on one another. Let it differ from layer to layer.',
    }),
    seed: integer({
      label: 'Seed', default: 0, minimum: 0, maximum: 2 ** 31 - 1,
      when: { order: 'random' },
      help: 'Of the random order; each layer has an order of its own even for equal seeds.',
    }),
    explicit: integers({
      label: 'Explicit order', default: [], minimum: 0, maximum: MAX_SIZE - 1,
      when: { order: 'explicit' },
      help: 'For the explicit order: the dimensions, counted from 0, the one that depends on no other first.',
    }),
    transformer: part({
      label: 'Transformer', default: 'affine', parts: transformers, help: 'The monotone map of each dimension.',
    }),
    conditioner: part({
      label: 'Conditioner', default: 'made', parts: autoregressiveConditioners,
      help: 'The network that gives the parameters of the map, from the dimensions before.',
    }),
  },
  infer({ event, options }) {
    const size = eventSize(event)
    if (size > MAX_SIZE) {
      return reject(error('autoregressive-size', `expected at most ${MAX_SIZE} dimensions, got ${size}`, {
        fix: 'use couplings: the network of an autoregressive layer would be too large',
      }))
    }
    const issues = checkOrder(size, options)
    return issues.length > 0 ? reject(...issues) : accept({ event })
  },
  parameters: (site) => conditionerOf(site).parameters(conditionerSite(site))
    .map((spec) => ({ ...spec, name: `conditioner.${spec.name}` })),
  normalize: (ctx, x) => run(ctx, x, 'normalize'),
  generate: (ctx, z) => run(ctx, z, 'generate'),
  transforms: () => 'all',
  cost(site) {
    const { cost } = conditionerOf(site)
    const own = transformerCost(transformerOf(site))
    return site.options.direction === 'masked'
      ? { normalize: together(cost, own.normalize), generate: together('one pass a dimension', own.generate) }
      : { normalize: together('one pass a dimension', own.normalize), generate: together(cost, own.generate) }
  },
  docs: {
    summary: 'Transforms each dimension by a monotone map that a network computes from the dimensions before it.',
    latex: 'z_i = \\tau\\big(x_i;\\, \\theta_i(x_{<i})\\big)',
    source: 'Papamakarios, Pavlakou & Murray 2017, Masked Autoregressive Flow for Density Estimation, §3; '
      + 'Kingma et al. 2016, Improving Variational Inference with Inverse Autoregressive Flow, §3',
  },
  editor: { title: 'Autoregressive', group: 'autoregressive', icon: 'chain' },
  laws: {
    cases: [
      { name: 'affine, masked', event: [3], options: small('affine') },
      { name: 'affine, inverse, context', event: [2], contextSize: 2, options: small('affine', { direction: 'inverse' }) },
      { name: 'affine, several blocks, random order', event: [9], options: small('affine', { order: 'random', seed: 3 }) },
      { name: 'additive, inverse, residual', event: [2, 1, 2], options: small('additive', { direction: 'inverse', conditioner: residual }) },
      { name: 'spline, explicit order', event: [3], options: small('rational-quadratic', { order: 'explicit', explicit: [1, 2, 0] }) },
      { name: 'recurrent, context', event: [3], contextSize: 1, options: small('affine', { ...gru, order: 'reversed' }) },
      { name: 'monotone network, inverse', event: [2], options: small('deep-sigmoidal', { direction: 'inverse' }) },
      { name: 'recurrent, inverse', event: [2], options: small('affine', { ...gru, direction: 'inverse' }) },
    ],
    domain: 'real',
  },
})
