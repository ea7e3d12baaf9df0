/**
 * A monotone curve for each dimension, the same for all examples: zᵢ = τ(xᵢ; θᵢ), τ any transformer of the catalogue
 * (a spline unless asked otherwise) and θ [P, D] learned directly, without a network. With a context it is that of each
 * example: θ plus a linear map of the context.
 * logDet = Σ log τ′(xᵢ). It shapes the marginals, and mixes no dimensions. Zeros are the identity.
 * Source: Durkan, Bekasov, Murray & Papamakarios 2019, Neural Spline Flows, §3 (the curves); Chen & Gopinath 2000,
 * Gaussianization (learned marginal maps).
 */
import { accept } from '../../issues.ts'
import { sumEvent } from '../../ir/compositions.ts'
import type { Tensor } from '../../ir/graph.ts'
import { reshape } from '../../ir/tensor.ts'
import { amortisedSpecs, forEachExample } from '../amortised.ts'
import { type LayerContext, type LayerOutput, defineLayer, eventSize } from '../layer.ts'
import { type Options, type PartChoice, part } from '../options.ts'
import { zeros } from '../parameters.ts'
import { type TransformerDefinition, type TransformerOutput, residualOf, transformerCost } from '../transformer.ts'
import { transformers } from '../transformers/index.ts'

interface SplineOptions { readonly transformer: PartChoice }

// The options have been checked, so that the kind exists.
const transformerOf = ({ transformer }: SplineOptions): TransformerDefinition =>
  transformers[transformer.kind] as TransformerDefinition

type Map = (transformer: TransformerDefinition, x: Tensor, raw: Tensor, options: Options) => TransformerOutput

function run(ctx: LayerContext<SplineOptions>, x: Tensor, map: Map): LayerOutput {
  const flat = reshape(x, [ctx.batch, eventSize(ctx.event)])
  const { options } = ctx.options.transformer
  const moved = map(transformerOf(ctx.options), flat, forEachExample(ctx, 'curves'), options)
  const out = reshape(moved.out, [ctx.batch, ...ctx.event])
  return { out, logDet: sumEvent(moved.logDerivative), ...residualOf(moved) }
}

export default defineLayer({
  kind: 'elementwise-spline',
  version: 1,
  options: {
    transformer: part({
      label: 'Curve', default: 'rational-quadratic', parts: transformers, help: 'The monotone map of each dimension.',
    }),
  },
  infer: ({ event }) => accept({ event }),
  parameters: ({ event, options, contextSize }) => amortisedSpecs([{
    name: 'curves', shape: [transformerOf(options).parameterCount(options.transformer.options), eventSize(event)],
    initial: zeros, role: 'parameter',
  }], contextSize),
  normalize: (ctx, x) => run(ctx, x, (transformer, ...given) => transformer.normalize(...given)),
  generate: (ctx, z) => run(ctx, z, (transformer, ...given) => transformer.generate(...given)),
  transforms: () => 'all',
  cost: ({ options }) => transformerCost(transformerOf(options)),
  docs: {
    summary: 'A learned monotone curve for each dimension: gives every marginal its shape.',
    latex: 'z_i = \\tau(x_i;\\, \\theta_i)',
    source: 'Durkan, Bekasov, Murray & Papamakarios 2019, Neural Spline Flows, §3',
  },
  editor: { title: 'Element-wise spline', group: 'elementwise', icon: 'spline' },
  laws: {
    cases: [
      { name: 'vector', event: [3], options: { transformer: { kind: 'rational-quadratic', options: { bins: 4 } } } },
      {
        name: 'context', event: [2], contextSize: 2,
        options: { transformer: { kind: 'rational-quadratic', options: { bins: 3 } } },
      },
      { name: 'image, affine', event: [2, 1, 2], options: { transformer: { kind: 'affine', options: {} } } },
    ],
    domain: 'real',
  },
})
