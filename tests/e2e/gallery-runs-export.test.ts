/** From a template to a run, the run compared with another, and its files. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseCsv } from '../../src/core/data/csv.ts'
import { readDocument } from '../../src/core/design/document.ts'
import { seriousViolations } from './support/accessibility.ts'
import { TestStudio, hasBrowser } from './support/window.ts'

describe.skipIf(!hasBrowser)('Gallery, runs and export', { timeout: 60_000 }, () => {
  let studio: TestStudio
  let project: string
  beforeAll(async () => { studio = await TestStudio.start() })
  afterAll(() => studio.close())

  const ended = async (count: number): Promise<void> => {
    await expect.poll(async () => (await studio.request('runs.list', { project })).filter(({ testNll }) => testNll !== undefined).length, { timeout: 30_000 }).toBe(count)
  }
  const downloaded = async (page: Page, id: string): Promise<{ name: string; bytes: Buffer }> => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(id).click()])
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
  }

  test('one click from a template to a run', async () => {
    const page = await studio.open('', { view: 'gallery' })
    await page.getByLabel('Data for NICE').selectOption('rings')
    await page.getByTestId('train-nice').click()
    await page.getByTestId('train-progress').waitFor()
    const [only] = await studio.request('projects.list', {})
    project = only?.project ?? ''
    expect(only?.name).toMatch(/^NICE, /)
    expect((await studio.document(project)).data).toEqual({ source: 'synthetic:rings' })
    await page.getByTestId('train-stop').click()
    await ended(1)
    await page.getByTestId('view-gallery').click()
    const row = page.getByTestId(`project-${project}`)
    expect(await row.textContent()).toContain('1 run')
    await row.getByRole('button', { name: /^More about/ }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.keyboard.type('Rings by NICE')
    await page.keyboard.press('Enter')
    await row.getByText('Rings by NICE').waitFor()
    await row.getByRole('button', { name: /^More about/ }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await row.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await row.waitFor()
    await page.context().close()
  })

  test('design files are opened; others are told by name', async () => {
    const page = await studio.open('', { view: 'gallery' })
    const input = page.getByTestId('import-file')
    await input.setInputFiles([{ name: 'points.csv', mimeType: 'text/csv', buffer: Buffer.from('1,2') }, { name: 'broken.json', mimeType: 'application/json', buffer: Buffer.from('{') }])
    await page.getByText('“points.csv” holds data, not a design').waitFor()
    await page.getByText(/“broken.json”: this is not JSON/).waitFor()
    const text = JSON.stringify({ format: 'flowsmith-project', version: 1, name: 'Brought', design: { event: [2], layers: [], base: { kind: 'gaussian' } } })
    await input.setInputFiles({ name: 'brought.json', mimeType: 'application/json', buffer: Buffer.from(text) })
    await page.waitForURL(/#\/brought\/design/)
    await page.context().close()
  })

  test('two runs are compared, renamed, noted, deleted and restored; a design is taken up again', async () => {
    for (const [name, value] of [['steps', 60], ['batch', 64], ['validateEvery', 20]] as const) {
      await studio.request('project.edit', { project, edit: { type: 'set-training', name, value }, label: 'Change' })
    }
    await studio.request('project.edit', { project, edit: { type: 'remove-nodes', ids: ['scaling'] }, label: 'Change' })
    await studio.request('runs.start', { project })
    await ended(2)
    const page = await studio.open(project, { view: 'runs' })
    await page.getByTestId('run-panel').waitFor()
    await page.locator('[data-row="1"]').getByRole('checkbox').click()
    const difference = page.getByTestId('run-difference')
    await difference.getByText('Diagonal scaling').waitFor()
    expect(await difference.textContent()).toContain('Steps')
    await page.getByTestId('chart-runs').locator('canvas').first().waitFor()
    expect(await seriousViolations(page)).toEqual([])

    await page.locator('[data-row="1"]').click()
    await page.keyboard.press('F2')
    await page.keyboard.type('With scaling')
    await page.keyboard.press('Enter')
    await page.getByTestId('run-note').fill('as in the paper')
    await page.getByTestId('run-note').blur()
    await expect.poll(async () => (await studio.request('runs.list', { project })).map(({ name, note }) => [name, note])).toEqual([['With scaling', 'as in the paper'], ['run-2', '']])
    await page.getByTestId('run-take').click()
    await page.waitForURL(/\/design/)
    await expect.poll(async () => (await studio.document(project)).design.layers.at(-1)?.id).toBe('scaling')
    await page.getByTestId('undo').click()
    await expect.poll(async () => (await studio.document(project)).design.layers.at(-1)?.id).toBe('pairs')

    await page.getByTestId('view-runs').click()
    await page.locator('[data-row="1"]').click()
    await page.getByTestId('run-delete').click()
    await page.locator('[data-row="1"]').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await page.locator('[data-row="1"]').waitFor()
    await page.context().close()
  })

  test('models, samples, design and chart are taken away', async () => {
    const page = await studio.open(project, { view: 'export', theme: 'light' })
    await page.getByTestId('export-onnx').click()
    await page.getByTestId('export-parity').getByText('Round trip').waitFor()
    expect(await seriousViolations(page)).toEqual([])
    const density = await downloaded(page, 'download-density.onnx')
    expect(density.name).toBe('density.onnx')
    expect(density.bytes.includes('flowsmith_design')).toBe(true)
    const csv = await downloaded(page, 'samples-csv')
    const table = parseCsv(csv.bytes.toString(), csv.name)
    expect(table.ok && [table.value.rows, table.value.columns]).toEqual([2000, ['x1', 'x2']])
    const npy = await downloaded(page, 'samples-npy')
    expect(npy.bytes.subarray(1, 6).toString()).toBe('NUMPY')
    expect(npy.bytes.length).toBe(128 + 2000 * 2 * 4)
    const design = await downloaded(page, 'download-design')
    expect(readDocument(design.bytes.toString(), design.name).ok).toBe(true)
    const svg = await downloaded(page, 'download-chart')
    const parsed = `new DOMParser().parseFromString(${JSON.stringify(svg.bytes.toString())}, 'image/svg+xml').documentElement`
    expect(await page.evaluate(`${parsed}.nodeName + (${parsed}.querySelector('parsererror') ?? { textContent: '' }).textContent`)).toBe('svg')
    expect(svg.bytes.toString()).toContain('Validation')
    await page.getByRole('radio', { name: 'JavaScript' }).click()
    expect(await page.getByTestId('snippet').textContent()).toContain("InferenceSession.create('density.onnx')")
    await page.context().close()
  })

  test('nothing of it was our fault', () => {
    expect(studio.faults.map(({ message }) => message)).toEqual([])
    expect(studio.errors).toEqual([])
  })
})
