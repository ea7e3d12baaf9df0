import { beforeAll, describe, expect, it } from 'vitest'
import { syntheticTargets } from '../../../src/core/data/synthetic/catalogue.ts'
import type { LogDensity } from '../../../src/core/data/synthetic/log-density.ts'
import type { OptionValues, SyntheticTarget } from '../../../src/core/data/synthetic/target.ts'
import { fold, key } from '../../../src/core/random.ts'

/** Each target with its default options and, where it has noise, with half and twice the default. */
const cases: readonly (readonly [string, SyntheticTarget, OptionValues])[] = syntheticTargets.flatMap((target) => {
  const noise = target.options['noise']?.default
  const choices: OptionValues[] = noise === undefined ? [{}] : [{ noise }, { noise: noise / 2 }, { noise: noise * 2 }]
  return choices.map((options) => [`${target.id} ${JSON.stringify(options)}`, target, options] as const)
})

const byId = (id: string): SyntheticTarget => {
  const target = syntheticTargets.find((candidate) => candidate.id === id)
  if (target === undefined) throw new Error(`no target ${id}`)
  return target
}

const binsPerSide = 16

type Box = readonly [number, number, number, number]

/** The masses of 16 × 16 equal bins of a box, and −∫ p log p, by the midpoint rule with `fine` points a bin and axis. */
function integrate(logDensity: LogDensity, box: Box, fine: number) {
  const [left, right, bottom, top] = box
  const n = binsPerSide * fine
  const [dx, dy] = [(right - left) / n, (top - bottom) / n]
  const masses = new Float64Array(binsPerSide ** 2)
  let entropy = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const logP = logDensity(left + (i + 0.5) * dx, bottom + (j + 0.5) * dy)
      if (logP < -700) continue
      const mass = Math.exp(logP) * dx * dy
      const bin = Math.floor(i / fine) * binsPerSide + Math.floor(j / fine)
      masses[bin] = masses[bin]! + mass
      entropy -= mass * logP
    }
  }
  return { masses, mass: masses.reduce((sum, m) => sum + m, 0), entropy }
}

/** The window, widened on each side so that it holds all but 10⁻⁵ of the mass. */
function wideBox({ id, window: [left, right, bottom, top], options }: SyntheticTarget, noise = 0): Box {
  // The bins and grid points of the checkerboard have to respect its squares.
  const share = id === 'checkerboard' ? 0 : noise > (options['noise']?.default ?? 1) ? 1 / 3 : 1 / 8
  const [w, h] = [(right - left) * share, (top - bottom) * share]
  return [left - w, right + w, bottom - h, top + h]
}

/** Points a bin and axis for a grid step of 0.7 standard deviations across the finest structure. */
function fineness({ id }: SyntheticTarget, [left, right, bottom, top]: Box, noise: number | undefined): number {
  const unit = id === 'eight-gaussians' ? 1 / 1.414 : id === 'swiss-roll' ? 1 / 5 : 1
  const finest = noise === undefined ? { banana: 1 / 40, checkerboard: 1 }[id] : noise * unit
  if (finest === undefined) throw new Error(`no finest structure known of ${id}`)
  return Math.ceil(Math.max(right - left, top - bottom) / (0.7 * finest) / binsPerSide)
}

function countBins(points: Float64Array, [left, right, bottom, top]: Box): number[] {
  const counts = Array.from({ length: binsPerSide ** 2 }, () => 0)
  for (let k = 0; k < points.length; k += 2) {
    const column = Math.floor(((points[k]! - left) / (right - left)) * binsPerSide)
    const row = Math.floor(((points[k + 1]! - bottom) / (top - bottom)) * binsPerSide)
    const bin = column * binsPerSide + row
    if (column >= 0 && column < binsPerSide && row >= 0 && row < binsPerSide) counts[bin] = counts[bin]! + 1
  }
  return counts
}

describe.each(cases)('%s', (_, target, options) => {
  const logDensity = target.logDensity(options)
  const box = wideBox(target, options['noise'])
  let integral: ReturnType<typeof integrate>
  beforeAll(() => {
    integral = integrate(logDensity, box, fineness(target, box, options['noise']))
  })

  it('has a density that integrates to 1', () => {
    expect(Math.abs(integral.mass - 1)).toBeLessThan(1e-4)
  })

  it('has the entropy of its density', () => {
    // Missing 10⁻⁵ of the mass in the tails, with −log p about 15 there, costs 1.5e-4.
    expect(Math.abs(target.entropy(options) - integral.entropy)).toBeLessThan(5e-4)
  })

  it('has samples that its density describes: their mean log-density is −H', () => {
    const n = 20_000
    const points = target.sample(key(21), n, options)
    const values = Array.from({ length: n }, (__, i) => logDensity(points[2 * i]!, points[2 * i + 1]!))
    const mean = values.reduce((sum, value) => sum + value / n, 0)
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0)
    // 4 standard errors (one failure in 16 000 seeds), and rounding where the density is constant.
    expect(Math.abs(mean + target.entropy(options))).toBeLessThan(4 * Math.sqrt(variance / n) + 1e-12)
  })

  it('has samples where its density is: bin by bin', () => {
    const n = 40_000
    const counts = countBins(target.sample(key(22), n, options), box)
    let chiSquare = 0
    let degrees = 0
    integral.masses.forEach((mass, bin) => {
      const expected = n * mass
      // Where next to nothing is expected Pearson's statistic is not χ²: there, next to nothing must be found.
      if (expected < 5) return expect(counts[bin]).toBeLessThan(25)
      chiSquare += (counts[bin]! - expected) ** 2 / expected
      degrees++
    })
    expect(degrees).toBeGreaterThan(7)
    expect(chiSquare).toBeLessThan(degrees + 4 * Math.sqrt(2 * degrees))
  })
})

describe.each(syntheticTargets.map((target) => [target.id, target] as const))('%s', (_, target) => {
  it('draws the same points from the same key, point by point', () => {
    const points = target.sample(key(5), 300)
    expect(points.length).toBe(600)
    expect(target.sample(key(5), 300)).toEqual(points)
    expect(target.sample(key(5), 100)).toEqual(points.slice(0, 200))
    expect(target.sample(key(6), 300)).not.toEqual(points)
    expect(target.sample(fold(key(5), 0), 300)).not.toEqual(points)
    expect(target.sample(key(5), 0).length).toBe(0)
  })

  it('has a window that holds all but 2·10⁻⁴ of its samples', () => {
    const [left, right, bottom, top] = target.window
    const points = target.sample(key(7), 50_000)
    let outside = 0
    for (let k = 0; k < points.length; k += 2) {
      const inside = points[k]! >= left && points[k]! <= right && points[k + 1]! >= bottom && points[k + 1]! <= top
      if (!inside) outside++
    }
    expect(outside).toBeLessThanOrEqual(10)
  })

  it('has a log-density that is a number everywhere, and falls off far away', () => {
    for (const noise of [undefined, target.options['noise']?.minimum, target.options['noise']?.maximum]) {
      const logDensity = target.logDensity(noise === undefined ? {} : { noise })
      let before = Number.POSITIVE_INFINITY
      for (const distance of [30, 300, 3e4, 1e10, 1e100]) {
        const value = logDensity(0.6 * distance, -0.8 * distance)
        expect(value).not.toBeNaN()
        expect(value).toBeLessThan(target.id === 'checkerboard' ? 0 : before)
        before = value
      }
      for (const [x, y] of target.sample(key(8), 500).reduce<number[][]>((pairs, value, i, all) =>
        i % 2 === 0 ? [...pairs, [value, all[i + 1]!]] : pairs, [])) {
        expect(logDensity(x!, y!)).not.toBeNaN()
      }
    }
  })
})

describe('entropies', () => {
  // Entropies known from exact calculation or integration, to the digits given.
  it.each([
    ['eight-gaussians', {}, 2.8319, 5e-5],
    ['checkerboard', {}, 3.46574, 5e-6],
    ['moons', {}, 1.0076, 5e-5],
    ['moons', { noise: 0.05 }, 0.2892, 5e-5],
    ['moons', { noise: 0.2 }, 1.6775, 5e-5],
    ['rings', {}, 2.6232, 5e-5],
    ['circles', {}, 3.2681, 5e-5],
    ['spirals', {}, 2.645, 1e-3],
    ['pinwheel', {}, 2.317, 1e-3],
    ['swiss-roll', {}, 2.669, 1e-3],
    ['banana', {}, -3.15359, 5e-6],
  ])('%s %o: %d', (id, options: OptionValues, expected, tolerance) => {
    expect(Math.abs(byId(id).entropy(options) - expected)).toBeLessThanOrEqual(tolerance)
  })

  it('of moons with σ 0.06, standardised, is 1.3161', () => {
    // Coordinate variances of the mixture of two half circles, each with cos and sin of a uniform angle, plus noise.
    const varianceX = 0.75 + 0.06 ** 2
    const varianceY = 0.5 - 4 / Math.PI ** 2 + (2 / Math.PI - 0.25) ** 2 + 0.06 ** 2
    const standardised = byId('moons').entropy({ noise: 0.06 }) - 0.5 * Math.log(varianceX * varianceY)
    expect(Math.abs(standardised - 1.3161)).toBeLessThan(5e-5)
  })

  it('of eight Gaussians far apart is that of one, plus log 8', () => {
    const one = 1 + Math.log(2 * Math.PI) + 2 * Math.log(0.05 / 1.414)
    expect(byId('eight-gaussians').entropy({ noise: 0.05 })).toBeCloseTo(one + Math.log(8), 6)
  })

  it('are remembered', () => {
    const spirals = byId('spirals')
    const first = spirals.entropy({ noise: 0.3 })
    const start = process.cpuUsage()
    for (let i = 0; i < 1000; i++) if (spirals.entropy({ noise: 0.3 }) !== first) throw new Error('it changed')
    // One evaluation takes about 100 ms of processor time, a thousand look-ups about one.
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(100)
  })
})
