/**
 * Fixed permutation of the last axis: z_i = x_order[i], of the dimensions of a vector or of the channels of an image.
 * The order is reversed, or drawn once from the seed and the layer's name, so that it is the same in every run.
 * logDet = 0.
 */
import { accept, warning } from '../../issues.ts'
import { gather } from '../../ir/tensor.ts'
import { fold, key, named, permutation } from '../../random.ts'
import { type LayerSite, defineLayer, eventSize, zeroLogDet } from '../layer.ts'
import { choice, integer } from '../options.ts'

interface Options { readonly order: 'reverse' | 'shuffle'; readonly seed: number }

function orderOf({ event, options, path }: LayerSite<Options>): readonly number[] {
  const length = event.at(-1) as number
  const straight = Array.from({ length }, (_, i) => i)
  if (options.order === 'reverse' || length < 2) return straight.reverse()
  const start = named(key(options.seed), path)
  // A shuffle that leaves everything in its place mixes nothing (for two dimensions, every other draw): draw again.
  for (let attempt = 0; ; attempt++) {
    const order = [...permutation(fold(start, attempt), length)]
    if (order.some((from, i) => from !== i)) return order
  }
}

function inverse(order: readonly number[]): readonly number[] {
  const back = new Array<number>(order.length)
  order.forEach((from, i) => { back[from] = i })
  return back
}

export default defineLayer({
  kind: 'permutation',
  version: 1,
  options: {
    order: choice({
      label: 'Order', default: 'reverse', choices: { reverse: 'Reversed', shuffle: 'Shuffled' },
      help: 'Dimensions (of images: channels) in reverse, or in an order drawn once.',
    }),
    seed: integer({
      label: 'Seed', default: 0, minimum: 0, maximum: 2 ** 31 - 1,
      when: { order: 'shuffle' },
      help: 'Of the shuffled order; each layer has an order of its own even for equal seeds.',
    }),
  },
  infer({ event }) {
    if ((event.at(-1) as number) > 1) return accept({ event })
    const image = event.length > 1
    const message = `expected at least two ${image ? 'channels' : 'dimensions'} to permute, got one`
    const fix = image ? 'put a squeeze layer before it' : 'remove the layer'
    return accept({ event }, [warning('permutation-single', message, { fix })])
  },
  parameters: () => [],
  normalize: (ctx, x) => ({ out: gather(x, orderOf(ctx), ctx.event.length), logDet: zeroLogDet(ctx) }),
  generate: (ctx, z) => ({ out: gather(z, inverse(orderOf(ctx)), ctx.event.length), logDet: zeroLogDet(ctx) }),
  transforms: () => 'none',
  reorders(site) {
    const order = orderOf(site)
    const n = order.length
    return Array.from({ length: eventSize(site.event) }, (_, i) => i - (i % n) + (order[i % n] as number))
  },
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Reorders dimensions or channels, so that the next coupling changes others.',
    latex: 'z_i = x_{\\pi(i)}',
    source: 'Kingma & Dhariwal 2018, Glow: Generative Flow with Invertible 1×1 Convolutions, §3.2 (reverse, shuffle)',
  },
  editor: { title: 'Permutation', group: 'mixing', icon: 'shuffle' },
  laws: {
    cases: [
      { name: 'reversed vector', event: [5] },
      { name: 'shuffled vector', event: [5], options: { order: 'shuffle', seed: 3 } },
      { name: 'shuffled image', event: [2, 1, 4], options: { order: 'shuffle' } },
    ],
    domain: 'real',
  },
})
