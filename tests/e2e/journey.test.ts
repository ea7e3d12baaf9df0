/** A person's way through the studio: train, look, interrupt, go on, reload, take away. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { moons } from '../../src/core/data/synthetic/moons.ts'
import { templates } from '../../src/core/flow/templates/index.ts'
import { key } from '../../src/core/random.ts'
import { loadOnnxModel } from '../../src/engine/runtimes/onnxruntime.ts'
import type { RunSummary } from '../../src/shared/api.ts'
import { TestStudio, hasBrowser } from './support/window.ts'

const DATA = { data: { source: 'synthetic:moons' } }

describe.skipIf(!hasBrowser)('a run in the studio', { timeout: 180_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => { studio = await TestStudio.start() })
  afterAll(async () => {
    expect(studio.faults.map(({ message }) => message)).toEqual([])
    await studio.close()
  })

  const realnvp = (steps: number, name: string): Promise<string> => {
    const built = templates['realnvp']?.build([2], { width: 32 })
    if (built === undefined) throw new Error('realnvp')
    return studio.project(built.design, name, { ...DATA, training: { steps, batch: 256, validateEvery: 50, learningRate: 2e-3, averageDecay: 0.98 } })
  }
  const runOf = async (project: string): Promise<RunSummary> => (await studio.request('runs.list', { project }))[0] as RunSummary
  const until = async (project: string, state: RunSummary['state']): Promise<RunSummary> => {
    for (let i = 0; i < 600; i++) {
      const run = await runOf(project)
      if (run?.state === state) return run
      await new Promise((resolve) => { setTimeout(resolve, 200) })
    }
    throw new Error(`the run never was ${state}`)
  }
  const figure = async (page: Page, id: string): Promise<number> => Number((await page.getByTestId(id).textContent())?.replace('−', '-'))
  const picture = (locator: Locator): Promise<string> => locator.screenshot().then((image) => image.toString('base64'))

  let project: string
  let run: RunSummary

  test('trains on moons to within 0.1 nats of the entropy, with the curve on screen, and a reload keeps it', async () => {
    project = await realnvp(900, 'Journey')
    const page = await studio.open(project, { view: 'train' })
    await page.getByTestId('train-start').click()
    await page.getByTestId('train-progress').waitFor()
    await page.getByTestId('chart-log-likelihood').locator('canvas').first().waitFor()
    run = await until(project, 'completed')
    await page.getByTestId('run-completed').waitFor()
    await page.waitForTimeout(300)
    const nll = await figure(page, 'metric-validation-nll')
    expect(nll - moons.entropy()).toBeLessThan(0.1)
    expect(Math.abs(nll - moons.entropy())).toBeLessThan(0.1)
    await page.reload()
    await page.getByTestId('chart-log-likelihood').locator('canvas').first().waitFor()
    expect(await figure(page, 'metric-validation-nll')).toBe(nll)
    expect(studio.errors).toEqual([])
    await page.close()
  })

  test('is paused, loses its compute process, and goes on to its end', async () => {
    const other = await realnvp(1500, 'Interrupted')
    const page = await studio.open(other, { view: 'train' })
    await page.getByTestId('train-start').click()
    await page.getByTestId('train-pause').click()
    await until(other, 'paused')
    const paused = (await runOf(other)).step
    await page.waitForTimeout(700)
    // What was under way when it was asked to wait has come to its end.
    expect((await runOf(other)).step - paused).toBeLessThan(200)
    const before = (await runOf(other)).step
    await page.waitForTimeout(500)
    expect((await runOf(other)).step).toBe(before)
    await page.getByTestId('train-resume').click()
    await until(other, 'running')
    for (let i = 0; i < 300 && (await runOf(other)).best === undefined; i++) await page.waitForTimeout(50)
    process.kill(studio.studio.trainingPid ?? 0, 'SIGKILL')
    await page.getByTestId('run-interrupted').or(page.getByTestId('run-failed')).first().waitFor()
    const broken = await runOf(other)
    expect(['interrupted', 'failed']).toContain(broken.state)
    await page.getByTestId('train-resume').click()
    expect((await until(other, 'completed')).step).toBe(1500)
    await page.close()
  })

  test('is looked into: the depth and the traversal change the picture', async () => {
    const page = await studio.open(project, { view: 'explore' })
    await page.getByTestId('explore-density').waitFor()
    const plot = page.getByTestId('explore-depth-plot')
    await plot.waitFor()
    await page.waitForTimeout(1500)
    const atData = await picture(plot)
    const depth = page.getByTestId('explore-depth')
    await depth.focus()
    await page.keyboard.press('End')
    await page.waitForTimeout(600)
    const atBase = await picture(plot)
    expect(atBase).not.toBe(atData)
    await page.getByTestId('explore-tabs').getByText(/latent|travers/i).first().click()
    const traversal = page.getByTestId('explore-traversal-plot')
    await traversal.waitFor()
    await page.waitForTimeout(1500)
    const first = await picture(traversal)
    await page.getByTestId('explore-traversal-first').focus()
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight')
    await page.waitForTimeout(1200)
    expect(await picture(traversal)).not.toBe(first)
    expect(studio.errors).toEqual([])
    await page.close()
  })

  test('is taken away as ONNX that a fresh session reads and that agrees', async () => {
    const page = await studio.open(project, { view: 'export' })
    await page.getByTestId('export-onnx').click()
    const folder = join(studio.workspace, project, 'runs', run.run, 'export')
    await expect.poll(() => existsSync(join(folder, 'report.json')), { timeout: 30_000 }).toBe(true)
    const points = Float32Array.from(moons.sample(key(7), 100))
    const model = await loadOnnxModel(new Uint8Array(readFileSync(join(folder, 'density.onnx'))))
    const out = await model.run({ x: { dtype: 'float', shape: [100, 2], data: points } })
    const traced = await studio.request('explore.trace', { project, run: run.run, direction: 'normalize', points })
    const logProb = out['log_prob']!.data as Float32Array
    const worst = Math.max(...logProb.map((value, i) => Math.abs(value - (traced.logProb[i] ?? NaN))))
    // The same weights through two programs: constants folded in float64 against slices of theta.
    expect(worst).toBeLessThan(1e-3)
    await model.dispose()
    await page.close()
  })

  test('twenty mixed edits are undone and done again, one by one, in two windows alike', async () => {
    const [one, two] = [await studio.open(project, { view: 'design' }), await studio.open(project, { view: 'design' })]
    await one.getByTestId('canvas').waitFor()
    await two.getByTestId('canvas').waitFor()
    const documents = [await studio.document(project)]
    const edit = async (change: unknown): Promise<void> => {
      await studio.request('project.edit', { project, edit: change, label: `edit ${documents.length}` })
      documents.push(await studio.document(project))
    }
    for (let i = 0; i < 4; i++) {
      await edit({ type: 'insert-nodes', parent: null, index: 1, nodes: [{ id: `norm-${i}`, kind: 'actnorm' }] })
      await edit({ type: 'insert-nodes', parent: null, index: 2, nodes: [{ id: `move-${i}`, kind: 'coupling' }] })
      await edit({ type: 'set-option', id: `move-${i}`, name: 'swap', value: true })
      await edit({ type: 'move-nodes', ids: [`norm-${i}`], parent: null, index: 2 })
      await edit(i % 2 === 0 ? { type: 'remove-nodes', ids: [`norm-${i}`] } : { type: 'set-training', name: 'steps', value: 100 + i })
    }
    await one.getByTestId('node-move-3').waitFor()
    await two.getByTestId('node-move-3').waitFor()
    for (let i = 20; i > 0; i--) {
      await (i % 2 === 0 ? one : two).getByTestId('undo').click()
      await expect.poll(() => studio.document(project).then((document) => JSON.stringify(document))).toBe(JSON.stringify(documents[i - 1]))
    }
    await one.getByTestId('node-move-0').waitFor({ state: 'detached' })
    await two.getByTestId('node-move-0').waitFor({ state: 'detached' })
    for (let i = 1; i <= 20; i++) await one.getByTestId('redo').click()
    await expect.poll(() => studio.document(project).then((document) => JSON.stringify(document))).toBe(JSON.stringify(documents[20]))
    await two.getByTestId('node-move-3').waitFor()
    await one.close()
    await two.close()
  })
})
