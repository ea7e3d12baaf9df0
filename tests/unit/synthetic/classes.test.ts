/** Targets that are made of parts: the parts as classes, with exact class densities. */
import { describe, expect, it } from 'vitest'
import { LogSum } from '../../../src/core/data/special/log-sum.ts'
import { syntheticTargets } from '../../../src/core/data/synthetic/catalogue.ts'
import { key } from '../../../src/core/random.ts'

const parted = syntheticTargets.flatMap((target) =>
  (target.classes === undefined ? [] : [[target.id, target, target.classes] as const]))

it('moons, Gaussians, squares, rings, circles, spirals and arms have classes', () => {
  expect(parted.map(([id, , { names }]) => [id, names.length])).toEqual([
    ['moons', 2], ['eight-gaussians', 8], ['checkerboard', 8], ['rings', 4], ['circles', 2], ['spirals', 2], ['pinwheel', 5],
  ])
})

describe.each(parted)('%s', (_, target, classes) => {
  const count = classes.names.length
  const options = target.complete()
  const densities = classes.names.map((__, index) => classes.logDensity(index, options))
  const n = 4000
  const points = target.sample(key(31), n, options)
  const owners = classes.sample(key(31), n)

  it('is the mixture of its classes', () => {
    const whole = target.logDensity(options)
    for (let i = 0; i < 400; i++) {
      // Half of the points are drawn, half lie anywhere in the window.
      const [left, right, bottom, top] = target.window
      const [x, y] = i % 2 === 0
        ? [points[2 * i]!, points[2 * i + 1]!]
        : [left + (right - left) * ((i * 0.618) % 1), bottom + (top - bottom) * ((i * 0.414) % 1)]
      const sum = new LogSum()
      for (const density of densities) sum.add(1 / count, density(x, y))
      // Quadratures are good to 1e-8, or 1e-8 of the value where that is large.
      const expected = whole(x, y)
      if (expected === Number.NEGATIVE_INFINITY) expect(sum.log()).toBe(expected)
      else expect(Math.abs(sum.log() - expected)).toBeLessThan(2e-8 * Math.max(1, Math.abs(expected)))
    }
  })

  it('draws each class as often as any other, and a shorter sample is the beginning of a longer one', () => {
    const counts = classes.names.map((__, index) => owners.filter((owner) => owner === index).length)
    const expected = n / count
    const chiSquare = counts.reduce((sum, got) => sum + (got - expected) ** 2 / expected, 0)
    expect(chiSquare).toBeLessThan(count + 4 * Math.sqrt(2 * count))
    expect(classes.sample(key(31), 50)).toEqual(owners.slice(0, 50))
  })

  it('draws points that the density of their own class describes: the mean of −log p(x | c) is H(x | c)', () => {
    const values = Array.from(owners, (owner, i) => densities[owner]!(points[2 * i]!, points[2 * i + 1]!))
    const mean = values.reduce((sum, value) => sum + value / n, 0)
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0)
    const entropy = classes.entropy(options)
    // 4 standard errors, and rounding where the density is constant.
    expect(Math.abs(mean + entropy)).toBeLessThan(4 * Math.sqrt(variance / n) + 1e-12)
    // Knowing the class saves at most what the class is worth, and never costs.
    expect(entropy).toBeLessThan(target.entropy(options))
    expect(entropy).toBeGreaterThan(target.entropy(options) - Math.log(count) - 1e-4)
  })
})
