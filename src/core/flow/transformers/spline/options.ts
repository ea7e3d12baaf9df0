/** Options that splines share. */
import { integer, number } from '../../options.ts'

export const bins = integer({ label: 'Bins', default: 8, minimum: 2, maximum: 64, help: 'K: pieces of the spline.' })

export const bound = number({
  label: 'Bound', default: 3, minimum: 0.1, maximum: 1000,
  help: 'B: the spline covers [−B, B] in the units of its input; outside it is the identity.',
})

export const minimumWidth = number({
  label: 'Smallest bin width', default: 1e-3, minimum: 1e-5, maximum: 1e-2, help: 'Fraction of the range 2B.',
})

export const minimumHeight = number({
  label: 'Smallest bin height', default: 1e-3, minimum: 1e-5, maximum: 1e-2, help: 'Fraction of the range 2B.',
})

export const minimumSlope = number({
  label: 'Smallest slope', default: 1e-3, minimum: 1e-5, maximum: 0.5, help: 'Least derivative at the knots.',
})
