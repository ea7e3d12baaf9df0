/** Resampling by importance weights. */
import { describe, expect, test } from 'vitest'
import { resampled } from '../../../src/main/studio/services/target-draws.ts'

describe('resampled', () => {
  test('takes each draw as often as its weight says', () => {
    const counts = [0, 0, 0]
    for (const index of resampled(Float32Array.of(Math.log(1), Math.log(5), Math.log(4)), 100)) counts[index]! += 1
    expect(counts).toEqual([10, 50, 40])
  })
  test('keeps its measure where weights are huge or tiny', () => {
    expect([...new Set(resampled(Float32Array.of(900, 890, -Infinity, NaN), 50))]).toEqual([0])
  })
  test('without a finite weight the draws stay as they come', () => {
    expect([...resampled(Float32Array.of(-Infinity, NaN), 4)]).toEqual([0, 1, 0, 1])
  })
})
