/**
 * U4 of Rezende & Mohamed 2015: a sine wave that forks at x₁ = 1,
 *   log p̃(x) = log(exp(−½((x₂ − w₁)/0.4)²) + exp(−½((x₂ − w₁ + w₃)/0.35)²)).
 */
import { add, sub } from '../ir/tensor.ts'
import { column, logAddExp } from './columns.ts'
import { defineTarget } from './definition.ts'
import { DECLARED_BOX, checkPlane, step, valley, wave } from './ridges.ts'

export const u4 = defineTarget({
  kind: 'u4',
  title: 'U4',
  options: {},
  argument: 'none',
  declaredBox: DECLARED_BOX,
  dimensions: () => 2,
  check: checkPlane,
  logDensity(_site, x) {
    const offset = sub(column(x, 2), wave(x))
    return logAddExp(valley(offset, 0.4), valley(add(offset, step(x)), 0.35))
  },
  docs: {
    summary: 'A sine wave that forks.',
    latex: '-\\ln\\left(e^{-\\frac12\\left(\\frac{x_2 - w_1}{0.4}\\right)^2} + e^{-\\frac12\\left(\\frac{x_2 - w_1 + w_3}{0.35}\\right)^2}\\right),\\ w_3 = 3\\,\\sigma\\left(\\tfrac{x_1 - 1}{0.3}\\right)',
    source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, Table 1',
  },
})
