/**
 * Swiss roll, seen along its axis: t (cos t, sin t) with t uniform on [3π/2, 9π/2], plus N(0, σ² I), all divided by 5.
 * Density: the integral over t, see ridge.ts.
 * Source: FFJORD's toy data (Grathwohl et al. 2019): scikit-learn, make_swiss_roll, coordinates 0 and 2, noise 1.
 */
import { addGaussian, gaussianLogDensity } from './gaussian-noise.ts'
import { ridgeLogDensity } from './ridge.ts'
import { defineTarget } from './target.ts'

const divisor = 5
const from = 1.5 * Math.PI
const to = 4.5 * Math.PI

function curve(t: number, out: Float64Array, at = 0): void {
  out[at] = (t * Math.cos(t)) / divisor
  out[at + 1] = (t * Math.sin(t)) / divisor
}

export const swissRoll = defineTarget({
  id: 'swiss-roll',
  title: 'Swiss roll',
  summary: 'One spiral of one and a half turns: a single mode, rolled up.',
  source: 'FFJORD toy data (Grathwohl et al., ICLR 2019), from scikit-learn, sklearn.datasets.make_swiss_roll',
  window: [-3.4, 3.4, -3.4, 3.6],
  options: {
    noise: {
      label: 'Noise', default: 1, minimum: 0.1, maximum: 3,
      help: 'Standard deviation σ of the Gaussian noise added to each coordinate, before the division by 5.',
    },
  },
  uniformsPerPoint: 3,
  place: ({ noise }) => (u, first, out, at) => {
    curve(from + (to - from) * u[first]!, out, at)
    addGaussian(out, at, noise / divisor, u[first + 1]!, u[first + 2]!)
  },
  logDensity: ({ noise }) => ridgeLogDensity({
    from,
    to,
    curve,
    speed: (t) => Math.hypot(1, t) / divisor,
    weight: () => 1 / (to - from),
    logNoise: gaussianLogDensity(noise / divisor),
    sigma: noise / divisor,
    halfBox: 0,
  }),
  entropy: ({ noise }, onGrid) => onGrid(noise / divisor),
})
