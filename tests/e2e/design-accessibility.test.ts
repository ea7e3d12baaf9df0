/** axe finds no serious violation in the Design view, in its states and both themes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { templates } from '../../src/core/flow/templates/index.ts'
import { seriousViolations } from './support/accessibility.ts'
import { TestStudio, dragTo, hasBrowser } from './support/window.ts'

describe.skipIf(!hasBrowser)('Accessibility of the Design view', { timeout: 60_000 }, () => {
  let studio: TestStudio
  let project: string
  beforeAll(async () => {
    studio = await TestStudio.start()
    const built = templates['realnvp']?.build(2)
    if (built === undefined) throw new Error('there is no template realnvp')
    const { event, base } = built.design
    // With one layer that is unknown, one that is wrong and one that is left out.
    const layers = [...built.design.layers, { id: 'gone', kind: 'gone' }, { id: 'conv', kind: 'conv1x1' }, {
      id: 'out', kind: 'actnorm', bypass: true,
    }]
    project = await studio.project({ event, base, layers })
  })
  afterAll(async () => { await studio.close() })

  for (const theme of ['dark', 'light'] as const) {
    test(`nothing is selected, ${theme}`, async () => {
      const page = await studio.open(project, { theme })
      await page.getByTestId('node-first').waitFor()
      expect(await seriousViolations(page)).toEqual([])
      await page.close()
    })
    test(`a layer, several layers, an end, ${theme}`, async () => {
      const page = await studio.open(project, { theme })
      await page.getByTestId('node-first').click({ position: { x: 110, y: 12 } })
      await page.locator('.katex').first().waitFor()
      expect(await seriousViolations(page)).toEqual([])
      await page.keyboard.press('Control+a')
      expect(await seriousViolations(page)).toEqual([])
      await page.getByTestId('node-data').click()
      expect(await seriousViolations(page)).toEqual([])
      await page.close()
    })
    test(`command palette, menu, list of layers, refusal, ${theme}`, async () => {
      const page = await studio.open(project, { theme })
      await page.getByTestId('node-first').waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('dialog').waitFor()
      expect(await seriousViolations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByTestId('node-first').click({ button: 'right' })
      await page.getByRole('menu').waitFor()
      expect(await seriousViolations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByTestId('slot-1').click()
      await page.getByTestId('quick-add').waitFor()
      expect(await seriousViolations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await dragTo(page, 'palette-item-conv1x1', 'slot-1')
      await page.getByTestId('drop-refused').waitFor()
      expect(await seriousViolations(page)).toEqual([])
      await page.close()
    })
  }
})
