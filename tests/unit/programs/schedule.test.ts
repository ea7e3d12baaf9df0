/** Schedules of the learning rate. */
import { describe, expect, it } from 'vitest'
import { averageDecayAt } from '../../../src/core/design/training.ts'
import { trainingFields } from '../../../src/core/design/training.ts'
import { checkOptions } from '../../../src/core/flow/options.ts'
import { learningRateAt } from '../../../src/core/programs/schedule.ts'

const cosine = { kind: 'cosine', learningRate: 2, warmup: 10, steps: 110, finalFraction: 0.1 } as const

describe('learningRateAt', () => {
  it('rises linearly over the warm-up and falls by half a cosine to the final fraction', () => {
    expect([1, 5, 10].map((step) => learningRateAt(cosine, step))).toEqual([0.2, 1, 2])
    expect(learningRateAt(cosine, 11)).toBeCloseTo(2, 12)
    expect(learningRateAt(cosine, 61)).toBeCloseTo(1.1, 12)
    expect(learningRateAt(cosine, 111)).toBeCloseTo(0.2, 12)
  })
  it('never rises after the warm-up', () => {
    for (let step = 12; step <= 110; step++) expect(learningRateAt(cosine, step)).toBeLessThan(learningRateAt(cosine, step - 1))
  })
  it('stays, where it is constant', () => {
    const constant = { ...cosine, kind: 'constant' } as const
    expect([3, 10, 50, 110].map((step) => learningRateAt(constant, step))).toEqual([expect.closeTo(0.6, 12), 2, 2, 2])
  })
})

describe('averageDecayAt', () => {
  it('grows to its value, so that the first weights are forgotten soon', () => {
    const training = checkOptions(trainingFields, { averageDecay: 0.99 }, 'training')
    if (!training.ok) throw new Error('training')
    expect(averageDecayAt(training.value, 1)).toBeCloseTo(1 / 11, 12)
    expect(averageDecayAt(training.value, 1_000_000)).toBe(0.99)
  })
})
