/** axe finds no serious violation in any view of the rail, with and without a project, dark and light. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seriousViolations } from './support/accessibility.ts'
import { TestStudio, hasBrowser } from './support/window.ts'

describe.skipIf(!hasBrowser)('Accessibility of every view', { timeout: 90_000 }, () => {
  let studio: TestStudio
  let project: string
  let trained: string

  beforeAll(async () => {
    studio = await TestStudio.start()
    project = (await studio.request('projects.create', { template: 'realnvp', dimension: 2, source: 'synthetic:moons' })).project
    trained = (await studio.request('projects.create', { template: 'nice', dimension: 2, source: 'synthetic:moons', name: 'Trained' })).project
    await studio.request('project.edit', { project: trained, edit: { type: 'set-training', name: 'steps', value: 60 }, label: 'Change the number of steps' })
    await studio.request('runs.start', { project: trained })
  })
  afterAll(async () => { await studio.close() })

  const found = async (of: string, theme: 'dark' | 'light'): Promise<string[]> => {
    const page = await studio.open(of, { theme })
    const buttons = page.locator('nav [data-testid^="view-"]')
    await buttons.first().waitFor()
    const views = await buttons.evaluateAll((all) => all.map((button) => button.getAttribute('data-testid') ?? ''))
    const violations: string[] = []
    for (const view of views) {
      await page.getByTestId(view).click()
      // The view is loaded when it is first shown, and asks the studio for what it shows.
      await page.waitForLoadState('networkidle')
      await page.waitForTimeout(500)
      violations.push(...(await seriousViolations(page)).map((violation) => `${view}: ${violation}`))
    }
    await page.context().close()
    expect(views.length).toBeGreaterThan(0)
    return violations
  }

  for (const theme of ['dark', 'light'] as const) {
    test(`the start, without a project, ${theme}`, async () => {
      const page = await studio.open('', { theme, view: '' })
      await page.locator('main').waitFor()
      await page.waitForTimeout(400)
      expect(await seriousViolations(page)).toEqual([])
      await page.context().close()
    })

    test(`a project that has not been trained, ${theme}`, async () => {
      expect(await found(project, theme)).toEqual([])
    })

    test(`a project with a run, ${theme}`, async () => {
      await expect.poll(async () => (await studio.request('runs.list', { project: trained }))[0]?.state, { timeout: 60_000 }).toBe('completed')
      expect(await found(trained, theme)).toEqual([])
    })
  }
})
