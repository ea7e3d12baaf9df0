/**
 * Linear map of a vector in QR form, z = Q R x + b: Q a product of r Householder reflections (see ../householder.ts), R
 * upper triangular with a positive diagonal e^s, s = 5·tanh(raw/5).
 * logDet = Σ s, since |det Q| = 1. (Q R)⁻¹ = R⁻¹ Qᵀ, with R⁻¹ from substitution by halves. Both matrices are made of
 * weights alone, once a batch; an example takes one product with a D×D matrix.
 * Source: Hoogeboom, van den Berg & Welling 2019, Emerging Convolutions for Generative Normalizing Flows, §4.2 (QR);
 * Tomczak & Welling 2016, Improving Variational Auto-Encoders using Householder Flow (reflections).
 */
import { error, reject } from '../../issues.ts'
import type { Tensor } from '../../ir/graph.ts'
import { triangularInverse } from '../../ir/linalg.ts'
import { add, matmul, sub, transpose } from '../../ir/tensor.ts'
import { reflections, rotate } from '../householder.ts'
import { type LayerContext, defineLayer } from '../layer.ts'
import { biasOption, biasSpecs } from '../lu.ts'
import { choice, integer } from '../options.ts'
import { type Initialiser, normal } from '../parameters.ts'
import { scaledTriangle, scaledTriangleLogDet, scaledTriangleSpecs } from '../scaled-triangle.ts'
import { acceptVector } from '../vectors.ts'

interface Options { readonly reflections: number; readonly start: 'rotation' | 'identity'; readonly bias: boolean }

/** An even number, so that Q is a rotation, and as many as any rotation needs. */
const countOf = (size: number, { reflections: chosen }: Options): number => chosen || 2 * Math.ceil(size / 2)

/** Each vector twice in a row: two equal reflections are the identity. */
const pairs: Initialiser = (key, [count, size]) => {
  const [rows, width] = [count as number, size as number]
  const once = normal(1)(key, [rows / 2, width])
  const at = (i: number): number => Math.floor(i / width / 2) * width + i % width
  return Float64Array.from({ length: rows * width }, (_, i) => once[at(i)] as number)
}

const upper = (ctx: LayerContext<Options>): Tensor => scaledTriangle(ctx, ctx.event[0] as number, 'upper')

export default defineLayer({
  kind: 'qr-linear',
  version: 1,
  options: {
    reflections: integer({
      label: 'Reflections', default: 0, minimum: 0, maximum: 1024, zero: 'One a dimension',
      help: 'Householder reflections whose product is Q; 0 means as many as dimensions, rounded up to an even number.',
    }),
    start: choice({
      label: 'Start', default: 'rotation', choices: { rotation: 'Random rotation', identity: 'Identity' },
      help: 'The matrix before training: a rotation mixes all dimensions from the first step on.',
    }),
    bias: biasOption,
  },
  infer({ event, options }) {
    const odd = countOf(event[0] as number, options) % 2 === 1
    if (!odd || options.start === 'rotation') return acceptVector('qr-linear', event)
    const message = `expected an even number of reflections to start as the identity, got ${options.reflections}`
    const fix = `set it to ${options.reflections + 1}, or start as a rotation`
    return reject(error('qr-linear-odd', message, { at: 'reflections', fix }))
  },
  parameters({ event, options }) {
    const n = event[0] as number
    const initial = options.start === 'identity' ? pairs : normal(1)
    return [
      { name: 'reflections', shape: [countOf(n, options), n], initial, role: 'parameter' },
      ...scaledTriangleSpecs(n), ...biasSpecs(options, n),
    ]
  },
  normalize(ctx, x) {
    const matrix = rotate(reflections(ctx.parameter('reflections')), upper(ctx))
    const product = matmul(x, matrix, { transposeB: true })
    return { out: ctx.options.bias ? add(product, ctx.parameter('bias')) : product, logDet: scaledTriangleLogDet(ctx, 1) }
  },
  generate(ctx, z) {
    const inverse = triangularInverse(upper(ctx), { upper: true })
    // (R⁻¹ Qᵀ)ᵀ = Q R⁻ᵀ is what rows are multiplied by.
    const turned = rotate(reflections(ctx.parameter('reflections')), transpose(inverse, [1, 0]))
    return { out: matmul(ctx.options.bias ? sub(z, ctx.parameter('bias')) : z, turned), logDet: scaledTriangleLogDet(ctx, -1) }
  },
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'A learned invertible matrix: a rotation made of reflections times a triangular one.',
    latex: 'z = Q R x,\\quad Q = \\prod_{i=1}^{r} \\Big(I - 2\\,\\frac{v_i v_i^\\top}{|v_i|^2}\\Big)',
    source: 'Hoogeboom, van den Berg & Welling 2019, Emerging Convolutions for Generative Normalizing Flows, §4.2',
  },
  editor: { title: 'Linear, QR', group: 'mixing', icon: 'reflect' },
  laws: {
    cases: [
      { name: 'rotation', event: [4] },
      { name: 'identity with bias', event: [3], options: { start: 'identity', bias: true } },
      { name: 'one reflection', event: [3], options: { reflections: 1 } },
    ],
    domain: 'real',
  },
})
