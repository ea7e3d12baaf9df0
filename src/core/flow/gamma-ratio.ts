/**
 * log Γ(x + ½) − log Γ(x) for x > 0, element by element: the normalisation of Student's t, where the two logarithms
 * apart would lose all digits to one another.
 *
 * With w = x − ¼ both arguments lie at the same distance from w + ½, so that half of the terms of Stirling's series cancel:
 *   log Γ(w + ¾) − log Γ(w + ¼) ~ ½ log w − Σ_{n = 2, 4, …} 2 E_n / (n · 4^{n+1} · wⁿ),
 * with the Euler numbers E_2 = −1, E_4 = 5, E_6 = −61, …. From 8 on it is exact to 1e-14; below it, x is moved up by
 * Γ(x + ½)/Γ(x) = Γ(x + m + ½)/Γ(x + m) · Π_{k < m} (x + k)/(x + k + ½).
 * Source: Luke 1969, The Special Functions and Their Approximations I, §2.11 (the ratio of gamma functions).
 */
import type { Tensor } from '../ir/graph.ts'
import { type Operand, add, div, log, mul, reciprocal, square } from '../ir/tensor.ts'

const EULER = [-1, 5, -61, 1385, -50521, 2702765]
/** Steps up: the series is evaluated at x + 8. */
const STEPS = 8

export function logGammaRatio(x: Tensor): Tensor {
  let product: Tensor | undefined
  for (let k = 0; k < STEPS; k++) {
    const factor = div(add(x, k), add(x, k + 0.5))
    product = product === undefined ? factor : mul(product, factor)
  }
  const w = add(x, STEPS - 0.25)
  const inverse = reciprocal(square(w))
  // Horner's scheme in 1/w².
  let series: Operand = 0
  for (let i = EULER.length - 1; i >= 0; i--) {
    const n = 2 * (i + 1)
    series = mul(inverse, add(inverse.graph.constant((-2 * (EULER[i] as number)) / (n * 4 ** (n + 1))), series))
  }
  return add(add(mul(log(w), 0.5), series), log(product as Tensor))
}
