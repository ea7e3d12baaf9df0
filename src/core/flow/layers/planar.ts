/**
 * Planar flow: moves space along one direction, as far as a wave across another one says,
 *   f(z) = z + û h(wᵀz + b),   û = u + (m(wᵀu) − wᵀu) w/|w|²,
 * with m so that 1 + p h′ > 0 for p = wᵀû (see ../residual-activations.ts): f is invertible whatever w, u and b are.
 * log|det ∂f/∂z| = log(1 + p h′(wᵀz + b)).
 * The inverse is one scalar equation: c = wᵀz + b solves c + p h(c) = wᵀf(z) + b, by a bracketed root with gradients by
 * the implicit function theorem; then z = f(z) − û h(c).
 * Shapes: w, u [D] and b scalar, or [N, D] and [N] with a context. Images are flattened. u = 0, the identity, at first.
 * Source: Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, §4.1, eq. 10–13, and appendix A.1.
 */
import { accept } from '../../issues.ts'
import type { Tensor } from '../../ir/graph.ts'
import type { Dim } from '../../ir/shape.ts'
import { add, div, log, matmul, maximum, mul, neg, reduceSum, reshape, sub } from '../../ir/tensor.ts'
import { amortised, amortisedSpecs } from '../amortised.ts'
import { type Directed, directed, directionOption } from '../directions.ts'
import { type LayerContext, type LayerCost, type LayerOutput, defineLayer, eventSize } from '../layer.ts'
import { normal, zeros } from '../parameters.ts'
import {
  type Nonlinearity, type ResidualActivation, admissible, nonlinearities, nonlinearityOption,
} from '../residual-activations.ts'
import { residualRoot } from '../residual-root.ts'

interface Options extends Directed { readonly nonlinearity: ResidualActivation }
type Context = LayerContext<Options>

/** Square of the length of a w that is none. */
const NO_LENGTH = 1e-12

interface Planar {
  readonly h: Nonlinearity
  /** û, [D] or [N, D]. */
  readonly direction: Tensor
  /** p = wᵀû, [] or [N]. */
  readonly product: Tensor
  /** wᵀpoint + b, [N]. */
  readonly across: Tensor
}

/** Scalar products over the last axis: of two vectors, or of [N, D] with a vector or with vectors of their own. */
function dot(a: Tensor, b: Tensor): Tensor {
  if (a.shape.length === 1 || b.shape.length === 2) return reduceSum(mul(a, b), [a.shape.length - 1])
  const [batch, size] = a.shape as readonly [Dim, number]
  return reshape(matmul(a, reshape(b, [size, 1])), [batch])
}

function planar(ctx: Context, point: Tensor): Planar {
  const h = nonlinearities[ctx.options.nonlinearity]
  const [w, u, b] = [amortised(ctx, 'weight'), amortised(ctx, 'direction'), amortised(ctx, 'bias')]
  const free = dot(w, u)
  const product = admissible(free, h)
  const correction = div(sub(product, free), maximum(dot(w, w), NO_LENGTH))
  const direction = add(u, mul(w, reshape(correction, [...correction.shape, 1])))
  return { h, direction, product, across: add(dot(point, w), b) }
}

/** û times a number for each example, [N, D]. */
const moved = (direction: Tensor, by: Tensor): Tensor => mul(reshape(by, [...by.shape, 1]), direction)

const logDetAt = ({ h, product }: Planar, c: Tensor): Tensor => log(add(1, mul(product, h.slope(c))))

function forward(ctx: Context, z: Tensor): LayerOutput {
  const flow = planar(ctx, z)
  return { out: add(z, moved(flow.direction, flow.h.value(flow.across))), logDet: logDetAt(flow, flow.across) }
}

function backward(ctx: Context, y: Tensor): LayerOutput {
  const flow = planar(ctx, y)
  const { root, residual } = residualRoot(flow.h, flow.product, flow.across)
  return { out: sub(y, moved(flow.direction, flow.h.value(root))), logDet: neg(logDetAt(flow, root)), residual }
}

function cost({ options: { direction, nonlinearity } }: { readonly options: Options }): LayerCost {
  const inverse = nonlinearities[nonlinearity].solve === undefined ? 'iterative' : 'one pass'
  return direction === 'normalizing'
    ? { normalize: 'one pass', generate: inverse }
    : { normalize: inverse, generate: 'one pass' }
}

export default defineLayer({
  kind: 'planar',
  version: 1,
  options: {
    nonlinearity: nonlinearityOption,
    direction: directionOption('The other one solves a scalar equation for each example; it can be trained through.'),
  },
  infer: ({ event }) => accept({ event }),
  parameters: ({ event, contextSize }) => amortisedSpecs([
    { name: 'weight', shape: [eventSize(event)], initial: normal(1), role: 'parameter' },
    { name: 'direction', shape: [eventSize(event)], initial: zeros, role: 'parameter' },
    { name: 'bias', shape: [], initial: normal(1), role: 'parameter' },
  ], contextSize),
  ...directed(forward, backward),
  transforms: () => 'all',
  cost,
  docs: {
    summary: 'Moves points along one direction by a non-linear function of their place along another one.',
    latex: 'f(z) = z + u\\, h(w^\\top z + b),\\quad 1 + h\'\\, u^\\top w > 0',
    source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, §4.1',
  },
  editor: { title: 'Planar', group: 'residual', icon: 'planar' },
  laws: {
    cases: [
      { name: 'tanh, normalizing', event: [3] },
      { name: 'tanh, generating, context', event: [2], contextSize: 2, options: { direction: 'generating' } },
      { name: 'sigmoid, image', event: [1, 2, 2], options: { nonlinearity: 'sigmoid' } },
      { name: 'softplus, generating', event: [3], options: { nonlinearity: 'softplus', direction: 'generating' } },
      { name: 'sine', event: [2], options: { nonlinearity: 'sine' } },
      { name: 'leaky ReLU', event: [2], options: { nonlinearity: 'leaky-relu' } },
    ],
    domain: 'real',
  },
})
