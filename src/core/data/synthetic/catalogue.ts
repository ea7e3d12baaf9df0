/** The synthetic targets, in the order in which a list shows them. */
import { banana } from './banana.ts'
import { checkerboard } from './checkerboard.ts'
import { circles } from './circles.ts'
import { eightGaussians } from './eight-gaussians.ts'
import { moons } from './moons.ts'
import { pinwheel } from './pinwheel.ts'
import { rings } from './rings.ts'
import { spirals } from './spirals.ts'
import { swissRoll } from './swiss-roll.ts'
import type { SyntheticTarget } from './target.ts'

export const syntheticTargets: readonly SyntheticTarget[] = [
  moons,
  eightGaussians,
  checkerboard,
  rings,
  circles,
  spirals,
  pinwheel,
  swissRoll,
  banana,
]
