/**
 * Variational autoencoder with a flow posterior. The design is the flow of q(u | x): its event is the latent space, and
 * its context are features that an encoder computes from x, so that a base with a mean and a scale from the context and
 * no layers give the standard variational autoencoder. The prior of u is standard normal; a decoder gives p(x | u).
 *
 *   ELBO(x) = E_q [log p(x | u) + β (log p(u) − log q(u | x))], u = T(z), log q(u | x) = log base(z) − log|det ∂u/∂z|
 *
 * in nats of the data's own units; β = 1 but in the warm-up. Each bound is at most log p(x).
 * Sources: Kingma & Welling 2014, eq. 3; Rezende & Mohamed 2015, eq. 15; Burda et al. 2016, eq. 8 for several samples.
 */
import { generateFlow, partContext } from '../../flow/apply.ts'
import { baseNoise } from '../../flow/base.ts'
import { conditioners } from '../../flow/conditioners/index.ts'
import { type OptionsOf, integer, part } from '../../flow/options.ts'
import { mean, sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, mul, neg, reshape, square, sub } from '../../ir/tensor.ts'
import { warning } from '../../issues.ts'
import { OBJECTIVE_PATH, type ObjectiveContext, type ObjectiveSite, defineObjective } from '../objective.ts'
import { fitMoments } from './moments.ts'
import { type Likelihood, likelihoods } from './likelihood.ts'
import { type NetworkSite, applyNetwork, networkParameters } from './networks.ts'
import { klWeight, variationalFields } from './options.ts'
import { type SampleWeights, overSamples } from './samples.ts'

const fields = {
  ...variationalFields,
  features: integer({
    label: 'Features', default: 32, minimum: 1, maximum: 4096,
    help: 'Numbers that the encoder gives to the posterior as its context.',
  }),
  decoder: part({ label: 'Decoder', default: 'mlp', parts: conditioners, help: 'The network from the latents to the data.' }),
} as const
type Options = OptionsOf<typeof fields>
type Site = ObjectiveSite<Options>
type Context = ObjectiveContext<Options>

const encoder = ({ options, contextSize }: Site): NetworkSite =>
  ({ name: 'encoder', choice: options.encoder, inputs: options.dimensions, outputs: options.features, contextSize })
const decoder = ({ flow, options, contextSize }: Site): NetworkSite =>
  ({ name: 'decoder', choice: options.decoder, inputs: flow.size, outputs: options.dimensions, contextSize })
const likelihoodOf = ({ options }: Site): Likelihood => likelihoods[options.likelihood]
const own = ({ inputs }: Context) => (name: string): Tensor => inputs.parameter(`${OBJECTIVE_PATH}.${name}`)

/** log N(u; 0, I), [N, D] → [N]. */
function standardNormal(u: Tensor): Tensor {
  return add(mul(sumEvent(square(u)), -0.5), -0.5 * (u.shape[1] as number) * Math.log(2 * Math.PI))
}

function weights(ctx: Context, x: Tensor, noise: Tensor, beta: Tensor | number): SampleWeights {
  const { flow, options, inputs } = ctx
  const likelihood = likelihoodOf(ctx)
  const observed = likelihood.observed(reshape(x, [inputs.batch, options.dimensions]), options)
  const features = applyNetwork(encoder(ctx), inputs, likelihood.encoded(observed, own(ctx)))
  const values = new Map([['observed', observed], ['features', features], ...(typeof beta === 'number' ? [] : [['beta', beta] as const])])
  return overSamples({ inputs, values, noise }, ['reconstruction', 'divergence'], (inner) => {
    const conditional = { ...inner.inputs, context: inner.value('features') }
    const base = partContext(conditional, 'base')
    const one = inner.inputs.graph.constant(1)
    const z = flow.base.definition.sample(base, flow.base.site, inner.noise, one)
    const { out, logDet } = generateFlow(flow, conditional, z)
    const u = reshape(out, [inputs.batch, flow.size])
    const logPosterior = sub(flow.base.definition.logProb(base, flow.base.site, z), logDet)
    const divergence = sub(logPosterior, standardNormal(u))
    const parameter = (name: string): Tensor => inner.inputs.parameter(`${OBJECTIVE_PATH}.${name}`)
    const reconstruction = likelihood.logProb(inner.value('observed'), applyNetwork(decoder(ctx), inner.inputs, u), parameter)
    const weighted = typeof beta === 'number' ? divergence : mul(divergence, inner.value('beta'))
    return { logWeight: sub(reconstruction, weighted), terms: new Map([['reconstruction', reconstruction], ['divergence', divergence]]) }
  })
}

function given(x: Tensor | undefined): Tensor {
  if (x === undefined) throw new Error('elbo: takes a batch of data')
  return x
}

export const autoencoder = defineObjective({
  kind: 'elbo',
  title: 'Variational autoencoder (ELBO)',
  options: fields,
  takesData: true,
  takesTarget: false,
  likelihood: 'bound',
  flowContext: ({ features }) => features,
  dataEvent: ({ dimensions }) => [dimensions],
  integers: ({ likelihood }) => (likelihood === 'bernoulli' ? 'discrete' : 'refused'),
  check({ flow }) {
    const conditional = flow.base.definition.parameters(flow.base.site)
      .some(({ shape }) => shape.includes(flow.contextSize)) || flow.layers.some(({ definition, site }) =>
      definition.parameters(site).length > definition.parameters({ ...site, contextSize: 0 }).length)
    return conditional ? [] : [warning('posterior-ignores-data', 'neither the base nor a layer takes the encoder’s features: the posterior is the same for all data', {
      at: 'design.base', fix: 'take the base "class-gaussian", whose mean and scale follow the features',
    })]
  },
  parameters: (site) => [
    ...networkParameters(encoder(site), true), ...networkParameters(decoder(site), true),
    ...likelihoodOf(site).parameters(site.options.dimensions),
  ],
  noise({ flow, options }, purpose) {
    const { shape: [each], distribution } = baseNoise(flow.base)
    const samples = purpose === 'training' ? options.trainingSamples : options.samples
    return [{ name: 'posterior', shape: [samples, each], distribution }]
  },
  scalarNames: ['beta'],
  scalars: ({ warmup }, step, steps) => [klWeight(warmup, step, steps)],
  fit: ({ options }, rows) => (options.likelihood === 'gaussian' ? fitMoments(rows, options.dimensions) : {}),
  loss(ctx, x) {
    const noise = ctx.inputs.noise(`${OBJECTIVE_PATH}.posterior`)
    const { logMeanWeight } = weights(ctx, given(x), noise, ctx.scalar('beta'))
    return { loss: neg(mean(logMeanWeight, [0])), buffers: new Map() }
  },
  evaluate(ctx, x) {
    const noise = ctx.inputs.noise(`${OBJECTIVE_PATH}.posterior`)
    const { logMeanWeight, means } = weights(ctx, given(x), noise, 1)
    const [reconstruction, divergence] = [means.get('reconstruction') as Tensor, means.get('divergence') as Tensor]
    return { logProb: logMeanWeight, figures: { elbo: sub(reconstruction, divergence), reconstruction, divergence } }
  },
  generator: {
    prior: 'standard',
    decode(ctx, u) {
      const raw = applyNetwork(decoder(ctx), ctx.inputs, u)
      return likelihoodOf(ctx).mean(raw, own(ctx))
    },
    seen: ({ likelihood, threshold }) => (likelihood === 'bernoulli' ? (value) => (value > threshold ? 1 : 0) : undefined),
    noise: (site) => ({ name: 'observation', shape: [site.options.dimensions], distribution: likelihoodOf(site).noise }),
    draw: (ctx, decoded, noise) => likelihoodOf(ctx).draw(decoded, noise, own(ctx)),
  },
  docs: {
    summary: 'Trains an encoder, the flow as posterior of the latents, and a decoder, by the evidence lower bound.',
    latex: '\\mathcal L(x) = \\mathbb E_{q(u \\mid x)}\\big[\\log p(x \\mid u) + \\log p(u) - \\log q(u \\mid x)\\big]',
    source: 'Kingma & Welling 2014, Auto-Encoding Variational Bayes; Rezende & Mohamed 2015, Variational Inference with Normalizing Flows',
  },
})
