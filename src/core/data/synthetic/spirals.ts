/**
 * Two spirals: with t = 3π √u and u uniform on [0, 1], (−t cos t, t sin t) plus a uniform jitter in [0, ½]², divided
 * by 3; by a fair coin that point or its negative; plus N(0, σ² I).
 * Density: the integral over t (see ridge.ts) of the jitter smeared by the noise, which for a box of side w centred
 * at 0 is the product over both coordinates of (Φ((d + w/2)/σ) − Φ((d − w/2)/σ)) / w.
 * Source: FFJORD's toy data (Grathwohl et al. 2019).
 */
import { chebyshevTable } from '../special/chebyshev.ts'
import { logNormalInterval } from '../special/normal-interval.ts'
import { addGaussian } from './gaussian-noise.ts'
import { ridgeLogDensity } from './ridge.ts'
import type { Ridge } from './ridge.ts'
import { defineTarget } from './target.ts'

const divisor = 3
const longest = 3 * Math.PI
/** Side of the jitter's box, after the division. */
const side = 0.5 / divisor

/** The middle of the jitter's box for angle t. */
function curve(t: number, out: Float64Array, at = 0): void {
  out[at] = (-t * Math.cos(t)) / divisor + side / 2
  out[at + 1] = (t * Math.sin(t)) / divisor + side / 2
}

/** log of the jitter's density smeared by the noise: even and smooth in each coordinate, hence taken from a table. */
function smearedBox(sigma: number): (dx: number, dy: number) => number {
  const half = side / 2
  const offset = -Math.log(side)
  const exact = (d: number): number => logNormalInterval((d - half) / sigma, (d + half) / sigma) + offset
  // Cells of σ/2 with ten coefficients: the nearest singularity is 2.8σ off the real axis, so the table errs by 1e-12.
  const end = half + 12 * sigma
  const coordinate = chebyshevTable(exact, end, Math.ceil((2 * end) / sigma), 10)
  return (dx, dy) => coordinate(Math.abs(dx)) + coordinate(Math.abs(dy))
}

/** The spiral that is not negated. */
const positive = (noise: number): Ridge => ({
  from: 0,
  to: longest,
  curve,
  speed: (t) => Math.hypot(1, t) / divisor,
  // u = (t / 3π)² is uniform.
  weight: (t) => (2 * t) / (longest * longest),
  logNoise: smearedBox(noise),
  sigma: noise,
  halfBox: side / 2,
})

export const spirals = defineTarget({
  id: 'spirals',
  title: 'Two spirals',
  summary: 'Two interleaved spirals of one and a half turns: two modes wound around each other.',
  source: 'FFJORD toy data (Grathwohl et al., ICLR 2019), "2spirals"',
  window: [-4, 4, -4, 4],
  options: {
    noise: {
      label: 'Noise', default: 0.1, minimum: 0.02, maximum: 0.5,
      help: 'Standard deviation σ of the Gaussian noise added to each coordinate; the spirals reach out to radius π.',
    },
  },
  uniformsPerPoint: 5,
  place: ({ noise }) => (u, from, out, at) => {
    const coin = 2 * u[from]!
    const sign = coin < 1 ? 1 : -1
    curve(longest * Math.sqrt(coin % 1), out, at)
    out[at] = sign * (out[at]! + side * (u[from + 1]! - 0.5))
    out[at + 1] = sign * (out[at + 1]! + side * (u[from + 2]! - 0.5))
    addGaussian(out, at, noise, u[from + 3]!, u[from + 4]!)
  },
  logDensity: ({ noise }) => ridgeLogDensity({ ...positive(noise), mirror: [0, 0] }),
  entropy: ({ noise }, onGrid) => onGrid(noise),
  classes: {
    count: 2,
    of: (u, from) => Math.floor(2 * u[from]!),
    logDensity({ noise }, index) {
      const density = ridgeLogDensity(positive(noise))
      return index === 0 ? density : (x, y) => density(-x, -y)
    },
    entropy: ({ noise }, onGrid) => onGrid(0, noise),
  },
})
