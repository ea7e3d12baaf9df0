/** Room around what a plot shows, and how fine a density is drawn. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Box, equalised, roomFor } from '../../../src/renderer/views/explore/frame.ts'
import { fineResolution } from '../../../src/renderer/views/explore/use-density.ts'

const box: Box = [-1, 3, 0, 2]
const areaOf = (width: number, height: number) => ({ x: 0, y: 0, width, height })

it('holds all that a plot shows, whatever its shape', () => {
  fc.assert(fc.property(fc.integer({ min: 100, max: 2000 }), fc.integer({ min: 100, max: 2000 }), (width, height) => {
    const [room, seen] = [roomFor(box, areaOf(width, height)), equalised(box, areaOf(width, height))]
    const slack = 1e-9
    expect(room[0]).toBeLessThanOrEqual(seen[0] + slack)
    expect(room[1]).toBeGreaterThanOrEqual(seen[1] - slack)
    expect(room[2]).toBeLessThanOrEqual(seen[2] + slack)
    expect(room[3]).toBeGreaterThanOrEqual(seen[3] - slack)
  }), { seed: 7 })
})

it('stays the same while a plot grows a little', () => {
  const rooms = new Set(Array.from({ length: 200 }, (_, i) => roomFor(box, areaOf(600 + i, 600)).join()))
  expect(rooms.size).toBeLessThanOrEqual(4)
})

it('is as fine as patience allows', () => {
  expect(fineResolution(50)).toBe(200)
  expect(fineResolution(0)).toBe(200)
  expect(fineResolution(2000)).toBe(128)
  expect(fineResolution(60_000)).toBeLessThan(96)
})
