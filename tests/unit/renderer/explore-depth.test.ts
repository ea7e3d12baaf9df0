/** The way through a flow as it is drawn: the same whichever end a trace began at, still at whole depths, bent between. */
import { describe, expect, it } from 'vitest'
import type { TraceResult } from '../../../src/shared/api.ts'
import { boxAt, depthBoxes, depthsOf, gridLines, hull, pathOf, sameScale, stateAt } from '../../../src/renderer/views/explore/depth.ts'
import { equalised, frameOf, mixBoxes, padded, rangeOf, shortNumber, ticksOf } from '../../../src/renderer/views/explore/frame.ts'

const layer = (path: string): TraceResult['layers'][number] => ({ path, id: path, kind: 'coupling' })
/** Two points through two layers: times 2, then plus 1. */
const states = [[1, 2, 3, 4], [2, 4, 6, 8], [3, 5, 7, 9]]
const there: TraceResult = {
  layers: [layer('a'), layer('b')], count: 2, dimension: 2, states: Float32Array.from(states.flat()), out: Float32Array.from(states[2] as number[]),
  logDets: Float32Array.of(1.5, 0.5, 0, 0), logProb: Float32Array.of(-1, -2),
}
const back: TraceResult = {
  ...there, layers: [layer('b'), layer('a')], states: Float32Array.from([...states].reverse().flat()), logDets: Float32Array.of(0, 0, -1.5, -0.5),
}

describe('depths', () => {
  const depths = depthsOf(there, false)
  it('run from x to z, whichever way the trace went', () => {
    const reversed = depthsOf(back, true)
    expect(reversed.layers.map(({ path }) => path)).toEqual(['a', 'b'])
    expect(reversed.states).toEqual(depths.states)
    expect(reversed.meanLogDets.map((value) => value + 0)).toEqual([1, 0])
    expect(depths.meanLogDets).toEqual([1, 0])
    expect(depthsOf(there, false, 1).meanLogDets).toEqual([1.5, 0])
  })
  it('are the states at whole numbers, half way at halves, and stop at the ends', () => {
    const at = (depth: number): number[] => [...stateAt(depths, depth, new Float32Array(4))]
    expect([at(0), at(1), at(2)]).toEqual(states)
    expect(at(0.5)).toEqual([1.5, 3, 4.5, 6])
    expect(at(-3)).toEqual(states[0])
    expect(at(9)).toEqual(states[2])
  })
  it('give the path of one point', () => {
    expect([...pathOf(depths, 1)]).toEqual([3, 4, 6, 8, 7, 9])
  })
  it('have frames that follow the points', () => {
    const boxes = depthBoxes(depths, 2)
    expect(boxes).toHaveLength(3)
    expect(boxAt(boxes, 1)).toEqual(mixBoxes(boxes[1] as never, boxes[1] as never, 0))
    // What doubles, or wanders off, is not seen well in one frame.
    expect(sameScale(boxes)).toBe(false)
    expect(sameScale([[0, 4, 0, 4], [0.5, 4.5, 0, 4]])).toBe(true)
    expect(sameScale([[0, 4, 0, 4], [4, 8, 0, 4]])).toBe(false)
    const all = hull(boxes)
    for (const [left, right] of boxes) expect(left >= all[0] && right <= all[1]).toBe(true)
  })
})

it('lays grid lines from edge to edge in both directions', () => {
  const { points, lines, perLine } = gridLines([0, 2, 10, 14], 3, 5)
  expect([lines, perLine, points.length]).toEqual([6, 5, 60])
  expect([...points.subarray(0, 4)]).toEqual([0, 10, 0.5, 10])
  expect([...points.subarray(58)]).toEqual([2, 14])
  // The first upright line is the left edge.
  expect([...points.subarray(30, 40)]).toEqual([0, 10, 0, 11, 0, 12, 0, 13, 0, 14])
})

describe('frames', () => {
  it('take data to pixels and back', () => {
    const frame = frameOf([-1, 3, 0, 10], { x: 40, y: 10, width: 200, height: 100 })
    expect([frame.x(-1), frame.x(3), frame.y(0), frame.y(10)]).toEqual([40, 240, 110, 10])
    expect(frame.invert(frame.x(2), frame.y(7))).toEqual([2, 7])
  })
  it('make units as long in both directions, unless the sides are too different', () => {
    const area = { x: 0, y: 0, width: 200, height: 100 }
    expect(equalised([0, 1, 0, 1], area)).toEqual([-0.5, 1.5, 0, 1])
    expect(equalised([0, 100, 0, 1], area)).toEqual([0, 100, 0, 1])
  })
  it('leave outliers and what is not finite off', () => {
    const values = [...Array.from({ length: 100 }, (_, i) => i), 1e9, NaN]
    expect(rangeOf(values)).toEqual([0, 1e9])
    expect(rangeOf(values, 1, 0, 0.02)).toEqual([2, 98])
    expect(rangeOf([NaN])).toEqual([-1, 1])
    const [low, high] = padded([3, 3], 0.1)
    expect(high - low).toBeGreaterThan(0.1)
  })
  it('have round ticks and short numbers', () => {
    expect(ticksOf(-0.3, 1.05, 5)).toEqual([0, 0.5, 1])
    expect(ticksOf(0, 0, 5)).toEqual([])
    expect([shortNumber(-1.23456), shortNumber(0), shortNumber(1234567), shortNumber(NaN)]).toEqual(['−1.23', '0', '1.2e6', '–'])
  })
})
