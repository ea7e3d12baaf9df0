/** Answers that take their time, in a window: how far they are, and an end to them; codes of an autoencoder. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { FlowDesign } from '../../src/core/flow/design.ts'
import { seriousViolations } from './support/accessibility.ts'
import { TestStudio, hasBrowser } from './support/window.ts'

/** Enough splines in enough dimensions for a certificate that takes many seconds. */
const large: FlowDesign = {
  event: [32], base: { kind: 'gaussian' },
  layers: [{ id: 'pairs', kind: 'repeat', times: 6, layers: [
    { id: 'couple', kind: 'coupling', options: { transformer: { kind: 'rational-quadratic' }, conditioner: { kind: 'mlp', width: 32, depth: 1 } } },
    { id: 'mix', kind: 'linear' },
  ] }],
}
const training = { objective: { kind: 'reverse-kl' }, steps: 10, batch: 32, validateEvery: 10 }
const SIDE = 8

describe.skipIf(!hasBrowser)('Long work', { timeout: 90_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => { studio = await TestStudio.start() })
  afterAll(() => studio.closeFaultless())
  const trained = (project: string): Promise<unknown> =>
    vi.waitUntil(async () => (await studio.request('runs.list', { project }))[0]?.state === 'completed', { timeout: 60_000, interval: 200 })

  test('a certificate says how far it is, is ended, and can be made again', async () => {
    const project = await studio.project(large, 'Large', { training, target: { source: 'mixture' } })
    await studio.request('runs.start', { project })
    await trained(project)
    const page = await studio.open(project, { view: 'explore' })
    await page.getByTestId('explore-tabs').getByRole('radio', { name: 'Certificate' }).click()
    const bar = page.getByTestId('work-bar')
    await bar.getByText(/^[\d,]+ of [\d,]+ passes of a point through a layer, \d+:\d\d left$/).waitFor({ timeout: 30_000 })
    const progress = bar.getByRole('progressbar')
    const before = Number(await progress.getAttribute('aria-valuenow'))
    await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow')), { timeout: 30_000 }).toBeGreaterThan(before)
    expect(await seriousViolations(page)).toEqual([])
    await page.getByTestId('work-cancel').click()
    await page.getByRole('button', { name: 'Make the certificate' }).waitFor({ timeout: 30_000 })
    expect(await bar.count()).toBe(0)
    await page.getByRole('button', { name: 'Make the certificate' }).click()
    await bar.getByText(/passes of a point/).waitFor({ timeout: 30_000 })
    await page.getByTestId('work-cancel').click()
    await page.context().close()
  })

  test('codes of an autoencoder are moved, and make pictures', async () => {
    const { project } = await studio.request('projects.create', { template: 'vae', dimension: SIDE * SIDE, name: 'Codes' })
    const columns = Array.from({ length: SIDE * SIDE }, (_, d) => `p${d}`)
    const rows = Array.from({ length: 400 }, (_, i) => columns.map((_name, d) => Math.sin((i % 7) + d / 3).toFixed(3)).join(','))
    const { source } = await studio.request('data.upload', { project, name: 'waves.csv', bytes: new TextEncoder().encode(`${[columns.join(','), ...rows].join('\n')}\n`) })
    const edits = [{ type: 'set-data', data: { source } }, ...Object.entries({ steps: 60, batch: 64, validateEvery: 60 }).map(([name, value]) => ({ type: 'set-training', name, value }))]
    for (const edit of edits) await studio.request('project.edit', { project, edit, label: 'Change' })
    await studio.request('runs.start', { project })
    await trained(project)
    const page = await studio.open(project, { view: 'explore' })
    await page.getByTestId('explore-tabs').getByRole('radio', { name: 'Codes' }).click()
    const picture = (): Promise<string> =>
      page.getByTestId('explore-traversal-plot').locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
    await expect.poll(async () => (await picture()).length, { timeout: 20_000 }).toBeGreaterThan(4000)
    const before = await picture()
    await page.getByText(/Codes have a standard normal prior/).waitFor()
    expect(await page.getByRole('button', { name: 'A data point' }).count()).toBe(0)
    const slider = page.getByTestId('explore-traversal-first')
    await slider.focus()
    await page.keyboard.press('End')
    await expect.poll(picture, { timeout: 20_000 }).not.toBe(before)
    expect(await seriousViolations(page)).toEqual([])
    await page.context().close()
  })
})
