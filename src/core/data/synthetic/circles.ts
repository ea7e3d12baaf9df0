/**
 * Two concentric circles of radii 3 and 1.5, equally likely, plus N(0, σ² I); see concentric.ts.
 * Source: FFJORD's toy data (Grathwohl et al. 2019): scikit-learn, make_circles with factor ½ and noise 0.08, times 3.
 */
import { placeOnRings, ringClasses, ringsLogDensity } from './concentric.ts'
import { defineTarget } from './target.ts'

const radii = [3, 1.5]

export const circles = defineTarget({
  id: 'circles',
  title: 'Circles',
  summary: 'Two thick concentric circles with a gap between them and a hole in the middle.',
  source: 'FFJORD toy data (Grathwohl et al., ICLR 2019), from scikit-learn, sklearn.datasets.make_circles',
  window: [-4, 4, -4, 4],
  options: {
    noise: {
      label: 'Noise', default: 0.24, minimum: 0.02, maximum: 1,
      help: 'Standard deviation σ of the Gaussian noise added to each coordinate; the outer circle has radius 3.',
    },
  },
  uniformsPerPoint: 3,
  place: ({ noise }) => placeOnRings(radii, noise),
  logDensity: ({ noise }) => ringsLogDensity(radii, noise),
  entropy: ({ noise }, onGrid) => onGrid(noise),
  classes: ringClasses(radii),
})
