/** A conditional flow in the window: its class from the data, how well it tells classes, samples and density of one. */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seriousViolations } from './support/accessibility.ts'
import { smallRealNvp } from './support/flows.ts'
import { TestStudio, hasBrowser } from './support/window.ts'

const COLUMN = 'species as it was told'
/** Three clouds, well apart. */
const table = `length,width,${COLUMN}\n${Array.from({ length: 600 }, (_, i) => {
  const [u, v] = [Math.sin(12.9898 * i + 1), Math.sin(78.233 * i + 2)]
  return `${5 * (i % 3) + u},${2 * (i % 3) + v},${['setosa', 'versicolor', 'virginica'][i % 3] ?? ''}`
}).join('\n')}\n`
const training = { steps: 120, batch: 128, validateEvery: 60, learningRate: 0.01 }

describe.skipIf(!hasBrowser)('Conditional flows', { timeout: 60_000 }, () => {
  let studio: TestStudio
  let project = ''
  let page: Page
  beforeAll(async () => {
    studio = await TestStudio.start()
    project = await studio.project(smallRealNvp(2), 'Species', { training })
    page = await studio.open(project, { view: 'data', width: 1024, height: 640 })
  }, 60_000)
  afterAll(async () => {
    expect(studio.errors).toEqual([])
    expect(studio.faults.map(({ message }) => message)).toEqual([])
    await studio.close()
  })

  test('a column of words becomes context with one press; training tells how well the classes are told apart', async () => {
    await page.getByTestId('data-file').setInputFiles({ name: 'species.csv', mimeType: 'text/csv', buffer: Buffer.from(table) })
    await page.getByRole('button', { name: 'Make it context' }).click()
    await page.getByText('context: 3 classes').waitFor()
    expect((await studio.document(project)).data?.context).toEqual([COLUMN])
    await page.getByTestId('view-train').click()
    await page.getByTestId('train-start').click()
    await expect.poll(async () => Number.parseFloat(await page.getByTestId('metric-accuracy').textContent().catch(() => '') ?? ''), { timeout: 40_000 }).toBeGreaterThan(95)
    await page.getByText(/% of the classes told right/).waitFor()
    await page.getByTestId('view-runs').click()
    await page.getByTestId('runs-table').getByRole('columnheader', { name: 'Accuracy' }).waitFor()
    expect(await page.getByTestId('runs-table').getByRole('row').nth(1).textContent()).toMatch(/\d %/)
    // In a narrow window the table scrolls as one: headings go with the rows.
    const bars = await page.getByTestId('runs-table').evaluate((grid) => [grid, ...grid.querySelectorAll('*')].filter((part) => part.scrollWidth > part.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(part).overflowX)).length)
    expect(bars).toBe(1)
  })

  test('regions of the classes, and which is told for which', async () => {
    await page.getByTestId('view-explore').click()
    await page.getByTestId('explore-tabs').getByRole('radio', { name: 'Classes', exact: true }).click()
    const tab = page.locator('[data-testid="explore-classes"]:not([data-count="0"])')
    await tab.getByRole('heading', { name: /told right/ }).waitFor()
    const counts = await tab.locator('td').allTextContents()
    const told = counts.map(Number)
    // The table holds every example once, nearly all of them on its diagonal.
    expect(told.reduce((a, b) => a + b, 0)).toBe(Number(await tab.getAttribute('data-count')))
    expect([0, 4, 8].reduce((sum, i) => sum + (told[i] ?? 0), 0)).toBeGreaterThan(0.95 * told.reduce((a, b) => a + b, 0))
    // The condition that is chosen elsewhere says nothing here.
    expect(await page.getByTestId('explore-conditions').count()).toBe(0)
    expect(await seriousViolations(page)).toEqual([])
  })

  test('samples of one class are taken away', async () => {
    await page.getByTestId('view-export').click()
    const given = page.getByTestId(`samples-given-${COLUMN}`).locator('select')
    await given.selectOption('virginica')
    const loaded = page.waitForEvent('download')
    await page.getByTestId('samples-csv').click()
    const file = await (await loaded).path()
    const rows = (await readFile(file, 'utf8')).trim().split('\n').slice(1).map((line) => line.split(',').map(Number))
    const mean = rows.reduce((sum, [length = 0]) => sum + length, 0) / rows.length
    // Their cloud is around 10, the others around 0 and 5.
    expect(mean).toBeGreaterThan(9)
    expect(mean).toBeLessThan(11)
  })
})
