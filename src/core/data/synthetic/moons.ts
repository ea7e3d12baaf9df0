/**
 * Two moons: half circles (cos t, sin t) and (1 − cos t, ½ − sin t), t uniform on [0, π], chosen by a fair coin, plus
 * N(0, σ² I). The second is the first under the point reflection x → (1, ½) − x.
 * Density: the integral over t, see ridge.ts.
 * Source: scikit-learn, make_moons (which spaces t evenly; here it is drawn).
 */
import { addGaussian, gaussianLogDensity } from './gaussian-noise.ts'
import { ridgeLogDensity } from './ridge.ts'
import type { Ridge } from './ridge.ts'
import { defineTarget } from './target.ts'

const mirror = [1, 0.5] as const

/** The upper moon: the half circle (cos t, sin t). */
const upper = (noise: number): Ridge => ({
  from: 0,
  to: Math.PI,
  curve(t, out) {
    out[0] = Math.cos(t)
    out[1] = Math.sin(t)
  },
  speed: () => 1,
  weight: () => 1 / Math.PI,
  logNoise: gaussianLogDensity(noise),
  sigma: noise,
  halfBox: 0,
})

export const moons = defineTarget({
  id: 'moons',
  title: 'Two moons',
  summary: 'Two interleaving half circles of radius 1: two modes, curved and thin.',
  source: 'scikit-learn, sklearn.datasets.make_moons, with angles drawn at random',
  window: [-1.5, 2.5, -1, 1.5],
  options: {
    noise: {
      label: 'Noise', default: 0.1, minimum: 0.01, maximum: 0.5,
      help: 'Standard deviation σ of the Gaussian noise added to each coordinate; the half circles have radius 1.',
    },
  },
  uniformsPerPoint: 3,
  place: ({ noise }) => (u, from, out, at) => {
    // One uniform number is both coin and angle: its halves are the two moons.
    const coin = 2 * u[from]!
    const lower = coin >= 1
    const t = Math.PI * (coin % 1)
    out[at] = lower ? 1 - Math.cos(t) : Math.cos(t)
    out[at + 1] = lower ? 0.5 - Math.sin(t) : Math.sin(t)
    addGaussian(out, at, noise, u[from + 1]!, u[from + 2]!)
  },
  logDensity: ({ noise }) => ridgeLogDensity({ ...upper(noise), mirror }),
  entropy: ({ noise }, onGrid) => onGrid(noise),
  classes: {
    count: 2,
    of: (u, from) => Math.floor(2 * u[from]!),
    logDensity({ noise }, index) {
      const density = ridgeLogDensity(upper(noise))
      return index === 0 ? density : (x, y) => density(mirror[0] - x, mirror[1] - y)
    },
    entropy: ({ noise }, onGrid) => onGrid(0, noise),
  },
})
