/**
 * Reverse Kullback–Leibler divergence to a density p = p̃/Z that is known up to its constant: with x = generate(z),
 *   KL(q ‖ p) = E_z[log q(x) − log p̃(x)] + log Z,   log q(x) = log base(z) − log|det ∂x/∂z|,
 * so the loss is −ELBO in nats, and the ELBO is a lower bound on log Z. No data come in: z is drawn from the base.
 *
 * Annealing: log p̃ is multiplied by β, which rises from `annealFrom` to 1 over the first part of the steps, so that a
 * flow finds all modes before it fits them (Rezende & Mohamed 2015, eq. 20). In a box the flattest density is uniform. On
 * ℝᴰ there is none: p̃^β of a Gaussian is β^(−1/2) times as wide, at β = 0.01 ten times, and a flow that follows leaves the
 * range in which its splines can bend and hardly finds back. There β is at least OPEN, at which it is less than twice as wide.
 *
 * The gradient runs through x and through q's own parameters (`total`), or through x alone (`path`): the rest has mean
 * zero, and leaving it out leaves no noise at all where q = p. It takes a pass of both directions.
 * Sources: Papamakarios et al. 2021, Normalizing flows, §2.3.2; Roeder, Wu & Duvenaud 2017, Sticking the landing.
 */
import { mean } from '../ir/compositions.ts'
import type { Tensor } from '../ir/graph.ts'
import { maximum, mul, reshape, stopGradient, sub } from '../ir/tensor.ts'
import { type FlowInputs, type FlowStep, generateFlow } from '../flow/apply.ts'
import { baseNoise } from '../flow/base.ts'
import type { Flow } from '../flow/flow.ts'
import { choice, number } from '../flow/options.ts'
import { type Issue, error, warning } from '../issues.ts'
import { density } from '../programs/density.ts'
import { baseContext } from '../programs/program.ts'
import type { Target } from '../targets/target.ts'
import { OBJECTIVE_PATH, type ObjectiveSite, defineObjective } from './objective.ts'

/** Smallest factor on log p̃ where nothing bounds the target. */
const OPEN = 0.3

/** Name of the noise from which z is drawn. */
const DRAW = 'draw'

export interface Draw {
  /** [N, ...event] */
  readonly x: Tensor
  /** log q(x), [N], nats. */
  readonly logProb: Tensor
  readonly buffers: ReadonlyMap<string, Tensor>
  /** In the generating order. */
  readonly steps: readonly FlowStep[]
}

/** x = generate(z) for the objective's own noise, and its log-density. */
export function drawFlow(flow: Flow, inputs: FlowInputs): Draw {
  const { definition, site } = flow.base
  const ctx = baseContext(inputs)
  const z = definition.sample(ctx, site, inputs.noise(`${OBJECTIVE_PATH}.${DRAW}`), inputs.graph.constant(1, []))
  const { out, logDet, buffers, steps } = generateFlow(flow, inputs, z)
  return { x: out, logProb: sub(definition.logProb(ctx, site, z), logDet), buffers, steps }
}

/** log p̃(x), [N], nats. */
export function targetDensity(target: Target | undefined, flow: Flow, x: Tensor): Tensor {
  if (target === undefined) throw new Error('reverse-kl: was built without its target')
  return target.logDensity(reshape(x, [x.shape[0] ?? 'N', flow.size]))
}

/** Parameters that nothing flows back to. */
const frozen = (inputs: FlowInputs): FlowInputs => ({ ...inputs, parameter: (path) => stopGradient(inputs.parameter(path)) })

function checkTarget(flow: Flow, target: Target | undefined): readonly Issue[] {
  if (target === undefined || target.dimension === flow.size) return []
  return [error('target-dimension', `the target has ${target.dimension} dimensions, the design has ${flow.size}`, { at: `target ${target.source}` })]
}

function check({ flow, target, contextSize }: Pick<ObjectiveSite<unknown>, 'flow' | 'target' | 'contextSize'>): readonly Issue[] {
  const noisy = flow.layers.filter(({ definition, site }) => (definition.noise?.(site) ?? []).length > 0)
  const weighted = flow.base.definition.centres === 'many'
  return [
    ...checkTarget(flow, target),
    ...(contextSize === 0 ? [] : [error('reverse-kl-context', 'a target density takes no context columns', {
      at: 'training.objective', fix: 'leave out --context',
    })]),
    ...noisy.filter(({ definition }) => definition.kind === 'dequantize').map(({ at, id }) => error(
      'reverse-kl-dequantize', 'a target density is continuous: nothing is to be dequantized', { at: `${at} (dequantize '${id}')`, fix: 'take the layer out' })),
    ...(weighted ? [warning('reverse-kl-weights', 'no gradient flows through the choice of a component: the weights of the base are not learned by reverse KL', {
      at: 'base', fix: 'use a Gaussian or logistic base, and let the layers make the modes',
    })] : []),
  ]
}

export const reverseKl = defineObjective({
  kind: 'reverse-kl',
  title: 'Reverse KL to a target',
  options: {
    annealFrom: number({
      label: 'Anneal from', default: 0.01, minimum: 0, maximum: 1, help: 'Factor on log p̃ at the first step; it rises to 1. Of a target without a box it is 0.3 at least: a flatter one spreads too far.',
    }),
    annealFraction: number({
      label: 'Annealed part', default: 0.2, minimum: 0, maximum: 1, help: 'Part of the steps over which the factor rises; 0 does not anneal.',
    }),
    gradient: choice({
      label: 'Gradient', default: 'total', choices: { total: 'Total', path: 'Path only' },
      help: 'Path only leaves out a part of mean zero: less noise near the end, at the cost of a pass in the other direction.',
    }),
  },
  takesData: false,
  takesTarget: true,
  likelihood: 'exact',
  check,
  noise: ({ flow }) => [{ name: DRAW, ...baseNoise(flow.base) }],
  scalarNames: ['temperature'],
  scalars({ annealFrom, annealFraction }, step, steps) {
    const last = annealFraction * steps
    return [last < 1 ? 1 : Math.min(1, annealFrom + ((1 - annealFrom) * step) / last)]
  },
  loss({ flow, options, target, inputs, scalar }) {
    const { x, logProb, buffers } = drawFlow(flow, inputs)
    const own = options.gradient === 'path' ? density(flow, frozen(inputs), x).logProb : logProb
    const beta = reshape(scalar('temperature'), [])
    const other = mul(targetDensity(target, flow, x), target?.box === undefined ? maximum(beta, OPEN) : beta)
    return { loss: mean(sub(own, other), [0]), buffers }
  },
  evaluate({ flow, target, inputs }) {
    const { x, logProb } = drawFlow(flow, inputs)
    return { logProb: sub(targetDensity(target, flow, x), logProb) }
  },
  docs: {
    summary: 'Fits a flow to a density that is known up to its constant, without data: variational inference.',
    latex: '\\mathcal L = \\mathbb E_{z}\\left[\\log q(x) - \\beta \\log \\tilde p(x)\\right],\\ x = g(z)',
    source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, eq. 15 and 20',
  },
})
