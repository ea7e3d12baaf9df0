/**
 * Squeeze: [H, W, C] → [H/f, W/f, f²·C]. Each f×f block of positions becomes one position with f²·C channels, so that
 * channel-wise layers see neighbours. Channel c of the block's row i and column j becomes channel (c·f + i)·f + j.
 * logDet = 0.
 * Source: Dinh, Sohl-Dickstein & Bengio 2017, Real NVP, §3.6; the order of the channels is that of its and Glow's code.
 */
import { accept, error, reject } from '../../issues.ts'
import type { Tensor } from '../../ir/graph.ts'
import { reshape, transpose } from '../../ir/tensor.ts'
import { type EventShape, defineLayer, eventSize, zeroLogDet } from '../layer.ts'
import { integer } from '../options.ts'

interface Blocks { readonly high: number; readonly wide: number; readonly channels: number }

function blocksOf(event: EventShape, factor: number): Blocks {
  const [height, width, channels] = event as readonly [number, number, number]
  return { high: height / factor, wide: width / factor, channels }
}

function squeezed(event: EventShape, factor: number): EventShape {
  const { high, wide, channels } = blocksOf(event, factor)
  return [high, wide, factor * factor * channels]
}

export default defineLayer({
  kind: 'squeeze',
  version: 1,
  options: {
    factor: integer({
      label: 'Factor', default: 2, minimum: 2, maximum: 16,
      help: 'Edge of the blocks of positions that become channels, in pixels.',
    }),
  },
  infer({ event, options: { factor } }) {
    const [height, width] = event
    if (event.length !== 3 || height === undefined || width === undefined) {
      return reject(error('squeeze-image', `expected an image [height, width, channels], got [${event.join(', ')}]`, {
        fix: 'remove the layer, or put it before flatten',
      }))
    }
    if (height % factor === 0 && width % factor === 0) return accept({ event: squeezed(event, factor) })
    return reject(error('squeeze-size', `expected sizes that ${factor} divides, got ${height} × ${width} pixels`, {
      at: 'factor', fix: 'pad or crop the images to a multiple of the factor, or choose another factor',
    }))
  },
  parameters: () => [],
  normalize(ctx, x) {
    const { factor } = ctx.options
    const { high, wide, channels } = blocksOf(ctx.event, factor)
    const blocks: Tensor = reshape(x, [ctx.batch, high, factor, wide, factor, channels])
    const out = reshape(transpose(blocks, [0, 1, 3, 5, 2, 4]), [ctx.batch, ...squeezed(ctx.event, factor)])
    return { out, logDet: zeroLogDet(ctx) }
  },
  generate(ctx, z) {
    const { factor } = ctx.options
    const { high, wide, channels } = blocksOf(ctx.event, factor)
    const blocks: Tensor = reshape(z, [ctx.batch, high, wide, channels, factor, factor])
    const out = reshape(transpose(blocks, [0, 1, 4, 2, 5, 3]), [ctx.batch, ...ctx.event])
    return { out, logDet: zeroLogDet(ctx) }
  },
  transforms: () => 'none',
  reorders({ event, options: { factor } }) {
    const { wide, channels } = blocksOf(event, factor)
    const depth = factor * factor * channels
    return Array.from({ length: eventSize(event) }, (_, i) => {
      const [position, channel] = [Math.floor(i / depth), i % depth]
      const c = Math.floor(channel / (factor * factor))
      const row = Math.floor(position / wide) * factor + Math.floor(channel / factor) % factor
      const column = (position % wide) * factor + channel % factor
      return (row * wide * factor + column) * channels + c
    })
  },
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Turns blocks of neighbouring pixels into channels.',
    latex: '[H, W, C] \\to [H/f,\\, W/f,\\, f^2 C]',
    source: 'Dinh, Sohl-Dickstein & Bengio 2017, Density estimation using Real NVP, §3.6',
  },
  editor: { title: 'Squeeze', group: 'shape', icon: 'squeeze' },
  laws: {
    cases: [
      { name: 'two by two', event: [4, 2, 2] },
      { name: 'three by three', event: [3, 6, 1], options: { factor: 3 } },
    ],
    domain: 'real',
  },
})
