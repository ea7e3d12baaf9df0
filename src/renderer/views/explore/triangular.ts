/** The exact triangular map in stages, x → (u₁, x₂) → (u₁, u₂) → z, and what they look like on the way. */
import type { RosenblattResult } from '../../../shared/api.ts'
import { eased } from './depth.ts'
import { type Box, boxAround, mixBoxes } from './frame.ts'

export interface Stage {
  /** For a caption. */
  readonly title: string
  readonly axes: readonly [string, string]
  /** What is done to come here, in a few words. */
  readonly step: string
}

export const stages: readonly Stage[] = [
  { title: 'x', axes: ['x1', 'x2'], step: 'the data' },
  { title: '(u₁, x₂)', axes: ['u1', 'x2'], step: 'x₁ through its distribution function' },
  { title: '(u₁, u₂)', axes: ['u1', 'u2'], step: 'x₂ through its distribution function given x₁' },
  { title: 'z', axes: ['z1', 'z2'], step: 'each through the quantiles of the normal' },
]

/** What is seen of a standard normal. */
export const NORMAL: Box = [-3.8, 3.8, -3.8, 3.8]
const UNIT = [-0.04, 1.04] as const

/** [stages, n, 2] as one array each. */
export function stagePoints({ points, uniform, exact }: RosenblattResult): readonly Float32Array[] {
  const half = points.slice()
  for (let i = 0; i < half.length; i += 2) half[i] = uniform[i] as number
  return [points, half, uniform, exact]
}

export function stageBoxes({ points, count }: RosenblattResult): readonly Box[] {
  const data = boxAround(points.subarray(0, 2 * count), { pad: 0.06, cut: 0 })
  return [data, [...UNIT, data[2], data[3]], [...UNIT, ...UNIT], NORMAL]
}

/** Points and their box at a place between the stages, 0 … 3. */
export function atStage(points: readonly Float32Array[], boxes: readonly Box[], place: number): { readonly points: Float32Array; readonly box: Box } {
  const last = points.length - 1
  const from = Math.min(last - 1, Math.max(0, Math.floor(place)))
  const t = eased(Math.min(1, Math.max(0, place - from)))
  const [a, b] = [points[from] as Float32Array, points[from + 1] as Float32Array]
  return { points: a.map((value, i) => (1 - t) * value + t * (b[i] as number)), box: mixBoxes(boxes[from] as Box, boxes[from + 1] as Box, t) }
}

/** Points by the direction in which they lie from the middle of the data, one list of indices for each of `hues`. */
export function byDirection({ points, count }: RosenblattResult, hues: number): readonly (readonly number[])[] {
  let [mx, my] = [0, 0]
  for (let i = 0; i < count; i++) {
    mx += (points[2 * i] as number) / count
    my += (points[2 * i + 1] as number) / count
  }
  const lists = Array.from({ length: hues }, (): number[] => [])
  for (let i = 0; i < count; i++) {
    const turn = Math.atan2((points[2 * i + 1] as number) - my, (points[2 * i] as number) - mx) / (2 * Math.PI) + 1
    lists[Math.floor(turn * hues) % hues]?.push(i)
  }
  return lists
}
