/** The Train view in a real browser: its states, its settings, its figures after a reload, and 60 frames a second meanwhile. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunState } from '../../src/shared/api.ts'
import { seriousViolations } from './support/accessibility.ts'
import { diagonalFlow, smallRealNvp } from './support/flows.ts'
import { TestStudio, figure, hasBrowser } from './support/window.ts'

const MOONS = { data: { source: 'synthetic:moons' } }

describe.skipIf(!hasBrowser)('Train view', { timeout: 60_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => { studio = await TestStudio.start() })
  afterAll(() => studio.closeFaultless())
  const state = (page: Page, text: string) => page.getByTestId('train-state').getByText(text).waitFor()
  const runState = async (project: string): Promise<RunState | undefined> => (await studio.request('runs.list', { project }))[0]?.state

  test('without data it leads to them', async () => {
    const page = await studio.open(await studio.project(smallRealNvp(2), 'Empty'), { view: 'train' })
    await page.getByText('No data yet').waitFor()
    expect(await page.getByTestId('train-start').isDisabled()).toBe(true)
    await page.getByTestId('train-choose-data').click()
    await page.getByTestId('target-moons').waitFor()
    await page.close()
  })

  test('a run is started, paused, reloaded, resumed and stopped; settings are edits', async () => {
    const project = await studio.project(smallRealNvp(2), 'States', { ...MOONS, training: { steps: 50_000, batch: 128, validateEvery: 40 } })
    const page = await studio.open(project, { view: 'train' })
    await page.getByTestId('option-steps').locator('input').fill('40000')
    await page.getByTestId('option-steps').locator('input').press('Enter')
    await page.getByTestId('train-start').click()
    await figure(page, 'metric-validation-nll')
    await page.locator('[data-testid="chart-samples"][data-step]').waitFor()
    await page.getByTestId('chart-log-likelihood').locator('canvas').first().waitFor()
    await page.getByTestId('train-pause').click()
    await state(page, 'Paused')
    expect((await studio.document(project)).training.steps).toBe(40_000)
    const before = await page.getByTestId('metric-validation-nll').textContent()
    await page.reload()
    await state(page, 'Paused')
    await figure(page, 'metric-validation-nll')
    expect(await page.getByTestId('metric-validation-nll').textContent()).toBe(before)
    // How fast it went before this page was there.
    await page.getByRole('img', { name: /^Throughput, now/ }).waitFor()
    await page.locator('[data-testid="chart-samples"][data-step]').waitFor()
    await page.getByTestId('train-resume').click()
    await state(page, 'Training')
    await page.getByTestId('train-stop').click()
    await page.getByTestId('run-stopped').waitFor()
    expect(await runState(project)).toBe('stopped')
    expect(await page.getByTestId('train-resume').isEnabled()).toBe(true)
    await page.close()
  })

  test('a run that fails says why, and leaves the way open', async () => {
    const project = await studio.project(diagonalFlow(1), 'Fails', { data: { source: 'data/huge.csv', dequantize: 'off' }, training: { steps: 400, batch: 64 } })
    // Their squares are beyond float32: the loss is infinite in every step. So large, all of them are whole numbers.
    const bytes = new TextEncoder().encode(`x\n${Array.from({ length: 200 }, (_, i) => `${(i - 99.5) * 1e30}`).join('\n')}\n`)
    await studio.request('data.upload', { project, name: 'huge.csv', bytes })
    const page = await studio.open(project, { view: 'train' })
    await page.getByTestId('train-start').click()
    await state(page, 'Failed')
    expect(await page.getByTestId('run-failed').textContent()).toContain('not finite')
    expect(await page.getByTestId('train-resume').isEnabled()).toBe(true)
    expect(await page.getByTestId('train-start').isEnabled()).toBe(true)
    await page.close()
  })

  for (const theme of ['dark', 'light'] as const) {
    test(`axe finds nothing serious in a run, ${theme}`, async () => {
      const project = await studio.project(smallRealNvp(2), `Axe ${theme}`, { ...MOONS, training: { steps: 80, batch: 64, validateEvery: 20 } })
      const page = await studio.open(project, { view: 'train', theme, width: 1024, height: 640 })
      await page.getByTestId('train-start').click()
      await page.getByTestId('metric-test-nll').waitFor()
      expect(await seriousViolations(page)).toEqual([])
      await page.close()
    })
  }
})
