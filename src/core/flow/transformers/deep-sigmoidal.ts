/**
 * Deep sigmoidal flow: a monotone network with positive weights. One layer of K units is
 *
 *   y = x + (1 − m) (g(x; θ) − g(x; θ₀)),  g = σ⁻¹(F),  F = Σ_k w_k σ(z_k),  z_k = a_k x + b_k,  a > 0, w ≥ 0, Σ w = 1
 *   dy/dx = 1 + (1 − m) (g′(x; θ) − g′(x; θ₀)),  g′ = Σ_k a_k w_k σ_k (1 − σ_k) / (F (1 − F))
 *
 * log a = c tanh(raw/c), b = β_k + raw, w = softmax(raw); θ₀ is θ for raw zeros: a = 1, w = 1/K and b = β_k, spread
 * evenly over ±½. So raw zeros are the identity exactly, and still no two units are alike: they learn different things.
 * The map increases because g′(x; θ₀) ≤ 1: F (1 − F) ≥ Σ w σ (1 − σ), the variance of the σ_k not being negative. Its
 * least slope is m = 0.001; in the tails it is m + (1 − m) a for the smallest a.
 * raw [N, 3KL, d]: for each of L layers, one through the other, K log-slopes, K offsets, K logits of the weights.
 *
 * All in logarithms, log w σ(z) = log w + z − softplus(z) and log w (1 − σ(z)) = log w − softplus(z), with shares of F
 * and of 1 − F, p_k = w_k σ_k/F and q_k = w_k (1 − σ_k)/(1 − F), that sum to 1 however far x lies:
 * g′ = Σ_k a_k p_k q_k / w_k. The inverse has no closed form: it is sought by bracketed Newton steps, through all layers at once.
 * Source: Huang, Krueger, Lacoste & Courville 2018, Neural Autoregressive Flows, §3, eq. 8; θ₀ and m are our own.
 */
import { full } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import type { Dim } from '../../ir/shape.ts'
import {
  add, concat, exp, log, mul, neg, reduceMax, reduceSum, reshape, slice, softplus, stopGradient, sub,
} from '../../ir/tensor.ts'
import { bounded } from '../bounded.ts'
import { integer, number } from '../options.ts'
import { bracketedRoot } from '../solvers/bracketed-root.ts'
import { type TransformerOutput, defineTransformer } from '../transformer.ts'
import { fromColumns, toColumns } from './columns.ts'

interface Options { readonly units: number; readonly layers: number; readonly bound: number }

/** Half of the range of the offsets β. */
const SPREAD = 0.5
/** m */
const LEAST_SLOPE = 1e-3

/** In columns: out and log-derivative, [1, M]. */
interface Moved { readonly out: Tensor; readonly log: Tensor }

/** log Σ eˣ over the units of x [2, K, M], and log of the share that each has of the sum. */
function shares(x: Tensor): { readonly total: Tensor; readonly parts: Tensor } {
  const top = stopGradient(reduceMax(x, [1], true))
  const shifted = sub(x, top)
  const sum = log(reduceSum(exp(shifted), [1], true))
  return { total: add(sum, top), parts: sub(shifted, sum) }
}

/** β_k, [K, 1] */
function offsetsOf(x: Tensor, units: number): Tensor {
  const values = Float64Array.from({ length: units }, (_, k) => SPREAD * (2 * k / (units - 1) - 1))
  return x.graph.constant(values, [units, 1])
}

/** One layer: x [1, M], raw [3K, M]. θ and θ₀ are two blocks of units, [2, K, M], that are computed together. */
function layer(x: Tensor, raw: Tensor, { units, bound }: Options): Moved {
  const points = x.shape[1] as Dim
  const part = (i: number): Tensor => slice(raw, 0, i * units, (i + 1) * units)
  const both = (learned: Tensor, fixed: Tensor): Tensor => reshape(concat([learned, fixed], 0), [2, units, points])
  const fixed = (value: number): Tensor => full(x.graph, value, [units, points])

  const slopes = bounded(part(0), bound)
  const logSlopes = both(slopes, fixed(0))
  const offsets = offsetsOf(x, units)
  const inputs = both(add(add(mul(exp(slopes), x), offsets), part(1)), add(x, offsets))
  const logits = both(part(2), fixed(0))
  const logWeights = shares(logits).parts
  const below = sub(logWeights, softplus(inputs))
  const [of, rest] = [shares(add(below, inputs)), shares(below)]
  const logit = sub(of.total, rest.total)
  const density = exp(sub(add(add(of.parts, rest.parts), logSlopes), logWeights))
  const difference = (values: Tensor): Tensor => {
    const rows = reshape(values, [2, points])
    return mul(sub(slice(rows, 0, 0, 1), slice(rows, 0, 1, 2)), 1 - LEAST_SLOPE)
  }
  return { out: add(x, difference(logit)), log: log(add(difference(reduceSum(density, [1])), 1)) }
}

/** All layers: x [1, M], raw [3KL, M]. */
function network(x: Tensor, raw: Tensor, options: Options): Moved {
  const rows = 3 * options.units
  let moved = layer(x, slice(raw, 0, 0, rows), options)
  for (let l = 1; l < options.layers; l++) {
    const next = layer(moved.out, slice(raw, 0, l * rows, (l + 1) * rows), options)
    moved = { out: next.out, log: add(moved.log, next.log) }
  }
  return moved
}

function normalize(x: Tensor, raw: Tensor, options: Options): TransformerOutput {
  const { out, log: logDerivative } = network(toColumns(x), toColumns(raw), options)
  return { out: fromColumns(out, x.shape), logDerivative: fromColumns(logDerivative, x.shape) }
}

function generate(z: Tensor, raw: Tensor, options: Options): TransformerOutput {
  const [target, columns] = [toColumns(z), toColumns(raw)]
  const { root, residual } = bracketedRoot({
    f: (x, [inner]) => network(x, inner as Tensor, options).out, target, captured: [columns], guess: target,
  })
  const back = (column: Tensor): Tensor => fromColumns(column, z.shape)
  return {
    out: back(root), logDerivative: back(neg(network(root, columns, options).log)), residual: back(residual),
  }
}

export default defineTransformer({
  kind: 'deep-sigmoidal',
  title: 'Deep sigmoidal (monotone network)',
  options: {
    units: integer({ label: 'Units', default: 8, minimum: 2, maximum: 64, help: 'K: sigmoids in one layer.' }),
    layers: integer({
      label: 'Layers', default: 1, minimum: 1, maximum: 3, help: 'L: monotone layers, one through the other.',
    }),
    bound: number({
      label: 'Largest log-slope', default: 3, minimum: 0.1, maximum: 10,
      help: 'c: no unit is steeper than e^c or flatter than e^−c.',
    }),
  },
  parameterCount: ({ units, layers }) => 3 * units * layers,
  cost: { normalize: 'one pass', generate: 'iterative' },
  normalize,
  generate,
  docs: {
    summary: 'A monotone network with positive weights, on the whole line; its inverse is found by iteration.',
    latex: 'z = x + g_\\theta(x) - g_{\\theta_0}(x), \\quad '
      + 'g_\\theta(x) = \\sigma^{-1}\\!\\left(\\sum_k w_k\\, \\sigma(a_k x + b_k)\\right)',
    source: 'Huang, Krueger, Lacoste & Courville 2018, Neural Autoregressive Flows, §3',
  },
})
