/**
 * U4 of Rezende & Mohamed 2015: a sine wave that forks at x₁ = 1,
 *   log p̃(x) = log(exp(−½((x₂ − w₁)/0.4)²) + exp(−½((x₂ − w₁ + w₃)/0.35)²)).
 */
import { defineTarget } from './definition.ts'
import { parted, ridge, step } from './ridges.ts'

export const u4 = defineTarget({
  kind: 'u4',
  title: 'U4',
  ...ridge,
  logDensity: (_site, x) => parted(x, 0.4, step),
  docs: {
    summary: 'A sine wave that forks.',
    latex: '-\\ln\\left(e^{-\\frac12\\left(\\frac{x_2 - w_1}{0.4}\\right)^2} + e^{-\\frac12\\left(\\frac{x_2 - w_1 + w_3}{0.35}\\right)^2}\\right),\\ w_3 = 3\\,\\sigma\\left(\\tfrac{x_1 - 1}{0.3}\\right)',
    source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, Table 1',
  },
})
