/** Stages of the exact triangular map, as they are drawn. */
import { describe, expect, test } from 'vitest'
import { NORMAL, atStage, byDirection, stageBoxes, stagePoints, stages } from '../../../src/renderer/views/explore/triangular.ts'

const result = {
  count: 4, lines: 0, perLine: 0, base: 'Gaussian',
  points: Float32Array.of(2, 2, -2, 2, -2, -2, 2, -2),
  uniform: Float32Array.of(0.75, 0.8, 0.25, 0.8, 0.25, 0.2, 0.75, 0.2),
  exact: Float32Array.of(0.7, 0.8, -0.7, 0.8, -0.7, -0.8, 0.7, -0.8),
  learned: new Float32Array(8),
}

describe('stages', () => {
  const points = stagePoints(result)
  const boxes = stageBoxes(result)
  test('one after the other: first x₁ alone is made uniform, then x₂, then both normal', () => {
    expect(points).toHaveLength(stages.length)
    expect([...points[1]!.subarray(0, 4)]).toEqual([0.75, 2, 0.25, 2])
    expect(points[2]).toBe(result.uniform)
    expect(points[3]).toBe(result.exact)
  })
  test('at a stage the points are those of the stage, and its box holds them', () => {
    for (const [i, own] of points.entries()) {
      const now = atStage(points, boxes, i)
      expect([...now.points]).toEqual([...own])
      now.box.forEach((bound, side) => { expect(bound).toBeCloseTo(boxes[i]![side] as number, 6) })
      const [left, right, bottom, top] = now.box
      for (let k = 0; k < own.length; k += 2) {
        expect(own[k]! >= left && own[k]! <= right && own[k + 1]! >= bottom && own[k + 1]! <= top).toBe(true)
      }
    }
    expect(boxes[3]).toBe(NORMAL)
  })
  test('half-way between two stages the points are in the middle', () => {
    expect(atStage(points, boxes, 0.5).points[0]).toBeCloseTo((2 + 0.75) / 2, 6)
  })
})

test('points that lie in one direction from the middle have one hue', () => {
  const lists = byDirection(result, 4)
  expect(lists.map((list) => [...list])).toEqual([[0], [1], [2], [3]])
})
