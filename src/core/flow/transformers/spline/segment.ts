/**
 * One segment of a monotone rational-quadratic spline (Gregory & Delbourgo 1982), between the knots (x₀, y₀) and
 * (x₀ + w, y₀ + h) with slopes δ₀ and δ₁ there. With ξ = (x − x₀)/w, s = h/w, q = ξ(1 − ξ), σ = δ₀ + δ₁ − 2s:
 *
 *   y = y₀ + h f,  f = (s ξ + (δ₀ − s) q) / D,  D = s + σ q                     (Durkan et al. 2019, eq. 4)
 *   dy/dx = (s/D)² E,  E = δ₀ + (δ₁ − δ₀) ξ − σ q                               (eq. 5)
 *
 * in a form that shares terms; D ≥ s/2 and E > 0. All tensors are [1, M], one column a point.
 */
import type { Tensor } from '../../../ir/graph.ts'
import {
  abs, add, concat, div, greaterOrEqual, maximum, mul, neg, sigmoid, slice, softplus, sqrt, square, sub, where,
} from '../../../ir/tensor.ts'

export interface Segment {
  readonly x0: Tensor
  readonly width: Tensor
  readonly y0: Tensor
  readonly height: Tensor
  /** δ₀, δ₁ */
  readonly left: Tensor
  readonly right: Tensor
  /** [2, M]: the arguments of softplus that the slopes came from. */
  readonly rawSlopes: Tensor
  /** s */
  readonly mean: Tensor
  /** δ₁ − δ₀ */
  readonly rise: Tensor
  /** σ */
  readonly excess: Tensor
}

/** From the quantities of the bin, [6, M]. Raw zeros give slopes of 1. */
export function segmentOf(selected: Tensor, minimumSlope: number): Segment {
  const row = (x: Tensor, i: number): Tensor => slice(x, 0, i, i + 1)
  const [x0, width, y0, height] = [row(selected, 0), row(selected, 1), row(selected, 2), row(selected, 3)]
  const rawSlopes = add(slice(selected, 0, 4, 6), Math.log(Math.expm1(1 - minimumSlope)))
  const slopes = add(softplus(rawSlopes), minimumSlope)
  const [left, right] = [row(slopes, 0), row(slopes, 1)]
  const mean = div(height, width)
  return {
    x0, width, y0, height, left, right, rawSlopes, mean, rise: sub(right, left),
    excess: add(sub(left, mean), sub(right, mean)),
  }
}

export interface Curve {
  /** ξ and 1 − ξ */
  readonly along: Tensor
  readonly ahead: Tensor
  /** q */
  readonly product: Tensor
  /** D and E */
  readonly denominator: Tensor
  readonly numerator: Tensor
  /** dy/dx */
  readonly derivative: Tensor
}

export function curveAt({ mean, left, rise, excess }: Segment, along: Tensor): Curve {
  const ahead = sub(1, along)
  const product = mul(along, ahead)
  const bend = mul(excess, product)
  const denominator = add(mean, bend)
  const numerator = sub(add(left, mul(rise, along)), bend)
  return { along, ahead, product, denominator, numerator, derivative: mul(square(div(mean, denominator)), numerator) }
}

/** f: how far up the segment, from 0 to 1. */
export function heightAt({ mean, left }: Segment, { along, product, denominator }: Curve): Tensor {
  return div(add(mul(mean, along), mul(sub(left, mean), product)), denominator)
}

/**
 * ξ for a given f: the root in [0, 1] of a ξ² + b ξ − s f = 0 with b = δ₀ − f σ and a = s − b (Durkan et al. 2019,
 * appendix A). Of the two forms of that root, (√disc − b)/2a and 2 s f/(b + √disc), the one that subtracts nothing.
 */
export function alongAt({ mean, left, excess }: Segment, height: Tensor): Tensor {
  const b = sub(left, mul(height, excess))
  const a = sub(mean, b)
  const c = mul(mul(mean, height), 2)
  const root = sqrt(maximum(add(square(b), mul(mul(a, c), 2)), 0))
  const sum = add(abs(b), root)
  const rising = greaterOrEqual(b, 0)
  return div(where(rising, c, sum), where(rising, sum, mul(a, 2)))
}

/** d log(dy/dx) / dx */
export function logDerivativeSlope({ width, rise, excess }: Segment, curve: Curve): Tensor {
  const { along, ahead, denominator, numerator } = curve
  const bend = mul(excess, sub(ahead, along))
  return div(sub(div(sub(rise, bend), numerator), mul(div(bend, denominator), 2)), width)
}

export interface Cotangents {
  /** Of y and of log dy/dx. */
  readonly ofY: Tensor
  readonly ofLog: Tensor
  /** What they amount to at x: ofY dy/dx + ofLog d log(dy/dx)/dx. */
  readonly ofX: Tensor
}

/**
 * Adjoint of the segment in its own quantities, x held fast: cotangents of the edges and sizes [4, M], and of the raw
 * slopes [2, M].
 */
export function pullBack(
  segment: Segment, curve: Curve, height: Tensor, { ofY, ofLog, ofX }: Cotangents,
): { readonly edges: Tensor; readonly slopes: Tensor } {
  const { along, ahead, product, denominator, numerator } = curve
  const [ahead2, along2] = [square(ahead), square(along)]
  const scaledY = div(mul(ofY, segment.height), denominator)
  const scaledLog = div(ofLog, numerator)
  // Of the denominator D, in y and in the logarithm.
  const falling = add(mul(height, scaledY), div(mul(ofLog, 2), denominator))
  const ofLeft = add(mul(product, sub(scaledY, falling)), mul(ahead2, scaledLog))
  const ofRight = sub(mul(along2, scaledLog), mul(product, falling))
  const ofMean = add(
    sub(mul(along2, scaledY), mul(add(along2, ahead2), falling)),
    mul(add(div(ofLog, segment.mean), mul(product, scaledLog)), 2),
  )
  const ofHeight = div(ofMean, segment.width)
  const ofWidth = neg(add(mul(ofX, along), mul(ofHeight, segment.mean)))
  return {
    edges: concat([neg(ofX), ofWidth, ofY, add(mul(ofY, height), ofHeight)], 0),
    slopes: mul(concat([ofLeft, ofRight], 0), sigmoid(segment.rawSlopes)),
  }
}
