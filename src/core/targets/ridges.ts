/**
 * What U1 to U4 of Rezende & Mohamed 2015 (Variational inference with normalizing flows, Table 1) have in common: they
 * live on the plane. U2, U3 and U4 are ridges along sine waves over x₁, which part into two in U3 and U4.
 */
import type { Tensor } from '../ir/graph.ts'
import { add, exp, mul, sigmoid, sin, square, sub } from '../ir/tensor.ts'
import { error, type Issue } from '../issues.ts'
import { column, logAddExp } from './columns.ts'

/** w₁ = sin(2πx₁/4). */
export const wave = (x: Tensor): Tensor => sin(mul(column(x, 1), Math.PI / 2))

/** w₂ = 3 exp(−½((x₁ − 1)/0.6)²). */
export const bump = (x: Tensor): Tensor => mul(exp(mul(square(mul(sub(column(x, 1), 1), 1 / 0.6)), -0.5)), 3)

/** w₃ = 3 σ((x₁ − 1)/0.3). */
export const step = (x: Tensor): Tensor => mul(sigmoid(mul(sub(column(x, 1), 1), 1 / 0.3)), 3)

/** −½(offset/width)². */
export const valley = (offset: Tensor, width: number): Tensor => mul(square(mul(offset, 1 / width)), -0.5)

function check({ dimension }: { readonly dimension: number }): readonly Issue[] {
  return dimension === 2 ? [] : [error('target-dimension', `this target has 2 dimensions, the design has ${dimension}`, {
    fix: 'make a design for it with `flowsmith new TEMPLATE --dim 2 --out DESIGN.json`',
  })]
}

export const onPlane = { options: {}, argument: 'none', dimensions: () => 2, check } as const

/** They go on for ever in x₁, so without a box they have no integral: the bounds on which the paper's figures show them. */
export const ridge = { ...onPlane, declaredBox: [-4, 4] } as const

/** log(exp(−½((x₂ − w₁)/width)²) + exp(−½((x₂ − w₁ + shift(x))/0.35)²)). */
export function parted(x: Tensor, width: number, shift: (x: Tensor) => Tensor): Tensor {
  const offset = sub(column(x, 2), wave(x))
  return logAddExp(valley(offset, width), valley(add(offset, shift(x)), 0.35))
}
