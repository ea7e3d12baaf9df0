/**
 * U1 of Rezende & Mohamed 2015: a ring of radius 2, thick at its left and right,
 *   log p̃(x) = −½((‖x‖ − 2)/0.4)² + log(exp(−½((x₁ − 2)/0.6)²) + exp(−½((x₁ + 2)/0.6)²)).
 * It has an integral on the whole plane: a box of its own is not needed.
 */
import type { Tensor } from '../ir/graph.ts'
import { add, maximum, reduceSum, sqrt, square, sub } from '../ir/tensor.ts'
import { column, logAddExp } from './columns.ts'
import { defineTarget } from './definition.ts'
import { logIntegral } from './integral.ts'
import { onPlane, valley } from './ridges.ts'

/** Beyond it, fifteen widths of the ring away, there is nothing to integrate. */
const REACH = [-8, 8] as const
/** Keeps the root's slope finite at the origin. */
const LEAST = 1e-12

function logDensity(x: Tensor): Tensor {
  const radius = sqrt(maximum(reduceSum(square(x), [1]), LEAST))
  const x1 = column(x, 1)
  return add(valley(sub(radius, 2), 0.4), logAddExp(valley(sub(x1, 2), 0.6), valley(add(x1, 2), 0.6)))
}

export const u1 = defineTarget({
  kind: 'u1',
  title: 'U1',
  ...onPlane,
  logDensity: (_site, x) => logDensity(x),
  logZ: ({ box }) => (box === undefined ? logIntegral(logDensity, [REACH, REACH]) : undefined),
  docs: {
    summary: 'A ring, thick at its left and right.',
    latex: '\\tfrac12\\left(\\tfrac{\\lVert x\\rVert - 2}{0.4}\\right)^2 - \\ln\\left(e^{-\\frac12\\left(\\frac{x_1 - 2}{0.6}\\right)^2} + e^{-\\frac12\\left(\\frac{x_1 + 2}{0.6}\\right)^2}\\right)',
    source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, Table 1',
  },
})
