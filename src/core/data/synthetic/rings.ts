/**
 * Four concentric rings of radii 3, 2.25, 1.5 and 0.75, equally likely, plus N(0, σ² I); see concentric.ts.
 * Source: FFJORD's toy data (Grathwohl et al. 2019).
 */
import { placeOnRings, ringClasses, ringsLogDensity } from './concentric.ts'
import { defineTarget } from './target.ts'

const radii = [3, 2.25, 1.5, 0.75]

export const rings = defineTarget({
  id: 'rings',
  title: 'Rings',
  summary: 'Four thin concentric rings: holes that a continuous map of the plane cannot make.',
  source: 'FFJORD toy data (Grathwohl et al., ICLR 2019)',
  window: [-3.5, 3.5, -3.5, 3.5],
  options: {
    noise: {
      label: 'Noise', default: 0.08, minimum: 0.01, maximum: 0.5,
      help: 'Standard deviation σ of the Gaussian noise added to each coordinate; the outermost ring has radius 3.',
    },
  },
  uniformsPerPoint: 3,
  place: ({ noise }) => placeOnRings(radii, noise),
  logDensity: ({ noise }) => ringsLogDensity(radii, noise),
  entropy: ({ noise }, onGrid) => onGrid(noise),
  classes: ringClasses(radii),
})
