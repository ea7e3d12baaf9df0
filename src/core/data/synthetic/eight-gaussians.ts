/**
 * Eight Gaussians of equal weight with centres at the angles k π/4 on a circle of radius 4 and standard deviation σ,
 * everything divided by 1.414.
 * Source: FFJORD's toy data (Grathwohl et al. 2019), whose divisor is 1.414 and not √2.
 */
import { LogSum } from '../special/log-sum.ts'
import { addGaussian, gaussianEntropy, gaussianLogDensity } from './gaussian-noise.ts'
import { defineTarget } from './target.ts'
import type { LogDensity } from './log-density.ts'

const divisor = 1.414
const radius = 4 / divisor
const count = 8
const centreX = Float64Array.from({ length: count }, (_, k) => radius * Math.cos((2 * Math.PI * k) / count))
const centreY = Float64Array.from({ length: count }, (_, k) => radius * Math.sin((2 * Math.PI * k) / count))

function logDensity({ noise }: { readonly noise: number }): LogDensity {
  const component = gaussianLogDensity(noise / divisor)
  return (x, y) => {
    const sum = new LogSum()
    for (let k = 0; k < count; k++) sum.add(1 / count, component(x - centreX[k]!, y - centreY[k]!))
    return sum.log()
  }
}

export const eightGaussians = defineTarget({
  id: 'eight-gaussians',
  title: 'Eight Gaussians',
  summary: 'Eight round modes on a circle, with next to nothing between them.',
  source: 'FFJORD toy data (Grathwohl et al., ICLR 2019), "8gaussians"',
  window: [-4.5, 4.5, -4.5, 4.5],
  options: {
    noise: {
      label: 'Width', default: 0.5, minimum: 0.05, maximum: 2,
      help: 'Standard deviation σ of each Gaussian, where the circle has radius 4; all is then divided by 1.414.',
    },
  },
  uniformsPerPoint: 3,
  place: ({ noise }) => (u, from, out, at) => {
    const k = Math.floor(count * u[from]!)
    out[at] = centreX[k]!
    out[at + 1] = centreY[k]!
    addGaussian(out, at, noise / divisor, u[from + 1]!, u[from + 2]!)
  },
  logDensity,
  entropy: ({ noise }, onGrid) => onGrid(noise / divisor),
  classes: {
    count,
    of: (u, from) => Math.floor(count * u[from]!),
    logDensity({ noise }, index) {
      const component = gaussianLogDensity(noise / divisor)
      return (x, y) => component(x - centreX[index]!, y - centreY[index]!)
    },
    entropy: ({ noise }) => gaussianEntropy(noise / divisor),
  },
})
