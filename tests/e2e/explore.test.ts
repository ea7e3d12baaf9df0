/** The Explore view in a real browser, on a small flow that was just trained. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { FlowDesign } from '../../src/core/flow/design.ts'
import { seriousViolations } from './support/accessibility.ts'
import { TestStudio, hasBrowser } from './support/window.ts'

const design: FlowDesign = {
  event: [2], base: { kind: 'gaussian' },
  layers: [
    { id: 'std', kind: 'standardize' },
    { id: 'pairs', kind: 'repeat', times: 2, layers: [
      { id: 'couple', kind: 'coupling', options: { mask: 'alternating', conditioner: { kind: 'mlp', width: 16, depth: 1 } } },
      { id: 'mix', kind: 'linear' },
    ] },
  ],
}
const training = { steps: 60, batch: 128, validateEvery: 30 }
const data = { source: 'synthetic:moons' }

describe.skipIf(!hasBrowser)('Explore view', { timeout: 60_000 }, () => {
  let studio: TestStudio
  let project: string
  beforeAll(async () => {
    studio = await TestStudio.start()
    project = await studio.project(design, 'Moons', { training, data })
    await studio.request('runs.start', { project })
    await vi.waitUntil(async () => (await studio.request('runs.list', { project }))[0]?.state === 'completed', { timeout: 60_000, interval: 200 })
  })
  afterAll(async () => { await studio.close() })

  const picture = (page: Page, id: string): Promise<string> =>
    page.getByTestId(id).locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
  /** The picture once it has been drawn, and no longer changes. */
  async function settled(page: Page, id: string): Promise<string> {
    let last = ''
    await expect.poll(async () => {
      const before = last
      last = await picture(page, id)
      return last.length > 4000 && last === before
    }, { timeout: 20_000, interval: 150 }).toBe(true)
    return last
  }
  const tab = (page: Page, name: string): Promise<void> => page.getByTestId('explore-tabs').getByRole('radio', { name }).click()

  test('the depth scrubber changes the picture, by keyboard and by itself, and comes back', async () => {
    const page = await studio.open(project, { view: 'explore' })
    const depth = page.getByTestId('explore-depth')
    await depth.waitFor()
    const start = await settled(page, 'explore-depth-plot')
    await depth.focus()
    await page.keyboard.press('End')
    expect(await depth.inputValue()).toBe('5')
    expect(await page.getByTestId('explore-depth-layer').textContent()).toContain('z')
    const end = await settled(page, 'explore-depth-plot')
    expect(end).not.toBe(start)
    await page.keyboard.press('ArrowLeft')
    expect(await page.getByTestId('explore-depth-layer').textContent()).toContain('pairs.1.couple')
    expect(await settled(page, 'explore-depth-plot')).not.toBe(end)
    await page.keyboard.press('Home')
    expect(await settled(page, 'explore-depth-plot')).toBe(start)
    await page.getByTestId('explore-depth-play').click()
    await expect.poll(() => depth.inputValue().then(Number)).toBeGreaterThan(1)
    await page.close()
  })

  test('a point that is clicked in the density is followed to the base', async () => {
    const page = await studio.open(project, { view: 'explore' })
    const before = await settled(page, 'explore-density')
    await page.getByTestId('explore-density').locator('canvas').click({ position: { x: 250, y: 200 } })
    await page.getByTestId('explore-followed').waitFor()
    const atX = await page.getByTestId('explore-followed').textContent()
    expect(atX).toMatch(/log p −?\d/)
    expect(await settled(page, 'explore-density')).not.toBe(before)
    await page.getByTestId('explore-depth').focus()
    await page.keyboard.press('End')
    expect(await page.getByTestId('explore-followed').textContent()).not.toBe(atX)
    await page.close()
  })

  test('a unit is as long upwards as it is across', async () => {
    const page = await studio.open(project, { view: 'explore' })
    await settled(page, 'explore-density')
    const canvas = page.getByTestId('explore-density').locator('canvas')
    const place = async (x: number, y: number): Promise<readonly [number, number]> => {
      await canvas.hover({ position: { x, y } })
      const text = (await page.locator('[aria-label="Density"] .read').textContent() ?? '').replaceAll('−', '-')
      const [, u, v] = /\(([-\d.e]+), ([-\d.e]+)\)/.exec(text) ?? []
      return [Number(u), Number(v)]
    }
    const [a, b, c] = [await place(120, 120), await place(420, 120), await place(120, 420)]
    // Coordinates are read out with three digits.
    expect((b[0] - a[0]) / (a[1] - c[1])).toBeCloseTo(1, 1)
    await page.close()
  })

  test('a latent slider moves the point in x', async () => {
    const page = await studio.open(project, { view: 'explore' })
    await tab(page, 'Latents')
    await page.getByTestId('explore-traversal').waitFor()
    const before = await settled(page, 'explore-traversal-plot')
    await page.getByTestId('explore-traversal-first').fill('1.5')
    await expect.poll(() => picture(page, 'explore-traversal-plot')).not.toBe(before)
    await page.close()
  })

  test('outliers come first, and the certificate says how exactly the flow comes back', async () => {
    const page = await studio.open(project, { view: 'explore' })
    await tab(page, 'Ranking')
    const cells = page.getByTestId('explore-ranking').locator('[data-row] .cell:nth-child(3)')
    await cells.nth(5).waitFor()
    const values = (await cells.allTextContents()).map((text) => Number(text.replace('−', '-')))
    expect(values).toEqual([...values].sort((a, b) => a - b))
    await tab(page, 'Certificate')
    await page.getByTestId('explore-certificate').getByText('the whole flow, 5 layers').waitFor()
    expect(await page.getByTestId('explore-certificate').locator('[data-row]').count()).toBe(5)
    await page.close()
  })

  test('without a run there is the way to Train, in a small window too', async () => {
    const empty = await studio.project(design, 'New', { training, data })
    const page = await studio.open(empty, { view: 'explore', width: 1024, height: 640 })
    await page.getByText('Nothing to look into yet').waitFor()
    await page.getByRole('button', { name: 'Go to Train' }).click()
    expect(page.url()).toContain('/train')
    await page.close()
  })

  test.each(['dark', 'light'] as const)('no part of it has a serious violation of accessibility: %s', async (theme) => {
    const page = await studio.open(project, { view: 'explore', theme })
    await settled(page, 'explore-density')
    for (const name of ['Density', 'Marginals', 'Latents', 'Interpolation', 'Ranking', 'Certificate']) {
      await tab(page, name)
      await page.waitForTimeout(400)
      expect(await seriousViolations(page), name).toEqual([])
    }
    await page.close()
  })

  test('nothing went wrong on the way', () => {
    expect(studio.errors).toEqual([])
    expect(studio.faults).toEqual([])
  })
})
