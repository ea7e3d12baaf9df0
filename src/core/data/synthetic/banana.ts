/**
 * Banana: y ~ N(0, 4²), x ~ N(y²/4, 1), both divided by 40.
 * log p(x, y) = log N(40 y; 0, 4²) + log N(40 x; (40 y)²/4, 1) + 2 log 40, and H = log 2πe + log 4 − 2 log 40, which is
 * negative: the density exceeds 1.
 * Source: the crescent of the masked autoregressive flow paper (Papamakarios et al. 2017, figure 1), scaled.
 */
import { addGaussian } from './gaussian-noise.ts'
import { defineTarget } from './target.ts'

const divisor = 40
const spread = 4

export const banana = defineTarget({
  id: 'banana',
  title: 'Banana',
  summary: 'A Gaussian bent along a parabola: one mode, exactly solved by a flow of two layers.',
  source: 'Papamakarios, Pavlakou, Murray, Masked Autoregressive Flow, NeurIPS 2017, figure 1, divided by 40',
  window: [-0.1, 1.6, -0.4, 0.4],
  options: {},
  uniformsPerPoint: 2,
  place: () => (u, from, out, at) => {
    out[at] = 0
    out[at + 1] = 0
    addGaussian(out, at, 1, u[from]!, u[from + 1]!)
    const y = spread * out[at + 1]!
    out[at] = (out[at]! + (y * y) / 4) / divisor
    out[at + 1] = y / divisor
  },
  logDensity: () => {
    const offset = 2 * Math.log(divisor) - Math.log(2 * Math.PI * spread)
    return (x, y) => {
      const y1 = divisor * y
      const z = divisor * x - (y1 * y1) / 4
      return offset - 0.5 * (z * z + (y1 / spread) ** 2)
    }
  },
  entropy: () => Math.log(2 * Math.PI * Math.E) + Math.log(spread) - 2 * Math.log(divisor),
})
