/** Latents to look at, pictures, marginals, and the grades of a certificate. */
import { describe, expect, it } from 'vitest'
import type { CertificateEntry } from '../../../src/shared/api.ts'
import { gradeFigure, gradeOf, worstGrade } from '../../../src/renderer/stores/certificate-grades.ts'
import { amountAt, hueOf, orderAt, rankAt } from '../../../src/renderer/views/explore/colour-maps.ts'
import { acrossDirections, alongDirection, imageBytes, imageShape, lineBetween, steps } from '../../../src/renderer/views/explore/latents.ts'
import { binsOf, distributionDistance, histogramOf, shownDimensions, spread } from '../../../src/renderer/views/explore/marginals.ts'

describe('latents', () => {
  it('move along one direction and keep the others', () => {
    expect(steps(2, 5)).toEqual([-2, -1, 0, 1, 2])
    expect([...alongDirection([7, 8, 9], 1, [-1, 1])]).toEqual([7, -1, 9, 7, 1, 9])
  })
  it('make a grid whose rows start at the top', () => {
    expect([...acrossDirections([0, 5, 0], [0, 2], [1, 2], [-1, 1])]).toEqual([1, 5, 1, 2, 5, 1, 1, 5, -1, 2, 5, -1])
  })
  it('join two points by a line, ends included', () => {
    expect([...lineBetween([0, 10], [4, 20], 3)]).toEqual([0, 10, 2, 15, 4, 20])
  })
})

describe('pictures', () => {
  it('are images, and squares of at least 7 × 7', () => {
    expect(imageShape([28, 14, 1])).toEqual({ height: 28, width: 14, channels: 1 })
    expect(imageShape([4, 4, 3])).toEqual({ height: 4, width: 4, channels: 3 })
    expect(imageShape([64])).toEqual({ height: 8, width: 8, channels: 1 })
    expect([imageShape([63]), imageShape([16]), imageShape([4, 4, 12])]).toEqual([undefined, undefined, undefined])
  })
  it('go from black at the low end to white at the high one, and stop there', () => {
    const bytes = imageBytes([99, -1, 0, 8, 16, 40], 1, { height: 1, width: 5, channels: 1 }, 0, 16)
    expect([...bytes].filter((_, i) => i % 4 === 0)).toEqual([0, 0, 128, 255, 255])
    expect([...bytes].filter((_, i) => i % 4 === 3)).toEqual([255, 255, 255, 255, 255])
  })
})

describe('marginals', () => {
  it('show so many dimensions and never run over the end', () => {
    expect(shownDimensions(3, 0, 5)).toEqual([0, 1, 2])
    expect(shownDimensions(64, 62, 5)).toEqual([59, 60, 61, 62, 63])
  })
  it('are densities: they integrate to the part inside', () => {
    const points = Float32Array.of(0, 9, 0.5, 9, 1.5, 9, 7, 9)
    expect([...histogramOf(points, 2, 0, [0, 2], 2)]).toEqual([0.5, 0.25])
  })
  it('are at the distance of Kolmogorov and Smirnov', () => {
    expect(distributionDistance(Float32Array.of(1, 2, 3, 4), Float32Array.of(3, 4, 5, 6), 1, 0)).toBe(0.5)
    expect(distributionDistance(Float32Array.of(1, 2, 3), Float32Array.of(3, 1, 2), 1, 0)).toBe(0)
    expect(distributionDistance(Float32Array.of(1), Float32Array.of(2), 1, 0)).toBe(1)
  })
})

describe('grades', () => {
  const entry = (change: Partial<CertificateEntry>): CertificateEntry =>
    ({ path: 'a', id: 'a', kind: 'linear', roundTrip32: 1e-7, roundTrip64: 1e-15, logDetError: 1e-9, condition: 2, ...change })
  it('are decided by the worst figure', () => {
    expect(gradeOf(entry({}))).toEqual({ grade: 'exact', because: undefined })
    expect(gradeOf(entry({ roundTrip32: 5e-4 }))).toEqual({ grade: 'good', because: 'roundTrip32' })
    expect(gradeOf(entry({ logDetError: 0.3 }))).toEqual({ grade: 'broken', because: 'logDetError' })
    expect(gradeOf(entry({ roundTrip64: NaN })).grade).toBe('broken')
  })
  it('take a large condition for a warning only, and what was not computed for nothing', () => {
    expect(gradeOf(entry({ condition: 1e12 })).grade).toBe('loose')
    expect(gradeFigure('condition', 1e12)).toBe('broken')
    expect(gradeOf(entry({ logDetError: null, condition: null })).grade).toBe('exact')
    expect(worstGrade(['good', undefined, 'loose', 'exact'])).toBe('loose')
  })
})

it('has colours at both ends of its maps, and beyond', () => {
  for (const dark of [true, false]) {
    const lightness = (t: number): number => amountAt(t, dark).reduce((sum, part, i) => sum + part * ([0.2126, 0.7152, 0.0722][i] as number), 0)
    expect([amountAt(7, dark), amountAt(NaN, dark)]).toEqual([amountAt(1, dark), amountAt(0, dark)])
    // One way only: read without colour vision.
    for (let t = 0.05; t <= 1; t += 0.05) expect(Math.sign(lightness(t) - lightness(t - 0.05))).toBe(dark ? 1 : -1)
    expect(orderAt(1, dark)).toEqual(amountAt(1, dark))
    expect(rankAt(0, dark)).not.toEqual(rankAt(1, dark))
  }
  expect(hueOf(1.25, true)).toBe(hueOf(0.25, true))
})

it('gives each of few whole numbers a bin of its own', () => {
  const points = Float32Array.of(0, 0.5, 3, 1.25, 5, 2)
  expect(binsOf(points, 2, 0, 32)).toEqual({ range: [-0.5, 5.5], bins: 6, whole: true })
  expect([...histogramOf(points, 2, 0, [-0.5, 5.5], 6)].map((part) => Math.round(3 * part))).toEqual([1, 0, 0, 1, 0, 1])
  expect(binsOf(points, 2, 1, 32)).toMatchObject({ bins: 32, whole: false })
  expect(binsOf(Float32Array.of(0, 1000), 1, 0, 32).whole).toBe(false)
  for (let i = 0; i < 100; i++) expect(Math.abs(spread(i, i % 2 === 0 ? 0 : 1))).toBeLessThanOrEqual(0.35)
})
