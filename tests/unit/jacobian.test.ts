import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numericalJacobian, singularValues } from '../../src/core/metrics/jacobian.ts'

describe('numericalJacobian', () => {
  it('is the matrix of a linear map, and the derivatives of a curved one', async () => {
    const f = (points: Float64Array, rows: number): Promise<Float64Array> => {
      const out = new Float64Array(points.length)
      for (let r = 0; r < rows; r++) {
        const [x, y] = [points[2 * r] as number, points[2 * r + 1] as number]
        out.set([x * x + 3 * y, Math.sin(x) - y], 2 * r)
      }
      return Promise.resolve(out)
    }
    const jacobian = await numericalJacobian(f, Float64Array.of(0.7, -2))
    // The error of central differences at this step is of the order of 1e-10.
    expect([...jacobian]).toEqual([1.4, 3, Math.cos(0.7), -1].map((value) => expect.closeTo(value, 9)))
  })
})

describe('singularValues', () => {
  it('are those of a rotation, of a diagonal matrix and of a singular one', () => {
    expect([...singularValues(Float64Array.of(0, -1, 1, 0), 2)]).toEqual([1, 1])
    expect([...singularValues(Float64Array.of(0, 0, 0, 0, -3, 0, 0, 0, 2), 3)]).toEqual([3, 2, 0])
    expect(singularValues(Float64Array.of(1, 2, 2, 4), 2)[1]).toBeLessThan(1e-15)
  })

  it('have the determinant as their product and the Frobenius norm as their length', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 9, maxLength: 9 }), (m) => {
      const values = singularValues(Float64Array.from(m), 3)
      const [a, b, c, d, e, f, g, h, i] = m as [number, number, number, number, number, number, number, number, number]
      const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
      const norm = Math.hypot(...m)
      expect(Math.hypot(...values)).toBeCloseTo(norm, 9)
      expect(values.reduce((product, value) => product * value, 1)).toBeCloseTo(Math.abs(determinant), 8)
    }), { seed: 7 })
  })
})
