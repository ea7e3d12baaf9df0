/**
 * Whether a target has finite values where a flow begins: at points spread evenly over its box, or drawn from a standard
 * normal distribution where it has none.
 */
import { type Key, normals, uniforms } from '../random.ts'
import { type Issue, error } from '../issues.ts'
import { pointwise } from './pointwise.ts'
import type { Target } from './target.ts'

const POINTS = 512
/** Beyond it a float32 is infinite. */
const LARGEST = 3.4e38

const shown = (value: number): string => String(Number(value.toPrecision(4)))

/** Coordinates of a point for a message: the first few. */
function place(point: Float64Array): string {
  const some = [...point.subarray(0, 6)].map((value, i) => `x${i + 1} = ${shown(value)}`).join(', ')
  return point.length > 6 ? `${some}, …` : some
}

function startPoints({ dimension, box }: Target, key: Key): Float64Array {
  if (box === undefined) return normals(key, POINTS * dimension)
  return uniforms(key, POINTS * dimension).map((u, i) => {
    const [low, high] = [box.lower[i % dimension] as number, box.upper[i % dimension] as number]
    return low + (high - low) * u
  })
}

/** What is wrong with the target's values there, if anything is. */
export function checkFirstValues(target: Target, key: Key): Issue | undefined {
  const { dimension, source } = target
  const points = startPoints(target, key)
  const values = pointwise((x) => target.logDensity(x), dimension)(points)
  const bad = values.findIndex((value) => !(Math.abs(value) < LARGEST))
  if (bad < 0) return undefined
  const count = values.reduce((sum, value) => sum + (Math.abs(value) < LARGEST ? 0 : 1), 0)
  const where = place(points.subarray(bad * dimension, (bad + 1) * dimension))
  return error('target-not-finite', `log p̃(x) is ${Math.fround(values[bad] as number)} at ${where}, and not finite at ${count} of ${POINTS} points where a flow begins`, {
    at: `target ${source}`, fix: 'keep it finite everywhere, or choose a --box LO,HI in which it is',
  })
}
