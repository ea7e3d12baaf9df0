/**
 * The error function, erf x = 2/√π ∫₀ˣ e^(−t²) dt.
 * Evaluated for |x| < 3 by the series 2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, whose terms are all positive, so that none
 * cancels another, and by the continued fraction of erfc beyond (Abramowitz & Stegun 7.1.6 and 7.1.14).
 */
import { defineUnary } from '../define.ts'
import { exp, mul, neg, square } from '../tensor.ts'

function series(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= 2 * x * x / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

function complement(x: number): number {
  let fraction = 0
  for (let k = 60; k >= 1; k--) fraction = (k / 2) / (x + fraction)
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction))
}

function evaluate(x: number): number {
  if (Number.isNaN(x) || x === 0) return x
  const size = Math.abs(x)
  return Math.sign(x) * (size < 3 ? series(size) : 1 - complement(size))
}

export const erf = defineUnary({
  name: 'erf',
  onnx: 'Erf',
  evaluate,
  vjp: ({ x, cotangent }) => mul(cotangent, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))),
})
