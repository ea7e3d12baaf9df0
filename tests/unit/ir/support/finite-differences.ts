/** Central finite differences in float64: what every vector-Jacobian product is held to. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { NdArray } from '../../../../src/core/ir/nd.ts'
import { type Compiled, type TensorFunction, compile, samples, vjpOf } from './functions.ts'

/**
 * Step and tolerance. The five-point formula is off by h⁴ f⁽⁵⁾/30 + 1.5 ε f/h. With h = 2⁻¹¹ the first term is below
 * 2e-15 f⁽⁵⁾, where f⁽⁵⁾ reaches some 1e5 of the scale on the domains used (1/x² at x = 0.4; recurrences), and the
 * second below 7e-13 f: both stay under 1e-9 of the scale. A wrong rule is off by the order of the scale itself.
 */
const STEP = 2 ** -11
const TOLERANCE = 1e-8

const moved = (values: readonly NdArray[], input: number, element: number, by: number): readonly NdArray[] =>
  values.map((value, i) => (i === input
    ? { shape: value.shape, data: value.data.map((x, at) => (at === element ? x + by : x)) }
    : value))

/** cᵀ ∂y/∂x by finite differences, one array per float input. */
function numericVjp(
  { run, outputs, inputs }: Compiled, values: readonly NdArray[], cotangents: readonly NdArray[],
): Float64Array[] {
  const floats = outputs.flatMap(({ dtype }, i) => (dtype === 'float' ? [i] : []))
  const against = (at: readonly NdArray[]): number => {
    const results = run(at)
    return floats.reduce((sum, output, k) =>
      results[output]!.data.reduce((total, y, i) => total + y * cotangents[k]!.data[i]!, sum), 0)
  }
  return inputs.flatMap(({ dtype }, input) => {
    if (dtype !== 'float') return []
    return [values[input]!.data.map((_, element) => {
      const at = (steps: number): number => against(moved(values, input, element, steps * STEP))
      return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * STEP)
    })]
  })
}

/** The largest error is within the tolerance, relative to the largest number expected (or to 1). */
export function expectClose(
  got: ArrayLike<number>, expected: ArrayLike<number>, what: string, tolerance = TOLERANCE,
): void {
  expect(got.length, `${what}: number of elements`).toBe(expected.length)
  const scale = Math.max(1, ...Array.from(expected, Math.abs))
  const worst = Math.max(0, ...Array.from(got, (value, i) => {
    const error = Math.abs(value - expected[i]!) / scale
    return Number.isNaN(error) ? Infinity : error
  }))
  if (worst <= tolerance) return
  const show = (values: ArrayLike<number>): string => Array.from(values, (value) => value.toPrecision(10)).join(', ')
  expect.fail(`${what}: off by ${worst} of the scale ${scale}\n  got      ${show(got)}\n  expected ${show(expected)}`)
}

export interface GradientCheck {
  readonly seed: number
  readonly numRuns: number
}

/** The law of one order: the symbolic vector-Jacobian product is the numeric one, at random points. */
function checkVjp(f: TensorFunction, options: GradientCheck, what: string): void {
  const symbolic = vjpOf(f)
  const [compiled, { run }] = [compile(f), compile(symbolic)]
  fc.assert(fc.property(samples(symbolic.inputs), ({ values }) => {
    const got = run(values)
    const expected = numericVjp(compiled, values.slice(0, f.inputs.length), values.slice(f.inputs.length))
    expected.forEach((numbers, i) => expectClose(got[i]!.data, numbers, `${what}, input ${i}`))
  }), options)
}

/** First order, and second order: the gradient as a function of inputs and cotangents, differentiated again. */
export function checkTwice(f: TensorFunction, options: GradientCheck): void {
  checkVjp(f, options, 'gradient')
  checkVjp(vjpOf(f), options, 'gradient of the gradient')
}
