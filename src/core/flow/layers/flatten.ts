/** Flatten: [H, W, C] → [H·W·C], row by row, pixel by pixel, for layers that take vectors. logDet = 0. */
import { accept, warning } from '../../issues.ts'
import { reshape } from '../../ir/tensor.ts'
import { defineLayer, eventSize, zeroLogDet } from '../layer.ts'

export default defineLayer({
  kind: 'flatten',
  version: 1,
  options: {},
  infer: ({ event }) => accept({ event: [eventSize(event)] }, event.length > 1 ? [] : [
    warning('flatten-vector', `expected an image, got a vector [${event.join()}]`, { fix: 'remove the layer' }),
  ]),
  parameters: () => [],
  normalize: (ctx, x) => ({ out: reshape(x, [ctx.batch, eventSize(ctx.event)]), logDet: zeroLogDet(ctx) }),
  generate: (ctx, z) => ({ out: reshape(z, [ctx.batch, ...ctx.event]), logDet: zeroLogDet(ctx) }),
  transforms: () => 'none',
  reorders: ({ event }) => Array.from({ length: eventSize(event) }, (_, i) => i),
  cost: { normalize: 'one pass', generate: 'one pass' },
  docs: {
    summary: 'Turns an image into a vector, row by row.',
    latex: '[H, W, C] \\to [H \\cdot W \\cdot C]',
    source: 'Row-major order, as in numpy',
  },
  editor: { title: 'Flatten', group: 'shape', icon: 'flatten' },
  laws: { cases: [{ name: 'image', event: [2, 3, 2] }], domain: 'real' },
})
