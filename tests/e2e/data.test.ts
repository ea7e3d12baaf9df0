/** The Data view in a real browser: targets and their sliders, a file that is mended press by press, columns, pairs and rows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diagonalFlow } from './support/flows.ts'
import { seriousViolations } from './support/accessibility.ts'
import { TestStudio, hasBrowser, settled } from './support/window.ts'

const ROWS = 900

/** A table with words, whole numbers and a constant in it. */
function people(): Buffer {
  const line = (i: number): string => {
    const age = 18 + ((i * 7919) % 600) / 10 + 0.05
    return [age.toFixed(2), i % 2 === 0 ? 'Rome' : 'Oslo', (i * 31) % 4, 1, (150 + 0.4 * age + ((i * 104_729) % 100) / 10).toFixed(2)].join(',')
  }
  return Buffer.from(`age,city,kids,one,height\n${Array.from({ length: ROWS }, (_, i) => line(i)).join('\n')}\n`)
}

describe.skipIf(!hasBrowser)('Data view', { timeout: 60_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => { studio = await TestStudio.start() })
  afterAll(() => studio.closeFaultless())

  test('a target is chosen, and a drag of its noise is one step of undo', async () => {
    const project = await studio.project(diagonalFlow(2), 'Targets')
    const page = await studio.open(project, { view: 'data' })
    await page.getByTestId('target-moons').click()
    await page.getByTestId('data-scatter').locator('canvas').waitFor()
    expect(await page.getByTestId('data-title').textContent()).toBe('Two moons')
    await page.getByText('1.008 nats').waitFor()
    const slider = page.getByTestId('target-option-noise')
    const box = await slider.boundingBox()
    if (box === null) throw new Error('the slider is not to be seen')
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2, { steps: 12 })
    await page.mouse.up()
    await settled(page)
    const noise = Number((await studio.document(project)).data?.source.split('noise=')[1])
    expect(noise).toBeGreaterThan(0.3)
    expect(noise).toBeLessThan(0.4)
    await page.getByTestId('undo').click()
    await settled(page)
    expect((await studio.document(project)).data?.source).toBe('synthetic:moons')
    await page.close()
  })

  test('a file with everything wrong is mended by its buttons, and can be trained', async () => {
    const project = await studio.project(diagonalFlow(2), 'People')
    const page = await studio.open(project, { view: 'data' })
    await page.getByTestId('data-file').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: people() })
    const expected: readonly (readonly [string, string])[] = [
      ['csv-not-a-number', 'Leave out city'], ['constant-column', 'Leave out one'], ['integers-not-dequantized', 'Dequantize'], ['data-dimension', 'Set the design to 3'],
    ]
    for (const [code, label] of expected) {
      await page.getByTestId(`problem-${code}`).getByRole('button', { name: label }).click()
      await page.getByTestId(`problem-${code}`).waitFor({ state: 'detached' })
    }
    expect(await page.locator('[data-testid^="problem-"]').count()).toBe(0)
    await settled(page)
    const { data, design } = await studio.document(project)
    expect(data).toEqual({ source: 'data/people.csv', columns: ['age', 'kids', 'height'], dequantize: 'auto' })
    expect(design.event).toEqual([3])
    const held = page.getByTestId('data-split-test').locator('input')
    await held.fill('20')
    await held.press('Enter')
    await page.getByText('70 % train, 10 % validation, 20 % test').waitFor()
    await settled(page)
    expect((await studio.document(project)).data).toMatchObject({ split: { validation: 0.1, test: 0.2 } })
    // The matrix of three columns: three clouds below the diagonal.
    expect(await page.getByTestId('data-scatter').locator('canvas').count()).toBe(3)
    await page.getByRole('radio', { name: 'Rows' }).click()
    expect(await page.getByTestId('data-rows').textContent()).toContain('18.05')
    await page.getByTestId('use-kids').uncheck()
    await page.getByTestId('problem-data-dimension').waitFor()
    await page.getByTestId('view-train').click()
    await page.getByTestId('problem-data-dimension').getByRole('button').click()
    await page.locator('[data-testid="train-start"]:enabled').waitFor()
    await page.close()
  })

  test('columns that are given, and a target by its classes', async () => {
    const project = await studio.project(diagonalFlow(2), 'Given')
    const page = await studio.open(project, { view: 'data' })
    await page.getByTestId('target-moons').click()
    await page.getByText('1.008 nats').waitFor()
    await page.getByTestId('data-by-class').click()
    // H(x | class) of two moons.
    await page.getByText('0.316 nats').waitFor()
    await page.getByText('class (2 classes)').waitFor()
    expect((await studio.document(project)).data).toEqual({ source: 'synthetic:moons', context: ['class'] })
    await page.getByTestId('data-file').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: people() })
    await page.getByTestId('given-city').check()
    await page.getByText('context: 2 classes').waitFor()
    await page.getByTestId('given-kids').check()
    await settled(page)
    expect((await studio.document(project)).data?.context).toEqual(['city', 'kids'])
    await page.getByTestId('use-kids').check()
    await settled(page)
    expect((await studio.document(project)).data?.context).toEqual(['city'])
    await page.close()
  })

  test('what is no data file is refused in its place', async () => {
    const project = await studio.project(diagonalFlow(2), 'Refused')
    const page = await studio.open(project, { view: 'data' })
    await page.getByTestId('data-file').setInputFiles({ name: 'notes.pdf', mimeType: 'application/pdf', buffer: Buffer.from('no') })
    await page.getByText("'notes.pdf' is no data file that Flowsmith reads").waitFor()
    await page.getByTestId('data-file').setInputFiles({ name: 'broken.npy', mimeType: 'application/octet-stream', buffer: Buffer.from('no') })
    await page.locator('[data-testid^="problem-"]').first().waitFor()
    expect(await page.getByTestId('data-scatter').count()).toBe(0)
    await page.close()
  })

  for (const theme of ['dark', 'light'] as const) {
    test(`axe finds nothing serious, ${theme}`, async () => {
      const project = await studio.project({ ...diagonalFlow(5) }, `Axe ${theme}`)
      const page = await studio.open(project, { view: 'data', theme })
      await page.getByTestId('data-file').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: people() })
      await page.getByTestId('problem-csv-not-a-number').getByRole('button', { name: 'Leave out' }).click()
      await page.getByTestId('problem-constant-column').waitFor()
      await page.getByTestId('data-scatter').waitFor()
      expect(await seriousViolations(page)).toEqual([])
      await page.getByRole('radio', { name: 'Rows' }).click()
      expect(await seriousViolations(page)).toEqual([])
      await page.close()
    })
  }
})
