/** How fast a run went, kept small and found again. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PaceCurve, RunPace } from '../../../src/main/studio/services/run-pace.ts'
import type { Progress } from '../../../src/shared/run-events.ts'

const told = (step: number, stepsPerSecond: number): Progress => ({
  type: 'progress', step, steps: 1e6, loss: 1, gradientNorm: 1, learningRate: 1e-3, stepsPerSecond, secondsLeft: 1, skipped: 0,
})

describe('PaceCurve', () => {
  test('stays small however long a run is, and keeps its means', () => {
    const curve = new PaceCurve()
    for (let step = 1; step <= 50_000; step++) curve.hear({ step, stepsPerSecond: step <= 25_000 ? 100 : 300 })
    const { points } = curve
    expect(points.length).toBeGreaterThan(150)
    expect(points.length).toBeLessThanOrEqual(400)
    expect(points.map(([step]) => step)).toEqual(points.map(([step]) => step).sort((a, b) => a - b))
    const mean = points.reduce((sum, [, pace]) => sum + pace, 0) / points.length
    // Points stand for equally many events: their mean is that of the run, up to the last, unfinished point.
    expect(mean).toBeGreaterThan(198)
    expect(mean).toBeLessThan(202)
  })

  test('what is not a number is passed over', () => {
    const curve = new PaceCurve()
    curve.hear({ step: 1, stepsPerSecond: Infinity })
    curve.hear({ step: 2, stepsPerSecond: 5 })
    expect(curve.points).toEqual([[2, 5]])
  })
})

describe('RunPace', () => {
  let folder: string
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'flowsmith-pace-')) })
  afterEach(async () => { await rm(folder, { recursive: true, force: true }) })

  test('is kept at the end, and goes on from the checkpoint of a resumed run', async () => {
    const pace = new RunPace()
    await pace.begin(folder)
    pace.hear(folder, told(10, 50))
    pace.hear(folder, told(20, 60))
    expect(await pace.points(folder)).toEqual([[10, 50], [20, 60]])
    await pace.end(folder)
    expect(await new RunPace().points(folder)).toEqual([[10, 50], [20, 60]])
    await pace.begin(folder)
    pace.started(folder, 15)
    pace.hear(folder, told(18, 70))
    await pace.end(folder)
    expect(await pace.points(folder)).toEqual([[10, 50], [18, 70]])
  })

  test('a damaged file counts as none', async () => {
    await writeFile(join(folder, 'pace.json'), '[[1,')
    expect(await new RunPace().points(folder)).toEqual([])
    await writeFile(join(folder, 'pace.json'), '{"a":1}')
    expect(await new RunPace().points(folder)).toEqual([])
  })
})
