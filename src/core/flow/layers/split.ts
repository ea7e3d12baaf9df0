/**
 * Split: a part of the last axis leaves for the base, the rest goes on. [D] → [keep] and [D − keep]; of an image,
 * [H, W, C] → [H, W, keep] and [H, W, C − keep]: coarse structure gets more layers than fine detail. Generating joins
 * the parts again. logDet = 0.
 * Source: Dinh, Sohl-Dickstein & Bengio 2017, Real NVP, §3.6 "Multi-scale architecture".
 */
import { accept, error, reject } from '../../issues.ts'
import type { Tensor } from '../../ir/graph.ts'
import { concat, slice } from '../../ir/tensor.ts'
import { type EventShape, defineLayer, eventSize, zeroLogDet } from '../layer.ts'
import { integer } from '../options.ts'

/** How many of the last axis go on. */
function kept(event: EventShape, keep: number): number {
  return keep === 0 ? Math.ceil((event.at(-1) as number) / 2) : keep
}

export default defineLayer({
  kind: 'split',
  version: 1,
  options: {
    keep: integer({
      label: 'Keep', default: 0, minimum: 0, maximum: 1_048_575,
      help: 'How many dimensions (of images: channels) go on; 0 means half of them, rounded up.',
    }),
  },
  infer({ event, options }) {
    const all = event.at(-1) as number
    const keep = kept(event, options.keep)
    const what = event.length === 1 ? 'dimensions' : 'channels'
    if (all < 2) {
      return reject(error('split-single', `expected at least 2 ${what} to split, got ${all}`, {
        fix: event.length === 1 ? 'remove the layer' : 'put a squeeze layer before it',
      }))
    }
    if (keep < all) return accept({ event: [...event.slice(0, -1), keep], latent: [...event.slice(0, -1), all - keep] })
    return reject(error('split-keep', `expected to keep fewer than all ${all} ${what}, got ${keep}`, {
      at: 'keep', fix: `set it to 1 … ${all - 1}, or to 0 for half`,
    }))
  },
  parameters: () => [],
  normalize(ctx, x) {
    const [axis, keep] = [ctx.event.length, kept(ctx.event, ctx.options.keep)]
    const latent = slice(x, axis, keep, ctx.event.at(-1) as number)
    return { out: slice(x, axis, 0, keep), latent, logDet: zeroLogDet(ctx) }
  },
  generate: (ctx, z, latent) => ({ out: concat([z, latent as Tensor], ctx.event.length), logDet: zeroLogDet(ctx) }),
  transforms: () => 'none',
  /** What goes on, followed by what leaves. */
  reorders({ event, options }) {
    const [all, keep] = [event.at(-1) as number, kept(event, options.keep)]
    const indices = Array.from({ length: eventSize(event) }, (_, i) => i)
    return [...indices.filter((i) => i % all < keep), ...indices.filter((i) => i % all >= keep)]
  },
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Sends a part of the dimensions or channels to the base; the rest goes on.',
    latex: 'x = [x_{\\text{on}},\\, z_{\\text{leaves}}]',
    source: 'Dinh, Sohl-Dickstein & Bengio 2017, Density estimation using Real NVP, §3.6',
  },
  editor: { title: 'Split', group: 'shape', icon: 'split' },
  laws: {
    cases: [
      { name: 'half of a vector', event: [5] },
      { name: 'part of a vector', event: [4], options: { keep: 1 } },
      { name: 'half of the channels', event: [2, 1, 4] },
    ],
    domain: 'real',
  },
})
