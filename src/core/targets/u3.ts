/**
 * U3 of Rezende & Mohamed 2015: a sine wave that parts around x₁ = 1 into two,
 *   log p̃(x) = log(exp(−½((x₂ − w₁)/0.35)²) + exp(−½((x₂ − w₁ + w₂)/0.35)²)).
 */
import { defineTarget } from './definition.ts'
import { bump, parted, ridge } from './ridges.ts'

export const u3 = defineTarget({
  kind: 'u3',
  title: 'U3',
  ...ridge,
  logDensity: (_site, x) => parted(x, 0.35, bump),
  docs: {
    summary: 'A sine wave that parts in two and closes again.',
    latex: '-\\ln\\left(e^{-\\frac12\\left(\\frac{x_2 - w_1}{0.35}\\right)^2} + e^{-\\frac12\\left(\\frac{x_2 - w_1 + w_2}{0.35}\\right)^2}\\right),\\ w_2 = 3 e^{-\\frac12\\left(\\frac{x_1 - 1}{0.6}\\right)^2}',
    source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, Table 1',
  },
})
