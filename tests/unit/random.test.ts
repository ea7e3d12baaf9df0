import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fold, integers, key, named, normals, normals32, permutation, threefry2x32, uniforms, uniforms32, unit32OfWord,
  unitOfWords,
} from '../../src/core/random.ts'
import type { Key } from '../../src/core/random.ts'

const runs = { seed: 20111112, numRuns: 50 }
const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const counts = fc.integer({ min: 0, max: 5000 })

/** Mean and central moments 2 and 4 of an array. */
function moments(values: ArrayLike<number>): { mean: number; variance: number; fourth: number } {
  let mean = 0
  for (let i = 0; i < values.length; i++) mean += values[i]! / values.length
  let variance = 0
  let fourth = 0
  for (let i = 0; i < values.length; i++) {
    const square = (values[i]! - mean) ** 2
    variance += square / values.length
    fourth += square ** 2 / values.length
  }
  return { mean, variance, fourth }
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [p, q] = [moments(a), moments(b)]
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - p.mean) * (b[i]! - q.mean)
  return sum / a.length / Math.sqrt(p.variance * q.variance)
}

/** Pearson's χ² of counts against equal expectation. */
function chiSquare(bins: readonly number[]): number {
  const expected = bins.reduce((sum, n) => sum + n, 0) / bins.length
  return bins.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
}

describe('Threefry-2x32, 20 rounds', () => {
  // The known answers published with the Random123 library (its file kat_vectors): counter, key, expected.
  const knownAnswers: readonly (readonly [number, number, number, number, number, number])[] = [
    [0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xc4923a9c, 0x483df7a0],
  ]
  it.each(knownAnswers)('counter %i %i, key %i %i', (c0, c1, k0, k1, w0, w1) => {
    expect(threefry2x32({ k0, k1 }, c0, c1)).toEqual({ k0: w0, k1: w1 })
  })

  it('is the stream: number i of uniforms comes from counter (i, 0)', () => {
    const stream = key(7)
    const values = uniforms(stream, 3000)
    for (const i of [0, 1, 1023, 1024, 2999]) {
      const { k0, k1 } = threefry2x32(stream, i, 0)
      expect(values[i]).toBe(unitOfWords(k0, k1))
    }
  })
})

describe('keys', () => {
  it('take a seed as number or bigint alike', () => {
    fc.assert(fc.property(seeds, (seed) => {
      expect(key(seed)).toEqual(key(BigInt(seed)))
    }), runs)
    expect(key((1n << 64n) - 1n)).toEqual({ k0: 0xffffffff, k1: 0xffffffff })
  })

  it('refuse seeds and data that are not whole', () => {
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53, -1n, 1n << 64n]) expect(() => key(bad)).toThrow(/^key: /)
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => fold(key(0), bad)).toThrow(/^fold: /)
  })

  it('differ for every fold, name and path to them', () => {
    const root = key(3)
    const derived: Key[] = [root]
    for (let i = 0; i < 300; i++) derived.push(fold(root, i), fold(root, i * 2 ** 32), fold(fold(root, 1), i))
    const names = ['', 'a', 'b', 'ab', 'ba', 'noise', 'nois', 'a\u0000', '\u{1f600}']
    for (const name of names) derived.push(named(root, name))
    derived.push(named(named(root, 'a'), 'b'))
    const duplicates = 1 // i = 0 folds 0 and 0 · 2³², which are the same
    expect(new Set(derived.map(({ k0, k1 }) => `${k0} ${k1}`)).size).toBe(derived.length - duplicates)
  })

  it('give uncorrelated streams by fold and by name', () => {
    const root = key(11)
    const n = 20_000
    const streams = [root, fold(root, 0), fold(root, 1), named(root, 'a'), named(root, 'b')].map((k) => uniforms(k, n))
    for (let i = 0; i < streams.length; i++) {
      for (let j = 0; j < i; j++) {
        // A correlation of independent streams has standard error 1/√n; 4.5 of them: one failure in 10⁵ pairs.
        expect(Math.abs(correlation(streams[i]!, streams[j]!))).toBeLessThan(4.5 / Math.sqrt(n))
      }
    }
  })
})

describe('draws', () => {
  const kinds = {
    uniforms: (k: Key, n: number) => uniforms(k, n),
    uniforms32: (k: Key, n: number) => uniforms32(k, n),
    normals: (k: Key, n: number) => normals(k, n),
    normals32: (k: Key, n: number) => normals32(k, n),
    integers: (k: Key, n: number) => integers(k, n, 3 * 2 ** 29),
  }
  for (const [name, draw] of Object.entries(kinds)) {
    it(`${name}: the first n of m numbers are the same for every m`, () => {
      fc.assert(fc.property(seeds, counts, counts, (seed, a, b) => {
        const [n, m] = a < b ? [a, b] : [b, a]
        expect(Array.from(draw(key(seed), n))).toEqual(Array.from(draw(key(seed), m).subarray(0, n)))
      }), runs)
    })
  }

  it('write into the front of a given array and refuse one that is too short', () => {
    const into = new Float64Array(5).fill(9)
    expect(uniforms(key(1), 3, into)).toBe(into)
    expect(Array.from(into)).toEqual([...uniforms(key(1), 3), 9, 9])
    const into32 = new Float32Array(4).fill(9)
    expect(Array.from(normals32(key(1), 3, into32))).toEqual([...normals32(key(1), 3), 9])
    expect(() => normals(key(1), 6, into)).toThrow(/^normals: .*6.*5/)
  })

  it('stay inside the open interval at the extreme words', () => {
    const highest = 0xffffffff
    expect(unitOfWords(0, 0)).toBe(2 ** -53)
    expect(unitOfWords(highest, highest)).toBe(1 - 2 ** -53)
    expect(unit32OfWord(0)).toBe(2 ** -24)
    expect(unit32OfWord(highest)).toBe(1 - 2 ** -24)
    for (const word of [0, 1, 511, 512, highest - 512, highest]) {
      expect(Math.fround(unit32OfWord(word))).toBe(unit32OfWord(word))
    }
  })

  const n = 200_000
  it.each([['uniforms', uniforms(key(5), n)], ['uniforms32', uniforms32(key(5), n)]])('%s are uniform', (_, values) => {
    const { mean, variance, fourth } = moments(values)
    // Standard errors of the moments of n uniforms: √(1/12n), √((1/80 − 1/144)/n), and < √(1/2304 n) for the fourth.
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(4.5 * Math.sqrt(1 / 12 / n))
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4.5 * Math.sqrt((1 / 80 - 1 / 144) / n))
    expect(Math.abs(fourth - 1 / 80)).toBeLessThan(4.5 * Math.sqrt(1 / 2304 / n))
    const bins = Array.from({ length: 256 }, () => 0)
    for (const value of values) bins[Math.floor(value * 256)]!++
    // χ² with 255 degrees of freedom has mean 255, deviation √510 = 22.6; 4.5 deviations.
    expect(chiSquare(bins)).toBeLessThan(255 + 4.5 * 22.6)
    expect(Math.abs(correlation(values.subarray(1), values.subarray(0, n - 1)))).toBeLessThan(4.5 / Math.sqrt(n))
  })

  it.each([['normals', normals(key(6), n)], ['normals32', normals32(key(6), n)]])('%s are normal', (_, values) => {
    const { mean, variance, fourth } = moments(values)
    // Standard errors of the moments of n normals: √(1/n), √(2/n), √(96/n).
    expect(Math.abs(mean)).toBeLessThan(4.5 * Math.sqrt(1 / n))
    expect(Math.abs(variance - 1)).toBeLessThan(4.5 * Math.sqrt(2 / n))
    expect(Math.abs(fourth - 3)).toBeLessThan(4.5 * Math.sqrt(96 / n))
    let beyond2 = 0
    for (const value of values) if (Math.abs(value) > 2) beyond2++
    const share = 0.04550026389635842 // P(|z| > 2)
    expect(Math.abs(beyond2 / n - share)).toBeLessThan(4.5 * Math.sqrt(share * (1 - share) / n))
    // The two numbers of a Box–Muller pair are independent.
    expect(Math.abs(correlation(values.filter((_, i) => i % 2 === 0), values.filter((_, i) => i % 2 === 1))))
      .toBeLessThan(4.5 / Math.sqrt(n / 2))
  })
})

describe('integers and permutations', () => {
  it('are unbiased where words must be rejected', () => {
    // Without rejection a modulus of 3·2²⁹ would give the lowest third twice the weight of the others.
    const n = 60_000
    const thirds = [0, 0, 0]
    for (const value of integers(key(8), n, 3 * 2 ** 29)) thirds[Math.floor(value / 2 ** 29)]!++
    expect(chiSquare(thirds)).toBeLessThan(20) // 2 degrees of freedom: P(χ² > 20) = 5·10⁻⁵
  })

  it('reach every value up to the bound and none beyond', () => {
    fc.assert(fc.property(seeds, fc.integer({ min: 1, max: 20 }), (seed, below) => {
      expect([...new Set(integers(key(seed), 1000, below))].sort((a, b) => a - b)).toEqual(
        Array.from({ length: below }, (_, i) => i))
    }), runs)
    expect(() => integers(key(0), 1, 0)).toThrow(/^integers: /)
    expect(() => integers(key(0), 1, 2 ** 31 + 1)).toThrow(/^integers: /)
  })

  it('permute: every number once', () => {
    fc.assert(fc.property(seeds, counts, (seed, n) => {
      const sorted = Array.from(permutation(key(seed), n)).sort((a, b) => a - b)
      expect(sorted).toEqual(Array.from({ length: n }, (_, i) => i))
    }), runs)
  })

  it('give each of the 24 orders of four equally often', () => {
    const orders = new Map<string, number>()
    const n = 24_000
    for (let i = 0; i < n; i++) {
      const order = permutation(fold(key(9), i), 4).join('')
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    expect(orders.size).toBe(24)
    expect(chiSquare([...orders.values()])).toBeLessThan(23 + 4.5 * Math.sqrt(46))
  })
})

it('makes a million float32 uniforms quickly', () => {
  const into = new Float32Array(1_000_000)
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 8; i++) {
    // Processor time, which other processes of a busy machine do not lengthen.
    const start = process.cpuUsage()
    uniforms32(fold(key(1), i), into.length, into)
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, (user + system) / 1000)
  }
  // About 8 ms on one core; 40 ms catches an allocation in the inner loop.
  expect(best).toBeLessThan(40)
})
