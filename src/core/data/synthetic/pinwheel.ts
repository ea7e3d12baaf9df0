/**
 * Pinwheel: five arms. f ~ N((1, 0), diag(0.3², τ²)), turned by −(2πc/5 + ¼ e^f₁) with the arm c drawn from 0 … 4, and
 * doubled. Density by change of variables, see pinwheel-density.ts.
 * Source: FFJORD's toy data (Grathwohl et al. 2019), after Johnson et al. 2016.
 */
import { addGaussian } from './gaussian-noise.ts'
import { armCount, armLength, pinwheelLogDensity, windingRate } from './pinwheel-density.ts'
import { defineTarget } from './target.ts'

export const pinwheel = defineTarget({
  id: 'pinwheel',
  title: 'Pinwheel',
  summary: 'Five arms, each a Gaussian sheared along a spiral.',
  source: 'FFJORD toy data (Grathwohl et al., ICLR 2019), after Johnson et al., NeurIPS 2016',
  window: [-4.5, 4.5, -4.5, 4.5],
  options: {
    noise: {
      label: 'Arm width', default: 0.1, minimum: 0.02, maximum: 0.2,
      help: 'Standard deviation τ across an arm, where the one along it is 0.3; the arms are then bent and doubled.',
    },
  },
  uniformsPerPoint: 3,
  place: ({ noise }) => (u, from, out, at) => {
    out[at] = 0
    out[at + 1] = 0
    addGaussian(out, at, 1, u[from + 1]!, u[from + 2]!)
    const along = 1 + armLength * out[at]!
    const across = noise * out[at + 1]!
    const angle = (2 * Math.PI * Math.floor(armCount * u[from]!)) / armCount + windingRate * Math.exp(along)
    out[at] = 2 * (along * Math.cos(angle) + across * Math.sin(angle))
    out[at + 1] = 2 * (across * Math.cos(angle) - along * Math.sin(angle))
  },
  logDensity: ({ noise }) => pinwheelLogDensity(noise),
  // At their ends the arms are sheared to about 0.7 τ.
  entropy: ({ noise }, onGrid) => onGrid(0.7 * noise),
  classes: {
    count: armCount,
    of: (u, from) => Math.floor(armCount * u[from]!),
    logDensity: ({ noise }, index) => pinwheelLogDensity(noise, index),
    // The arms are the same but for a turn.
    entropy: ({ noise }, onGrid) => onGrid(0, 0.7 * noise),
  },
})
