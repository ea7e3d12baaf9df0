/**
 * Uniform dequantization: z = x + unit·u with u uniform on [0, 1), for data that lies on a grid of whole multiples of
 * `unit`. Generating takes the noise off again: x = unit·⌊z/unit⌋.
 * logDet = 0. What the flow then gives is a lower bound: log P(x) ≥ E_u log p(x + unit·u) + k·log unit, with k the
 * number of dimensions that get noise (Jensen's inequality).
 * Source: Uria, Murray & Larochelle 2013, RNADE; Theis, van den Oord & Bethge 2016, A note on the evaluation of
 * generative models, §3.1.
 */
import { type Result, accept, error, reject } from '../../issues.ts'
import type { Tensor } from '../../ir/graph.ts'
import { add, floor, mul, where } from '../../ir/tensor.ts'
import { type LayerTypes, defineLayer, eventSize, zeroLogDet } from '../layer.ts'
import { integers, number } from '../options.ts'

/** 1 for the columns that get noise, 0 for the others, [D]; undefined for all of them. */
function chosen(event: readonly number[], columns: readonly number[]): Float64Array | undefined {
  if (columns.length === 0) return undefined
  const mask = new Float64Array(eventSize(event))
  for (const column of columns) mask[column] = 1
  return mask
}

function checkColumns(event: readonly number[], columns: readonly number[]): Result<LayerTypes> {
  if (columns.length > 0 && event.length > 1) {
    return reject(error('dequantize-columns', `expected no columns for images, got [${columns.join(', ')}]`, {
      at: 'columns', fix: 'leave columns empty: every pixel gets noise',
    }))
  }
  const size = eventSize(event)
  const wrong = columns.find((column) => column >= size)
  if (wrong === undefined) return accept({ event })
  return reject(error('dequantize-columns', `expected columns 0 … ${size - 1}, got ${wrong}`, {
    at: 'columns', fix: 'the first column is 0; leave the list empty for all',
  }))
}

export default defineLayer({
  kind: 'dequantize',
  version: 1,
  options: {
    unit: number({
      label: 'Unit', default: 1, minimum: 1e-6, maximum: 1e6,
      help: 'Distance of neighbouring values, in units of the data.',
    }),
    columns: integers({
      label: 'Columns', default: [], minimum: 0, maximum: 1_048_575,
      help: 'Columns that hold whole multiples of the unit, counted from 0; empty means all.',
    }),
  },
  infer: ({ event, options }) => checkColumns(event, options.columns),
  parameters: () => [],
  noise: ({ event }) => [{ name: 'noise', shape: event, distribution: 'uniform' }],
  normalize(ctx, x) {
    const { unit, columns } = ctx.options
    const mask = chosen(ctx.event, columns)
    const scale = mask === undefined ? unit : ctx.graph.constant(mask.map((value) => value * unit), ctx.event)
    return { out: add(x, mul(ctx.noise('noise'), scale)), logDet: zeroLogDet(ctx) }
  },
  generate(ctx, z) {
    const { unit, columns } = ctx.options
    const whole: Tensor = mul(floor(mul(z, 1 / unit)), unit)
    const mask = chosen(ctx.event, columns)
    const out = mask === undefined ? whole : where(ctx.graph.constant(mask, ctx.event, 'bool'), whole, z)
    return { out, logDet: zeroLogDet(ctx) }
  },
  // Noise is not a transformation: what only gets noise is still to be modelled.
  transforms: () => 'none',
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Adds uniform noise of one unit to data on a grid, so that it has a density; generating takes it off.',
    latex: 'z = x + \\Delta u,\\quad u \\sim \\mathcal{U}[0, 1)^D,\\qquad x = \\Delta \\lfloor z / \\Delta \\rfloor',
    source: 'Theis, van den Oord & Bethge 2016, A note on the evaluation of generative models, §3.1',
  },
  editor: { title: 'Dequantize', group: 'data', icon: 'noise' },
  laws: {
    cases: [
      { name: 'vector', event: [3] },
      { name: 'some columns', event: [4], options: { columns: [1, 3] } },
      { name: 'other unit', event: [2], options: { unit: 0.25 } },
      { name: 'image', event: [2, 2, 1] },
    ],
    domain: 'integer',
  },
})
