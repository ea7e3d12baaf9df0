/** U2 of Rezende & Mohamed 2015: a ridge along a sine wave, log p̃(x) = −½((x₂ − w₁(x₁))/0.4)². */
import { sub } from '../ir/tensor.ts'
import { column } from './columns.ts'
import { defineTarget } from './definition.ts'
import { ridge, valley, wave } from './ridges.ts'

export const u2 = defineTarget({
  kind: 'u2',
  title: 'U2',
  ...ridge,
  logDensity: (_site, x) => valley(sub(column(x, 2), wave(x)), 0.4),
  docs: {
    summary: 'A ridge along a sine wave.',
    latex: '\\tfrac12\\left(\\tfrac{x_2 - w_1}{0.4}\\right)^2,\\ w_1 = \\sin\\tfrac{2\\pi x_1}{4}',
    source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, Table 1',
  },
})
