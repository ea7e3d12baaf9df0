/**
 * `npm run screenshots`: every view of the rail, dark and light, 1440×900, into docs/pictures. In a workspace of its own,
 * with projects made from templates and a run on two moons. Names of views as arguments take only these.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { smallPng } from './small-png.ts'
import { StudioProcess, openBrowser } from './studio-window.ts'

const FOLDER = join('docs', 'pictures')
const LARGEST_KB = 300
const STEPS = 1500
const MOST_MS = 300_000
const DEPTH = 9
/** A picture has settled when it stays the same for so long and nothing is under way. */
const SETTLE_MS = 1500
const MOST_SETTLING = 20

const wanted = process.argv.slice(2).flatMap((name) => name.split(','))

async function trainedProject(studio: StudioProcess): Promise<string> {
  for (const [template, dimension, source] of [['nice', 2, 'synthetic:rings'], ['realnvp', 2, 'synthetic:checkerboard']] as const) {
    await studio.request('projects.create', { template, dimension, source })
  }
  const { project } = await studio.request('projects.create', { template: 'rq-nsf', dimension: 2, source: 'synthetic:moons', name: 'Two moons' })
  await studio.request('project.edit', { project, edit: { type: 'set-training', name: 'steps', value: STEPS }, label: 'Change the number of steps' })
  const { run } = await studio.request('runs.start', { project })
  const begun = performance.now()
  for (;;) {
    const found = (await studio.request('runs.list', { project })).find((summary) => summary.run === run)
    if (found?.state === 'completed' || found?.state === 'early') break
    if (found?.state === 'failed' || performance.now() - begun > MOST_MS) throw new Error(`the run on moons is ${found?.state ?? 'gone'}: ${found?.failure ?? ''}`)
    await new Promise((resolve) => { setTimeout(resolve, 500) })
  }
  process.stdout.write(`trained ${STEPS} steps in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`)
  return project
}

async function viewsOf(page: Page): Promise<string[]> {
  await page.locator('[data-testid^="view-"]').first().waitFor()
  const ids = await page.locator('nav [data-testid^="view-"]').evaluateAll((buttons) => buttons.map((button) => button.getAttribute('data-testid') ?? ''))
  return ids.map((id) => id.replace('view-', '')).filter((view) => wanted.length === 0 || wanted.includes(view))
}

/** The picture once charts are drawn and what they show has been computed. */
async function settled(page: Page): Promise<Buffer> {
  let before: Buffer = Buffer.alloc(0)
  for (let n = 0; n < MOST_SETTLING; n++) {
    await page.waitForTimeout(SETTLE_MS)
    const now = await page.screenshot({ animations: 'disabled' })
    const busy = await page.locator('main [role="progressbar"]:not([aria-valuenow])').count()
    if (busy === 0 && now.equals(before)) break
    before = now
  }
  return before
}

/** `desk`: an empty page, whose policy allows pictures to be read. */
async function picture(page: Page, desk: Page, name: string): Promise<void> {
  await page.mouse.move(720, 899)
  const bytes = await smallPng(desk, await settled(page))
  const path = join(FOLDER, `${name}.png`)
  writeFileSync(path, bytes)
  const size = Math.round(bytes.length / 1000)
  process.stdout.write(`${path} ${size} kB${size > LARGEST_KB ? ` (more than ${LARGEST_KB})` : ''}\n`)
}

async function takeAll(studio: StudioProcess, browser: Browser, project: string, theme: 'dark' | 'light'): Promise<void> {
  const desk = await browser.newPage()
  const page = await studio.open(browser, `${project}/design`, theme)
  page.on('pageerror', (fault) => { process.stdout.write(`! ${fault.message}\n`) })
  page.on('console', (message) => { if (message.type() === 'error') process.stdout.write(`! ${message.text()}\n`) })
  for (const view of await viewsOf(page)) {
    await page.getByTestId(`view-${view}`).click()
    if (view === 'design') {
      const layer = page.getByTestId(/^node-(?!data|base)/).nth(2)
      await layer.waitFor()
      await layer.click({ position: { x: 110, y: 12 } })
    }
    if (view === 'explore') {
      // Half way from the data to the base.
      const depth = page.getByRole('slider', { name: /^Depth/ }).first()
      await depth.waitFor({ timeout: 60_000 })
      await depth.focus()
      for (let n = 0; n < DEPTH; n++) await page.keyboard.press('ArrowRight')
    }
    if (view === 'export') await page.getByTestId('export-onnx').click()
    await picture(page, desk, `${view}-${theme}`)
  }
  await page.context().close()
  await desk.close()
}

mkdirSync(FOLDER, { recursive: true })
const browser = await openBrowser()
if (browser !== undefined) {
  const studio = await StudioProcess.start()
  const project = await trainedProject(studio)
  for (const theme of ['dark', 'light'] as const) await takeAll(studio, browser, project, theme)
  await browser.close()
  await studio.close()
}
