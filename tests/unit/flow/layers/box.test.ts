/** A box holds its samples, and has no density outside. */
import { describe, expect, it } from 'vitest'
import box from '../../../../src/core/flow/layers/box.ts'
import { assemble } from '../../../../src/core/flow/flow.ts'
import { pass, prepare } from '../../../support/flow-harness.ts'
import { integrate } from '../../../support/numerics.ts'

const subject = prepare(box, { name: 'box', event: [1], options: { low: -4, high: 2 } })

describe('box', () => {
  it('never leaves its bounds, and says how much it shrinks even where they are reached', () => {
    const { out, logDet } = pass(subject, 'generate', { values: {} }, Float64Array.of(-900, 0, 900))
    expect([...out]).toEqual([-4, -1, 2])
    expect([...logDet].map((value) => value - Math.log(6))).toEqual([-900, expect.closeTo(-2 * Math.log(2), 12) as number, -900])
  })

  it('takes a logistic number to a uniform one: mass one inside, next to none outside', () => {
    const density = (x: Float64Array): Float64Array => {
      const { out, logDet } = pass(subject, 'normalize', { values: {} }, x)
      return out.map((z, i) => Math.exp(logDet[i]! - z - 2 * Math.log1p(Math.exp(-z))))
    }
    for (const value of density(Float64Array.of(-3.9, -1, 1.5))) expect(value).toBeCloseTo(1 / 6, 9)
    expect(integrate(density, -4 + 1e-6, 2 - 1e-6, 1000)).toBeCloseTo(1, 5)
    // The penalty lets no more than this into the outside, in widths of the box.
    expect(integrate(density, 2, 12, 50_000) + integrate(density, -14, -4, 50_000)).toBeLessThan(1e-3)
    for (const value of density(Float64Array.of(2.1, -60))) expect(value).toBeLessThan(1e-70)
  })

  it('refuses bounds in the wrong order', () => {
    const flow = assemble({ event: [2], layers: [{ id: 'box', kind: 'box', options: { low: 1, high: 1 } }], base: { kind: 'gaussian' } })
    expect(flow.issues).toMatchObject([{ code: 'box-bounds', at: 'layers[0].options.high' }])
  })
})
