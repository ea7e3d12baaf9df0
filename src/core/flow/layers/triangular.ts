/**
 * Triangular linear map of a vector, z = T x + b, with T lower or upper triangular and a positive diagonal e^s,
 * s = 5·tanh(raw/5): each dimension is scaled and gets a multiple of those before it (or after it).
 * logDet = Σ s. Inverse: T⁻¹ (z − b), with T⁻¹ from substitution by halves (see ../../ir/linalg.ts).
 * Source: Papamakarios et al. 2021, Normalizing Flows for Probabilistic Modeling and Inference, §3.1.4 (linear flows).
 */
import type { Tensor } from '../../ir/graph.ts'
import { triangularInverse } from '../../ir/linalg.ts'
import { add, matmul, sub } from '../../ir/tensor.ts'
import { type LayerContext, defineLayer } from '../layer.ts'
import { biasOption, biasSpecs } from '../lu.ts'
import { choice } from '../options.ts'
import { scaledTriangle, scaledTriangleLogDet, scaledTriangleSpecs } from '../scaled-triangle.ts'
import { acceptVector } from '../vectors.ts'

interface Options { readonly side: 'lower' | 'upper'; readonly bias: boolean }

const matrix = (ctx: LayerContext<Options>): Tensor => scaledTriangle(ctx, ctx.event[0] as number, ctx.options.side)

export default defineLayer({
  kind: 'triangular',
  version: 1,
  options: {
    side: choice({
      label: 'Triangle', default: 'lower', choices: { lower: 'Lower', upper: 'Upper' },
      help: 'Lower: a dimension gets multiples of those before it; upper: of those after it.',
    }),
    bias: biasOption,
  },
  infer: ({ event }) => acceptVector('triangular', event),
  parameters: ({ event: [n], options }) => [...scaledTriangleSpecs(n as number), ...biasSpecs(options, n as number)],
  normalize(ctx, x) {
    const product = matmul(x, matrix(ctx), { transposeB: true })
    return { out: ctx.options.bias ? add(product, ctx.parameter('bias')) : product, logDet: scaledTriangleLogDet(ctx, 1) }
  },
  generate(ctx, z) {
    const inverse = triangularInverse(matrix(ctx), { upper: ctx.options.side === 'upper' })
    const centred = ctx.options.bias ? sub(z, ctx.parameter('bias')) : z
    return { out: matmul(centred, inverse, { transposeB: true }), logDet: scaledTriangleLogDet(ctx, -1) }
  },
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'A learned triangular matrix: scales each dimension and adds multiples of those before it, or after it.',
    latex: 'z = T x + b,\\quad \\log|\\det T| = \\sum_i \\log T_{ii}',
    source: 'Papamakarios et al. 2021, Normalizing Flows for Probabilistic Modeling and Inference, §3.1.4',
  },
  editor: { title: 'Triangular', group: 'mixing', icon: 'triangular' },
  laws: {
    cases: [
      { name: 'lower', event: [4] },
      { name: 'upper with bias', event: [3], options: { side: 'upper', bias: true } },
    ],
    domain: 'real',
  },
})
