/** axe finds no serious violation in any view of the rail, with and without a project, dark and light. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seriousViolations } from './support/accessibility.ts'
import { TestStudio, hasBrowser } from './support/window.ts'

describe.skipIf(!hasBrowser)('Accessibility of every view', { timeout: 90_000 }, () => {
  let studio: TestStudio
  let project: string

  beforeAll(async () => {
    studio = await TestStudio.start()
    project = (await studio.request('projects.create', { template: 'realnvp', dimension: 2, source: 'synthetic:moons' })).project
  })
  afterAll(async () => { await studio.close() })

  for (const theme of ['dark', 'light'] as const) {
    test(`a project that has not been trained, ${theme}`, async () => {
      const page = await studio.open(project, { theme })
      await page.locator('nav [data-testid^="view-"]').first().waitFor()
      const views = await page.locator('nav [data-testid^="view-"]').evaluateAll((buttons) => buttons.map((button) => button.getAttribute('data-testid') ?? ''))
      expect(views.length).toBeGreaterThan(0)
      const found: string[] = []
      for (const view of views) {
        await page.getByTestId(view).click()
        // The view is loaded when it is first shown, and asks the studio for what it shows.
        await page.waitForLoadState('networkidle')
        await page.waitForTimeout(400)
        found.push(...(await seriousViolations(page)).map((violation) => `${view}: ${violation}`))
      }
      expect(found).toEqual([])
      await page.context().close()
    })

    test(`the start, without a project, ${theme}`, async () => {
      const page = await studio.open('', { theme, view: '' })
      await page.locator('main').waitFor()
      await page.waitForTimeout(400)
      expect(await seriousViolations(page)).toEqual([])
      await page.context().close()
    })
  }
})
