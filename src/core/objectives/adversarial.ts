/**
 * Adversarial training: the flow generates, a discriminator D learns to tell data from samples, and the flow learns to
 * mislead it (Goodfellow et al. 2014, non-saturating form), with a penalty on D's gradient at the data
 * (Mescheder et al. 2018, R₁), which makes the training converge:
 *
 *   D: E[softplus(−D(x))] + E[softplus(D(G(z)))] + γ/2 E‖∇D(x)‖²      G: E[softplus(−D(G(z)))]
 *
 * Both are updated in one step, from one scalar: the discriminator's part sees the samples as constants, the flow's
 * part the discriminator. As the generator is a flow, its likelihood stays exact: that is what an evaluation gives
 * (Grover et al. 2018, Flow-GAN, §3), in nats; a mixed objective adds λ times −log p to the flow's part.
 */
import { type FlowInputs, generateFlow, partContext } from '../flow/apply.ts'
import { baseNoise } from '../flow/base.ts'
import { conditioners } from '../flow/conditioners/index.ts'
import { type OptionsOf, number, part } from '../flow/options.ts'
import { gradient } from '../ir/autodiff.ts'
import { mean } from '../ir/compositions.ts'
import type { Tensor } from '../ir/graph.ts'
import { add, div, mul, neg, reduceSum, reshape, softplus, square, stopGradient, sub } from '../ir/tensor.ts'
import { density } from '../programs/density.ts'
import { ones, zeros } from '../flow/parameters.ts'
import { OBJECTIVE_PATH, type ObjectiveContext, type ObjectiveSite, defineObjective } from './objective.ts'
import { fitMoments } from './variational/moments.ts'
import { type NetworkSite, applyNetwork, networkParameters } from './variational/networks.ts'

const fields = {
  discriminator: part({ label: 'Discriminator', default: 'mlp', parts: conditioners, help: 'The network that tells data from samples.' }),
  penalty: number({
    label: 'Gradient penalty', default: 1, minimum: 0, maximum: 1e6,
    help: 'γ, the weight of the squared gradient of the discriminator at the data; 0 leaves it out.',
  }),
  likelihood: number({
    label: 'Likelihood', default: 0, minimum: 0, maximum: 1e6,
    help: 'λ, the weight of −log p of the data beside the adversarial loss; 0 is purely adversarial.',
  }),
} as const
type Options = OptionsOf<typeof fields>
type Site = ObjectiveSite<Options>
type Context = ObjectiveContext<Options>

const network = ({ flow, options, contextSize }: Site): NetworkSite =>
  ({ name: 'discriminator', choice: options.discriminator, inputs: flow.size, outputs: 1, contextSize })

/** D(x), [N]: the logit of x being data. With `frozen`, its parameters count as constants. */
function discriminate(ctx: Context, x: Tensor, frozen: boolean): Tensor {
  const { inputs, flow } = ctx
  const own = (name: string): Tensor => inputs.parameter(`${OBJECTIVE_PATH}.${name}`)
  const seen: FlowInputs = frozen ? { ...inputs, parameter: (path) => stopGradient(inputs.parameter(path)) } : inputs
  const flat = reshape(x, [inputs.batch, flow.size])
  const scaled = div(sub(flat, own('dataMean')), own('dataScale'))
  return reshape(applyNetwork(network(ctx), seen, scaled), [inputs.batch])
}

const average = (values: Tensor): Tensor => mean(values, [0])

function given(x: Tensor | undefined): Tensor {
  if (x === undefined) throw new Error('adversarial: takes a batch of data')
  return x
}

/** ½ E‖∇D(x)‖², the gradient in the data's standardised units, so that γ means the same for all data. */
function gradientPenalty(ctx: Context, x: Tensor): Tensor {
  const point = reshape(x, [ctx.inputs.batch, ctx.flow.size])
  const [slope] = gradient(reduceSum(discriminate(ctx, point, false), [0]), [point]) as [Tensor]
  const scaled = mul(slope, ctx.inputs.parameter(`${OBJECTIVE_PATH}.dataScale`))
  return mul(average(reduceSum(square(scaled), [1])), 0.5)
}

export const adversarial = defineObjective({
  kind: 'adversarial',
  title: 'Adversarial (GAN)',
  options: fields,
  takesData: true,
  takesTarget: false,
  likelihood: 'exact',
  parameters: (site) => [
    ...networkParameters(network(site), true),
    { name: 'dataMean', shape: [site.flow.size], initial: zeros, role: 'buffer' },
    { name: 'dataScale', shape: [site.flow.size], initial: ones, role: 'buffer' },
  ],
  noise({ flow }, purpose) {
    if (purpose === 'evaluation') return []
    const { shape, distribution } = baseNoise(flow.base)
    return [{ name: 'latent', shape, distribution }]
  },
  fit: ({ flow }, rows) => fitMoments(rows, flow.size),
  loss(ctx, batch) {
    const x = given(batch)
    const { flow, inputs, options } = ctx
    const one = inputs.graph.constant(1)
    const z = flow.base.definition.sample(partContext(inputs, 'base'), flow.base.site, inputs.noise(`${OBJECTIVE_PATH}.latent`), one)
    const made = generateFlow(flow, inputs, z)
    const discriminator = add(
      average(softplus(neg(discriminate(ctx, x, false)))),
      average(softplus(discriminate(ctx, stopGradient(made.out), false))),
    )
    const generator = average(softplus(neg(discriminate(ctx, made.out, true))))
    const parts = [discriminator, generator]
    if (options.penalty > 0) parts.push(mul(gradientPenalty(ctx, x), options.penalty))
    if (options.likelihood === 0) return { loss: parts.reduce((sum, value) => add(sum, value)), buffers: made.buffers }
    const { logProb, buffers } = density(flow, inputs, x)
    parts.push(mul(average(logProb), -options.likelihood))
    return { loss: parts.reduce((sum, value) => add(sum, value)), buffers }
  },
  evaluate({ flow, inputs }, x) {
    const { logProb, out } = density(flow, inputs, given(x))
    return { logProb, z: out }
  },
  docs: {
    summary: 'Trains the flow as a generator against a discriminator; its likelihood stays exact.',
    latex: '\\min_G \\max_D\\; \\mathbb E_x[\\log D(x)] + \\mathbb E_z[\\log(1 - D(G(z)))]',
    source: 'Goodfellow et al. 2014, Generative Adversarial Nets; Grover, Dhar & Ermon 2018, Flow-GAN',
  },
})
