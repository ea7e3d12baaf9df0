/** What a window asks about a run on a target density: its start, its figures, and questions that data would answer. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { StudioUnderTest, until } from './studio-under-test.ts'

const { workspace, ask, refused, edit, train, summaryOf, inState } = new StudioUnderTest()
let project: string
let run: { readonly project: string; readonly run: string }

beforeAll(async () => {
  project = (await ask('projects.create', { template: 'vi', dimension: 2, name: 'U3' })).project
  await edit(project, { type: 'set-target', target: { source: 'u3' } })
  await train(project, { steps: 60, batch: 128, validateEvery: 30 })
  run = { project, run: (await ask('runs.start', { project })).run }
}, 60_000)

describe('a run on a target', () => {
  it('is appraised when it has ended: its ELBO, log Z known and estimated', async () => {
    await inState(project, run.run, 'completed')
    const ended = await until(async () => {
      const summary = await summaryOf(project, run.run)
      return summary?.appraisal === undefined ? undefined : summary
    }, 'its appraisal')
    expect(ended).toMatchObject({ source: 'target:u3', entropy: null, dequantized: false, dimension: 2 })
    // TARGETS of the box, to the four decimals that are known.
    expect(ended.logZ).toBeCloseTo(2.6417, 4)
    const { elbo_nats: elbo, kl_to_target_nats: kl, log_z_nats: estimate } = ended.appraisal!
    expect(ended.testNll).toBe(-elbo!)
    expect(kl).toBeCloseTo(ended.logZ! - elbo!, 9)
    expect(kl).toBeGreaterThan(0)
    expect(Math.abs(estimate! - ended.logZ!)).toBeLessThan(0.3)
    expect((await ask('runs.evaluate', run)).appraisal?.samples).toBe(50_000)
    expect((await ask('runs.get', run)).document.design.layers[0]).toMatchObject({ kind: 'box', options: { low: -4, high: 4 } })
  })

  it('has no data to show, and everything that the flow itself knows', async () => {
    expect(await ask('explore.points', { ...run, part: 'train', count: 10 })).toMatchObject({ count: 0 })
    expect((await ask('explore.rank', { ...run, part: 'test', count: 10 })).indices).toHaveLength(0)
    const { x } = await ask('explore.samples', { ...run, count: 64, temperature: 1, seed: 1 })
    expect(x.every((value) => Math.abs(value) <= 4)).toBe(true)
    const { logProb } = await ask('explore.density', { ...run, box: [-5, 5, -5, 5], resolution: 40 })
    const mass = logProb.reduce((sum, value) => sum + Math.exp(value), 0) * (10 / 40) ** 2
    // Cells of a quarter are coarse beside the flow's edges.
    expect(mass).toBeCloseTo(1, 0)
    expect(logProb[0]).toBeLessThan(-1000)
    const { flow, layers } = await ask('explore.certificate', { ...run, points: 4 })
    expect(layers[0]?.kind).toBe('box')
    expect(flow.roundTrip64).toBeLessThan(1e-6)
    expect((await ask('export.onnx', run)).report).toMatchObject({ points: 512 })
  })

  it('keeps metrics with −ELBO as its validation', async () => {
    const validations = (await ask('runs.metrics', run)).flatMap((record) => (record.type === 'validation' ? [record.nll] : []))
    expect(validations).toHaveLength(2)
    for (const value of validations) expect(value).toBeGreaterThan(-2.6417)
  })

  it('reads the table of its target from the project, and refuses to start without a target', async () => {
    writeFileSync(join(workspace, 'elsewhere.csv'), 'a,label\n1,0\n2,1\n3,1\n')
    await edit(project, { type: 'set-target', target: { source: 'logistic-regression:../elsewhere.csv' } })
    const second = { project, run: (await ask('runs.start', { project })).run }
    expect((await ask('runs.get', second)).columns).toEqual(['a', 'intercept'])
    await edit(project, { type: 'set-target' })
    expect(await refused('runs.start', { project })).toEqual(['target-missing'])
    await ask('runs.control', { ...second, action: 'stop' }).catch(() => undefined)
  })
})
