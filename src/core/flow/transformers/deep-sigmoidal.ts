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
 * g′ = Σ_k a_k p_k q_k / w_k. The inverse has no closed form: it is sought by bracketed Newton steps, through all
 * layers at once.
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

/** The units of one layer. θ and θ₀ are two blocks of them that are computed together: all are [2, K, M]. */
interface Units {
  /** log a and a */
  readonly logSlopes: Tensor
  readonly slopes: Tensor
  readonly offsets: Tensor
  readonly logWeights: Tensor
}
const QUANTITIES = 4

/** In columns: out and its derivative, [1, M]. */
interface Moved { readonly out: Tensor; readonly slope: Tensor }

/** log Σ eˣ over the units of x [2, K, M], and log of the share that each has of the sum. */
function shares(x: Tensor): { readonly total: Tensor; readonly parts: Tensor } {
  const top = stopGradient(reduceMax(x, [1], true))
  const shifted = sub(x, top)
  const sum = log(reduceSum(exp(shifted), [1], true))
  return { total: add(sum, top), parts: sub(shifted, sum) }
}

/** From raw [3K, M] of one layer. */
function makeUnits(raw: Tensor, { units, bound }: Options): Units {
  const { graph } = raw
  const points = raw.shape[1] as Dim
  const rest = full(graph, 0, [units, points])
  const both = (row: number): Tensor =>
    reshape(concat([slice(raw, 0, row * units, (row + 1) * units), rest], 0), [2, units, points])
  const spread = Float64Array.from({ length: units }, (_, k) => SPREAD * (2 * k / (units - 1) - 1))
  const logSlopes = bounded(both(0), bound)
  return {
    logSlopes, slopes: exp(logSlopes), offsets: add(both(1), graph.constant(spread, [units, 1])),
    logWeights: shares(both(2)).parts,
  }
}

/** x [1, M] through one layer. */
function layer(x: Tensor, { logSlopes, slopes, offsets, logWeights }: Units): Moved {
  const points = x.shape[1] as Dim
  const inputs = add(mul(slopes, x), offsets)
  const below = sub(logWeights, softplus(inputs))
  const [of, rest] = [shares(add(below, inputs)), shares(below)]
  const density = exp(sub(add(add(of.parts, rest.parts), logSlopes), logWeights))
  const difference = (values: Tensor): Tensor => {
    const rows = reshape(values, [2, points])
    return mul(sub(slice(rows, 0, 0, 1), slice(rows, 0, 1, 2)), 1 - LEAST_SLOPE)
  }
  return {
    out: add(x, difference(sub(of.total, rest.total))), slope: add(difference(reduceSum(density, [1])), 1),
  }
}

/** x [1, M] through all layers, and what each of them did. */
function network(x: Tensor, layers: readonly Units[]): { readonly out: Tensor; readonly slopes: readonly Tensor[] } {
  const slopes: Tensor[] = []
  let out = x
  for (const units of layers) {
    const moved = layer(out, units)
    slopes.push(moved.slope)
    out = moved.out
  }
  return { out, slopes }
}

function unitsOf(raw: Tensor, options: Options): readonly Units[] {
  const rows = 3 * options.units
  return Array.from({ length: options.layers }, (_, l) => makeUnits(slice(raw, 0, l * rows, (l + 1) * rows), options))
}

const logProduct = (slopes: readonly Tensor[]): Tensor => slopes.map(log).reduce((sum, one) => add(sum, one))

function normalize(x: Tensor, raw: Tensor, options: Options): TransformerOutput {
  const { out, slopes } = network(toColumns(x), unitsOf(toColumns(raw), options))
  return { out: fromColumns(out, x.shape), logDerivative: fromColumns(logProduct(slopes), x.shape) }
}

function generate(z: Tensor, raw: Tensor, options: Options): TransformerOutput {
  const target = toColumns(z)
  const layers = unitsOf(toColumns(raw), options)
  const given = (tensors: readonly Tensor[]): readonly Units[] => layers.map((_, l) => {
    const own = tensors.slice(l * QUANTITIES, (l + 1) * QUANTITIES) as [Tensor, Tensor, Tensor, Tensor]
    return { logSlopes: own[0], slopes: own[1], offsets: own[2], logWeights: own[3] }
  })
  const { root, residual } = bracketedRoot({
    f: (x, tensors) => network(x, given(tensors)).out,
    slope: (x, tensors) => network(x, given(tensors)).slopes.reduce((product, one) => mul(product, one)),
    captured: layers.flatMap((units) => [units.logSlopes, units.slopes, units.offsets, units.logWeights]),
    target, guess: target,
  })
  const logDerivative = neg(logProduct(network(root, layers).slopes))
  const back = (column: Tensor): Tensor => fromColumns(column, z.shape)
  return { out: back(root), logDerivative: back(logDerivative), residual: back(residual) }
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
