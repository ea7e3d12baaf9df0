import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logBesselI0Scaled } from '../../../src/core/data/special/bessel.ts'
import { chebyshevFit, chebyshevTable, chebyshevValue } from '../../../src/core/data/special/chebyshev.ts'
import { gaussLegendre } from '../../../src/core/data/special/gauss-legendre.ts'
import { LogSum } from '../../../src/core/data/special/log-sum.ts'
import { erfcx, logNormalInterval } from '../../../src/core/data/special/normal-interval.ts'

const runs = { seed: 1964, numRuns: 200 }

describe('Gauss–Legendre quadrature', () => {
  it.each([1, 2, 5, 16, 64])('with %i nodes is exact up to degree 2n − 1', (n) => {
    const { nodes, weights } = gaussLegendre(n)
    for (let degree = 0; degree < 2 * n; degree++) {
      const sum = nodes.reduce((total, s, i) => total + weights[i]! * s ** degree, 0)
      // Rounding of n terms of order 1.
      expect(sum).toBeCloseTo(degree % 2 === 0 ? 2 / (degree + 1) : 0, 13)
    }
  })

  it('is not exact beyond: degree 2n', () => {
    const { nodes, weights } = gaussLegendre(2)
    expect(nodes.reduce((sum, s, i) => sum + weights[i]! * s ** 4, 0)).toBeCloseTo(2 / 9, 13)
  })
})

describe('log of sums', () => {
  it('does not depend on the order, nor on a shift of the exponents', () => {
    const terms = fc.array(fc.tuple(fc.double({ min: 0.1, max: 10, noNaN: true }),
      fc.double({ min: -50, max: 50, noNaN: true })), { minLength: 1, maxLength: 20 })
    fc.assert(fc.property(terms, fc.double({ min: -1e4, max: 1e4, noNaN: true }), (list, shift) => {
      const plain = Math.log(list.reduce((sum, [weight, exponent]) => sum + weight * Math.exp(exponent), 0))
      const sum = new LogSum()
      for (const [weight, exponent] of list) sum.add(weight, exponent + shift)
      // The shifted exponents themselves carry rounding errors of 1e4 · 2⁻⁵³.
      expect(sum.log() - shift).toBeCloseTo(plain, 10)
    }), runs)
  })

  it('of nothing is −∞', () => {
    const sum = new LogSum()
    expect(sum.log()).toBe(Number.NEGATIVE_INFINITY)
    sum.add(1, Number.NEGATIVE_INFINITY)
    expect(sum.log()).toBe(Number.NEGATIVE_INFINITY)
    sum.add(2, -1e6)
    expect(sum.log()).toBe(-1e6 + Math.LN2)
  })
})

describe('Bessel function I₀', () => {
  // Abramowitz & Stegun, table 9.8: e^−x I₀(x), ten digits.
  it.each([[0, 1], [1, 0.4657596077], [5, 0.1835408126], [10, 0.1278333372]])('at %d', (x, scaled) => {
    expect(Math.exp(logBesselI0Scaled(x))).toBeCloseTo(scaled, 9)
  })

  it('equals its integral (1/π) ∫₀^π exp(x (cos θ − 1)) dθ', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 400, noNaN: true }), (x) => {
      // The trapezoidal rule is exact to rounding for a periodic integrand with so many points.
      const n = 400
      let sum = 0
      for (let i = 0; i < n; i++) sum += Math.exp(x * (Math.cos((2 * Math.PI * i) / n) - 1)) / n
      expect(logBesselI0Scaled(x)).toBeCloseTo(Math.log(sum), 12)
    }), runs)
  })

  it('is continuous where the series change', () => {
    expect(logBesselI0Scaled(25 - 1e-12)).toBeCloseTo(logBesselI0Scaled(25), 12)
  })
})

describe('Chebyshev interpolation', () => {
  it('reproduces a polynomial of lower degree, and a smooth function from a table', () => {
    const cubic = (s: number): number => 3 - s + 0.5 * s ** 2 - 2 * s ** 3
    const coefficients = chebyshevFit(cubic, 4)
    for (const s of [-1, -0.3, 0, 0.9, 1]) expect(chebyshevValue(coefficients, s)).toBeCloseTo(cubic(s), 13)
    const sine = chebyshevTable(Math.sin, 10, 20, 10)
    fc.assert(fc.property(fc.double({ min: 0, max: 12, noNaN: true }), (x) => {
      // Cells of half a radian: the interpolation error is (1/4)¹⁰ / (2⁹ 10!) = 5e-16.
      expect(sine(x)).toBeCloseTo(Math.sin(x), 13)
    }), runs)
  })
})

describe('normal probabilities', () => {
  // exp(x²) erfc(x), from erfc in Abramowitz & Stegun table 7.1 and the asymptotic series.
  const known = [[0, 1], [1, 0.4275835761558070], [2, 0.2553956763105057], [10, 0.05614099274382259]] as const
  it.each(known)('erfcx at %d', (x, value) => {
    expect(Math.abs(erfcx(x) / value - 1)).toBeLessThan(1e-12)
  })

  it('of an interval equal quadrature of the density, in the tails too', () => {
    const { nodes, weights } = gaussLegendre(40)
    const start = fc.double({ min: -30, max: 30, noNaN: true })
    fc.assert(fc.property(start, fc.double({ min: 0.3, max: 4, noNaN: true }), (a, width) => {
      const sum = new LogSum()
      for (let i = 0; i < nodes.length; i++) {
        const z = a + (width * (1 + nodes[i]!)) / 2
        sum.add((weights[i]! * width) / 2, -0.5 * z * z - 0.5 * Math.log(2 * Math.PI))
      }
      // Forty nodes on an exponential of up to e¹²⁰ along the interval leave 1e-9.
      expect(logNormalInterval(a, a + width)).toBeCloseTo(sum.log(), 8)
    }), runs)
  })

  it('is symmetric and covers the line', () => {
    expect(logNormalInterval(3, 4)).toBe(logNormalInterval(-4, -3))
    expect(logNormalInterval(-40, 40)).toBeCloseTo(0, 15)
    expect(logNormalInterval(-1, 1)).toBeCloseTo(Math.log(0.6826894921370859), 12)
  })
})
