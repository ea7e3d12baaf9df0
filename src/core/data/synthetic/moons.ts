/**
 * Two moons: half circles (cos t, sin t) and (1 − cos t, ½ − sin t), t uniform on [0, π], chosen by a fair coin, plus
 * N(0, σ² I). The second is the first under the point reflection x → (1, ½) − x.
 * Density: the integral over t, see ridge.ts.
 * Source: scikit-learn, make_moons (which spaces t evenly; here it is drawn).
 */
import { addGaussian, gaussianLogDensity } from './gaussian-noise.ts'
import { ridgeLogDensity } from './ridge.ts'
import { defineTarget } from './target.ts'

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
  logDensity: ({ noise }) => ridgeLogDensity({
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
    mirror: [1, 0.5],
  }),
  entropy: ({ noise }, onGrid) => onGrid(noise),
})
