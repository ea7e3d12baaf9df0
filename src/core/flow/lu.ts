/**
 * Invertible linear maps of the last axis in PLU form, z = W x + b with
 *   W = P · L · (U + diag(d)),   d = d₀ ⊙ e^s,   s = 5·tanh(raw/5),
 * L lower triangular with ones on its diagonal, U strictly upper triangular. The permutation P and the first diagonal
 * d₀ (signs and sizes) come from the starting matrix and stay; L, U and s are learned. All of them lie in one parameter
 * `factors` [n, n]: L below the diagonal, U above it, raw on it.
 * log|det W| = Σ log|d₀| + Σ s, without a determinant; W⁻¹ = (U + diag(d))⁻¹ · L⁻¹ · Pᵀ.
 * Source: Kingma & Dhariwal 2018, Glow, §3.2 (there d₀ = sign(s) and log|s| is learned unbounded).
 */
import type { Tensor } from '../ir/graph.ts'
import { identity, strictLowerMask, triangularInverse } from '../ir/linalg.ts'
import { add, exp, gather, matmul, mul, reduceSum, sub, transpose } from '../ir/tensor.ts'
import { key, named } from '../random.ts'
import { type LayerContext, type LayerOutput, type LayerSite, constantLogDet, eventSize } from './layer.ts'
import { boundedLogScale } from './log-scale.ts'
import { type OptionsOf, boolean, choice, integer } from './options.ts'
import { type ParameterSpec, values, zeros } from './parameters.ts'
import { type Factors, factorise, randomRotation } from './rotation.ts'

/** Widest axis: a dense matrix of a million numbers. */
export const MAX_WIDTH = 1024

export const biasOption = boolean({ label: 'Bias', default: false, help: 'Learn a shift as well.' })

/** The shift b [n], where there is one. */
export function biasSpecs({ bias }: { readonly bias: boolean }, n: number): readonly ParameterSpec[] {
  return bias ? [{ name: 'bias', shape: [n], initial: zeros, role: 'parameter' }] : []
}

const options = {
  start: choice({
    label: 'Start', default: 'rotation', choices: { rotation: 'Random rotation', identity: 'Identity' },
    help: 'The matrix before training: a rotation mixes all dimensions from the first step on.',
  }),
  seed: integer({
    label: 'Seed', default: 0, minimum: 0, maximum: 2 ** 31 - 1,
    help: 'Of the rotation; each layer has a rotation of its own even for equal seeds.',
  }),
  bias: biasOption,
}
type Options = OptionsOf<typeof options>

const widthOf = (event: readonly number[]): number => event.at(-1) as number

/** Rotations already factorised: that takes n³ steps, and every program that is built asks again. */
const known = new Map<string, Factors>()
const KNOWN_AT_MOST = 64

function startOf({ event, options, path }: LayerSite<Options>): Factors {
  const n = widthOf(event)
  if (options.start === 'identity') {
    return {
      position: Array.from({ length: n }, (_, i) => i),
      triangles: new Float64Array(n * n),
      diagonal: new Float64Array(n).fill(1),
    }
  }
  const name = `${options.seed} ${n} ${path}`
  const found = known.get(name) ?? factorise(randomRotation(named(key(options.seed), path), n), n)
  known.delete(name)
  known.set(name, found)
  // The one asked for longest ago goes.
  for (const oldest of known.keys()) if (known.size > KNOWN_AT_MOST) known.delete(oldest)
  return found
}

function parameters(site: LayerSite<Options>): readonly ParameterSpec[] {
  const n = widthOf(site.event)
  const factors: ParameterSpec = {
    name: 'factors',
    shape: [n, n],
    initial: (at, shape) => values(startOf(site).triangles)(at, shape),
    role: 'parameter',
  }
  return [factors, ...biasSpecs(site.options, n)]
}

interface Matrices {
  /** U + diag(d) */
  readonly upper: Tensor
  readonly position: readonly number[]
  /** log|det W|, a scalar. */
  readonly logDet: Tensor
}

function matrices(ctx: LayerContext<Options>): Matrices {
  const n = widthOf(ctx.event)
  const { position, diagonal } = startOf(ctx)
  const factors = ctx.parameter('factors')
  const eye = identity(ctx.graph, n)
  const scale = boundedLogScale(reduceSum(mul(factors, eye), [1]))
  const above = transpose(strictLowerMask(ctx.graph, n), [1, 0])
  return {
    upper: add(mul(factors, above), mul(eye, mul(exp(scale), ctx.graph.constant(diagonal, [n])))),
    position,
    logDet: add(reduceSum(scale, [0]), diagonal.reduce((sum, value) => sum + Math.log(Math.abs(value)), 0)),
  }
}

/** log|det| of the whole event: each of its positions goes through the same matrix. */
function eventLogDet(ctx: LayerContext<Options>, logDet: Tensor, sign: 1 | -1): Tensor {
  return constantLogDet(ctx, mul(logDet, sign * eventSize(ctx.event) / widthOf(ctx.event)))
}

function normalize(ctx: LayerContext<Options>, x: Tensor): LayerOutput {
  const n = widthOf(ctx.event)
  const { upper, position, logDet } = matrices(ctx)
  const lower = add(mul(ctx.parameter('factors'), strictLowerMask(ctx.graph, n)), identity(ctx.graph, n))
  const weight = gather(matmul(lower, upper), position, 0)
  const product = matmul(x, weight, { transposeB: true })
  return { out: ctx.options.bias ? add(product, ctx.parameter('bias')) : product, logDet: eventLogDet(ctx, logDet, 1) }
}

function generate(ctx: LayerContext<Options>, z: Tensor): LayerOutput {
  const { upper, position, logDet } = matrices(ctx)
  const inverseOfLower = triangularInverse(ctx.parameter('factors'), { unitDiagonal: true })
  const inverse = gather(matmul(triangularInverse(upper, { upper: true }), inverseOfLower), position, 1)
  const centred = ctx.options.bias ? sub(z, ctx.parameter('bias')) : z
  return { out: matmul(centred, inverse, { transposeB: true }), logDet: eventLogDet(ctx, logDet, -1) }
}

/** What layers of such maps share, whatever shapes they take. */
export const pluMap = {
  options, parameters, normalize, generate,
  transforms: (): 'all' => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
} as const
