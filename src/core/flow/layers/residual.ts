/**
 * Residual flow: z = x + g(x) with a contractive network g (or, the other way round, x = z + g(z)). Its inverse is the
 * fixed point of x ← z − g(x), which Banach's iteration finds: c being the Lipschitz constant of g, each round shrinks
 * the error by c at least.
 * logDet = log det(1 + ∂g/∂x), exactly (../residual/exact-log-det.ts) or, in training, by an unbiased estimate
 * (../residual/power-series.ts), which an evaluation takes only for events that are too large for the exact one.
 * Events are flattened for the network.
 * Sources: Behrmann et al. 2019, Invertible Residual Networks; Chen et al. 2019, Residual Flows for Invertible
 * Generative Modeling.
 */
import { accept, error, reject } from '../../issues.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, broadcastTo, neg, reshape, sub } from '../../ir/tensor.ts'
import { key, uniforms } from '../../random.ts'
import { type LayerContext, type LayerOutput, type LayerSite, type NoiseSpec, defineLayer, eventSize } from '../layer.ts'
import { type OptionsOf, choice, integer, number } from '../options.ts'
import { exactLogDet } from '../residual/exact-log-det.ts'
import { type LipschitzActivation, lipschitzTitles } from '../residual/lipschitz-activations.ts'
import {
  type Network, type NetworkShape, type Passed, apply, network, networkOf, networkParameters, tensorsOf,
} from '../residual/network.ts'
import { type Series, estimatedLogDet, sharedDraw, signs } from '../residual/power-series.ts'
import { fixedPoint } from '../solvers/fixed-point.ts'

/** Up to so many dimensions the exact log-determinant is the default, and costs less than the series. */
const FEW = 8
/** The largest D of which the exact log-determinant is taken: D² numbers for each example. */
const MOST_EXACT = 32
/** Terms of the series where no draw ends it: sampling programs take no noise. */
const FIXED_TERMS = 64

const options = {
  width: integer({ label: 'Width', default: 64, minimum: 1, maximum: 4096, help: 'Units of each hidden layer of g.' }),
  depth: integer({ label: 'Depth', default: 2, minimum: 1, maximum: 16, help: 'Number of hidden layers of g.' }),
  activation: choice<LipschitzActivation>({
    label: 'Activation', default: 'sine', choices: lipschitzTitles,
    help: 'Non-linearity of g, with a learned sharpness for each unit. Its slope never exceeds 1.',
  }),
  lipschitz: number({
    label: 'Lipschitz constant', default: 0.97, minimum: 0.05, maximum: 0.999,
    help: 'Bound of the slope of g, below 1: nearer to 1 says more, and its inverse takes more rounds.',
  }),
  direction: choice({
    label: 'Formula', default: 'normalize', choices: { normalize: 'Normalizing: x to z', generate: 'Generating: z to x' },
    help: 'The direction of one pass; the other one iterates. Training by likelihood wants the first, sampling the second.',
  }),
  logDet: choice({
    label: 'Log-determinant', default: 'automatic',
    choices: { automatic: 'Automatic', exact: 'Exact', 'power-series': 'Power series' },
    help: `In training: exact, which takes D passes, or an unbiased estimate; automatic is exact up to ${FEW} dimensions.`,
  }),
  terms: integer({
    label: 'Terms', default: 8, minimum: 1, maximum: 100, help: 'Terms of the power series that are always taken.',
  }),
  continuation: number({
    label: 'Continuation', default: 0.8, minimum: 0.1, maximum: 0.99,
    help: 'Probability that one more term is taken, and another one after it. More terms, less variance.',
  }),
  rounds: integer({
    label: 'Rounds', default: 1000, minimum: 1, maximum: 100_000, help: 'Most rounds of the iteration of the inverse.',
  }),
}
type Site = LayerSite<OptionsOf<typeof options>>
type Context = LayerContext<OptionsOf<typeof options>>

function shapeOf({ event, contextSize, options: { width, depth, activation, lipschitz } }: Site): NetworkShape {
  return { size: eventSize(event), contextSize, width, depth, activation, lipschitz }
}

/** Whether a step of training, or an evaluation, estimates the log-determinant. */
function estimates({ event, options: { logDet } }: Site, training: boolean): boolean {
  const size = eventSize(event)
  if (size > MOST_EXACT) return true
  return training && (logDet === 'power-series' || (logDet === 'automatic' && size > FEW))
}

function noises(site: Site): readonly NoiseSpec[] {
  if (!estimates(site, true)) return []
  const purpose = estimates(site, false) ? {} : { purpose: 'training' } as const
  return [
    { name: 'probe', shape: [eventSize(site.event)], distribution: 'uniform', ...purpose },
    { name: 'length', shape: [1], distribution: 'uniform', ...purpose },
  ]
}

/** The series with the noise of this program, or of fixed signs and length where a program has none. */
function seriesOf(ctx: Context, noisy: boolean): Series {
  const { terms, continuation } = ctx.options
  if (noisy) {
    const roulette = { draw: sharedDraw(ctx.noise('length')), continuation }
    return { probe: signs(ctx.noise('probe')), terms, roulette }
  }
  const size = eventSize(ctx.event)
  const row = uniforms(key(0), size).map((value) => (value < 0.5 ? -1 : 1))
  return { probe: broadcastTo(ctx.graph.constant(row, [size]), [ctx.batch, size]), terms: FIXED_TERMS }
}

/** log det(1 + ∂g/∂x), [N]. */
function logDetOf(ctx: Context, { weights }: Network, { slopes }: Passed, noisy: boolean): Tensor {
  return estimates(ctx, ctx.training)
    ? estimatedLogDet(weights, slopes, seriesOf(ctx, noisy))
    : exactLogDet(weights, slopes)
}

/** x → x + g(x). */
function forwards(ctx: Context, x: Tensor): LayerOutput {
  const g = network(ctx, shapeOf(ctx))
  const flat = reshape(x, [ctx.batch, eventSize(ctx.event)])
  const passed = apply(g, flat)
  const noisy = ctx.training || ctx.options.direction === 'normalize'
  return { out: reshape(add(flat, passed.out), [ctx.batch, ...ctx.event]), logDet: logDetOf(ctx, g, passed, noisy) }
}

/** y → x with x + g(x) = y. */
function backwards(ctx: Context, y: Tensor): LayerOutput {
  const g = network(ctx, shapeOf(ctx))
  const flat = reshape(y, [ctx.batch, eventSize(ctx.event)])
  const { point, residual } = fixedPoint({
    f: (x, [target, ...tensors]) => sub(target as Tensor, apply(networkOf(g.activation, tensors), x).out),
    start: flat, captured: [flat, ...tensorsOf(g)], rounds: ctx.options.rounds,
  })
  const noisy = ctx.training || ctx.options.direction === 'generate'
  return {
    out: reshape(point, [ctx.batch, ...ctx.event]), logDet: neg(logDetOf(ctx, g, apply(g, point), noisy)), residual,
  }
}

/** Small and smooth, and contracting fast, so that the laws need few rounds. */
const small = { width: 4, lipschitz: 0.7 }

export default defineLayer({
  kind: 'residual',
  version: 1,
  options,
  infer({ event, options: { logDet } }) {
    const size = eventSize(event)
    if (logDet !== 'exact' || size <= MOST_EXACT) return accept({ event })
    return reject(error('residual-size', `expected at most ${MOST_EXACT} dimensions for the exact log-determinant, got ${size}`, {
      at: 'logDet', fix: 'set it to "power-series", or to "automatic"',
    }))
  },
  parameters: (site) => networkParameters(shapeOf(site)),
  noise: noises,
  normalize: (ctx, x) => (ctx.options.direction === 'normalize' ? forwards(ctx, x) : backwards(ctx, x)),
  generate: (ctx, z) => (ctx.options.direction === 'generate' ? forwards(ctx, z) : backwards(ctx, z)),
  transforms: () => 'all',
  cost: ({ options: { direction } }) => (direction === 'normalize'
    ? { normalize: 'one pass', generate: 'iterative' }
    : { normalize: 'iterative', generate: 'one pass' }),
  docs: {
    summary: 'Adds a network that is contractive by construction, and inverts the sum by iteration.',
    latex: 'z = x + g(x),\\quad \\operatorname{Lip}(g) < 1',
    source: 'Chen, Behrmann, Duvenaud & Jacobsen 2019, Residual Flows for Invertible Generative Modeling',
  },
  editor: { title: 'Residual', group: 'residual', icon: 'residual' },
  laws: {
    cases: [
      { name: 'LipSwish', event: [2], options: { ...small, activation: 'lipswish' } },
      { name: 'softplus, one hidden layer, context', event: [3], contextSize: 2, options: { ...small, depth: 1, activation: 'softplus' } },
      { name: 'tanh, generating, nearly 1', event: [2], options: { ...small, lipschitz: 0.95, activation: 'tanh', direction: 'generate' } },
      { name: 'sine, more units than dimensions and fewer', event: [5], options: { ...small, depth: 3 } },
      { name: 'image', event: [1, 2, 2], options: small },
    ],
    domain: 'real',
  },
})
