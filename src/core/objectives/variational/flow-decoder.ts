/**
 * Variational autoencoder whose decoder is the flow: x = T(u) + σ ε with u from the flow's base, and a Gaussian
 * posterior q(u | x) from an encoder. It trains the same generator as maximum likelihood and adversarial training do,
 * which makes the three comparable; the flow's own density of x (σ → 0) stays exact.
 *
 *   ELBO(x) = E_q [log N(x; T(u), σ²) + β (log base(u) − log q(u | x))], in nats of the data's own units.
 *
 * Source: Kingma & Welling 2014, eq. 3; Burda et al. 2016, eq. 8 for several samples.
 */
import { generateFlow, partContext } from '../../flow/apply.ts'
import { bounded } from '../../flow/bounded.ts'
import type { OptionsOf } from '../../flow/options.ts'
import { mean, sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, exp, mul, neg, reshape, slice, square, sub } from '../../ir/tensor.ts'
import { error } from '../../issues.ts'
import { OBJECTIVE_PATH, type ObjectiveContext, type ObjectiveSite, defineObjective } from '../objective.ts'
import { likelihoods } from './likelihood.ts'
import { fitMoments } from './moments.ts'
import { type NetworkSite, applyNetwork, networkParameters } from './networks.ts'
import { klWeight, variationalFields } from './options.ts'
import { type SampleWeights, overSamples } from './samples.ts'

const { encoder: encoderField, warmup, trainingSamples, samples } = variationalFields
const fields = { encoder: encoderField, warmup, trainingSamples, samples } as const
type Options = OptionsOf<typeof fields>
type Site = ObjectiveSite<Options>
type Context = ObjectiveContext<Options>

/** The posterior's deviations are within e^±7. */
const LOG_SCALE_BOUND = 7

const encoder = ({ flow, options, contextSize }: Site): NetworkSite =>
  ({ name: 'encoder', choice: options.encoder, inputs: flow.size, outputs: 2 * flow.size, contextSize })
const { gaussian } = likelihoods

const own = ({ inputs }: Pick<Context, 'inputs'>) => (name: string): Tensor => inputs.parameter(`${OBJECTIVE_PATH}.${name}`)

/** The flow's mean of x, in the units of the data; the likelihood's own units are standardised. */
function logLikelihood(x: Tensor, decoded: Tensor, parameter: (name: string) => Tensor): Tensor {
  return gaussian.logProb(x, gaussian.encoded(decoded, parameter), parameter)
}

function weights(ctx: Context, x: Tensor, noise: Tensor, beta: Tensor | number): SampleWeights {
  const { flow, inputs } = ctx
  const { size } = flow
  const observed = reshape(x, [inputs.batch, size])
  const raw = applyNetwork(encoder(ctx), inputs, gaussian.encoded(observed, own(ctx)))
  const values = new Map([
    ['observed', observed], ['mean', slice(raw, 1, 0, size)], ['logScale', bounded(slice(raw, 1, size, 2 * size), LOG_SCALE_BOUND)],
    ...(typeof beta === 'number' ? [] : [['beta', beta] as const]),
  ])
  return overSamples({ inputs, values, noise }, ['reconstruction', 'divergence'], (inner) => {
    const logScale = inner.value('logScale')
    const u = add(inner.value('mean'), mul(exp(logScale), inner.noise))
    const logPosterior = sub(add(mul(sumEvent(square(inner.noise)), -0.5), -0.5 * size * Math.log(2 * Math.PI)), sumEvent(logScale))
    const logPrior = flow.base.definition.logProb(partContext(inner.inputs, 'base'), flow.base.site, u)
    const decoded = reshape(generateFlow(flow, inner.inputs, u).out, [inputs.batch, size])
    const reconstruction = logLikelihood(inner.value('observed'), decoded, own({ inputs: inner.inputs }))
    const divergence = sub(logPosterior, logPrior)
    const weighted = typeof beta === 'number' ? divergence : mul(divergence, inner.value('beta'))
    return { logWeight: sub(reconstruction, weighted), terms: new Map([['reconstruction', reconstruction], ['divergence', divergence]]) }
  })
}

function given(x: Tensor | undefined): Tensor {
  if (x === undefined) throw new Error('elbo-decoder: takes a batch of data')
  return x
}

export const flowDecoder = defineObjective({
  kind: 'elbo-decoder',
  title: 'ELBO with the flow as decoder',
  options: fields,
  takesData: true,
  takesTarget: false,
  likelihood: 'bound',
  check: ({ flow }) => (flow.base.definition.support === 'real' ? [] : [
    error('decoder-base', `the posterior of this objective is normal, the base '${flow.base.definition.kind}' lives on the unit interval`, {
      at: 'design.base', fix: 'take a base on all reals, such as "gaussian"',
    }),
  ]),
  parameters: (site) => [...networkParameters(encoder(site), false), ...gaussian.parameters(site.flow.size)],
  noise: ({ flow, options }, purpose) =>
    [{ name: 'posterior', shape: [purpose === 'training' ? options.trainingSamples : options.samples, flow.size], distribution: 'normal' }],
  scalarNames: ['beta'],
  scalars: (options, step, steps) => [klWeight(options.warmup, step, steps)],
  fit: ({ flow }, rows) => fitMoments(rows, flow.size),
  loss(ctx, x) {
    const { logMeanWeight } = weights(ctx, given(x), ctx.inputs.noise(`${OBJECTIVE_PATH}.posterior`), ctx.scalar('beta'))
    return { loss: neg(mean(logMeanWeight, [0])), buffers: new Map() }
  },
  evaluate(ctx, x) {
    const { logMeanWeight, means } = weights(ctx, given(x), ctx.inputs.noise(`${OBJECTIVE_PATH}.posterior`), 1)
    const [reconstruction, divergence] = [means.get('reconstruction') as Tensor, means.get('divergence') as Tensor]
    return { logProb: logMeanWeight, figures: { elbo: sub(reconstruction, divergence), reconstruction, divergence } }
  },
  generator: {
    prior: 'base',
    decode: ({ flow, inputs }, u) => generateFlow(flow, inputs, u).out,
    noise: ({ flow }) => ({ name: 'observation', shape: [...flow.event], distribution: 'normal' }),
    draw(ctx, decoded, noise) {
      const [batch, size] = [ctx.inputs.batch, ctx.flow.size]
      const drawn = gaussian.draw(reshape(decoded, [batch, size]), reshape(noise, [batch, size]), own(ctx))
      return reshape(drawn, decoded.shape)
    },
  },
  docs: {
    summary: 'Trains the flow as the decoder of a variational autoencoder with a Gaussian posterior.',
    latex: '\\mathcal L(x) = \\mathbb E_{q(u \\mid x)}\\big[\\log \\mathcal N(x; T(u), \\sigma^2) + \\log p(u) - \\log q(u \\mid x)\\big]',
    source: 'Kingma & Welling 2014, Auto-Encoding Variational Bayes',
  },
})
