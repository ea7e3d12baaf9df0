/**
 * `npm run bench:ui`: how quick the window is. Medians of several runs beside their targets, in one table; the exit code
 * says whether all were met.
 */
import { availableParallelism, cpus, loadavg } from 'node:os'
import type { Browser, CDPSession, Page } from 'playwright-core'
import type { DesignNode } from '../src/core/flow/design.ts'
import { bundleSize } from './bundle-size.ts'
import { StudioProcess, openBrowser } from './studio-window.ts'

const RUNS = 5
const LAYERS = 60
const DRAG_STEPS = 150
const MOMENT_MS = 1000

interface Figure {
  readonly what: string
  readonly unit: string
  readonly values: readonly number[]
  readonly target: number
  /** Whether more is better. */
  readonly atLeast?: boolean
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

async function repeated(measure: () => Promise<number>): Promise<number[]> {
  const values: number[] = []
  for (let n = 0; n < RUNS; n++) values.push(await measure())
  return values
}

/** Couplings with a linear layer between any two: `LAYERS` layers on 8 dimensions. */
function manyLayers(): string {
  const layers: DesignNode[] = Array.from({ length: LAYERS }, (_, i) => i % 2 === 0 ? { id: `c${i}`, kind: 'coupling' } : { id: `l${i}`, kind: 'linear' })
  return JSON.stringify({ format: 'flowsmith-project', version: 1, name: 'Sixty layers', design: { event: [8], layers, base: { kind: 'gaussian' } } })
}

async function readyMs(): Promise<number> {
  const studio = await StudioProcess.start()
  await studio.close()
  return studio.readyMs
}

async function firstPaintMs(studio: StudioProcess, browser: Browser): Promise<number> {
  const page = await studio.open(browser, '')
  await page.locator('nav').waitFor()
  const value = await (await page.waitForFunction('probe.firstPaint()')).jsonValue()
  await page.context().close()
  return Number(value)
}

/** In a window of its own, which somebody has looked at for a moment. */
async function firstOpenMs(studio: StudioProcess, browser: Browser, project: string): Promise<number> {
  const page = await studio.open(browser, '')
  await page.waitForTimeout(MOMENT_MS)
  const value = await openDesignMs(page, project)
  await page.context().close()
  return value
}

/** From the change of the address to the last change of the page, painted. */
async function openDesignMs(page: Page, project: string): Promise<number> {
  await page.evaluate('location.hash = "#/"')
  await page.getByTestId('canvas').waitFor({ state: 'detached' })
  return Number(await page.evaluate(`probe.open(${JSON.stringify(`#/${project}/design`)}, 400)`))
}

interface Drag {
  /** Times between frames, ms. */
  readonly frames: readonly number[]
  /** Script, style and layout on the page's thread for one move of the pointer, ms of its processor. */
  readonly workMs: number
}

/** Counters of the page's thread; they leave out painting, which is slow here without a graphics card. */
async function workSoFarMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  const ours = new Set(['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'])
  return metrics.reduce((sum, { name, value }) => ours.has(name) ? sum + 1000 * value : sum, 0)
}

/** While a layer of the palette is dragged up and down over the design. */
async function drag(page: Page): Promise<Drag> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const source = await page.getByTestId('palette-item-actnorm').boundingBox()
  const canvas = await page.getByTestId('canvas').boundingBox()
  if (source === null || canvas === null) throw new Error('drag: palette or canvas are not to be seen')
  await page.mouse.move(source.x + 40, source.y + 10)
  await page.mouse.down()
  await page.mouse.move(canvas.x + canvas.width / 2, canvas.y + 80, { steps: 10 })
  await page.evaluate('probe.watchFrames()')
  const before = await workSoFarMs(session)
  for (let i = 0; i < DRAG_STEPS; i++) {
    const turn = (i / DRAG_STEPS) * 4 * Math.PI
    await page.mouse.move(canvas.x + canvas.width * (0.5 + 0.2 * Math.sin(turn)), canvas.y + canvas.height * (0.5 + 0.35 * Math.cos(turn)))
    await page.waitForTimeout(8)
  }
  const workMs = (await workSoFarMs(session) - before) / DRAG_STEPS
  const times = await page.evaluate('probe.frames') as number[]
  await page.keyboard.press('Escape')
  await page.mouse.up()
  return { frames: times.slice(1).map((time, i) => time - (times[i] ?? time)), workMs }
}

async function measure(browser: Browser): Promise<Figure[]> {
  const ready = await repeated(readyMs)
  const studio = await StudioProcess.start()
  const paint = await repeated(() => firstPaintMs(studio, browser))
  const { project } = await studio.request('projects.import', { name: 'Sixty layers', text: manyLayers() })
  const firsts = await repeated(() => firstOpenMs(studio, browser, project))
  const page = await studio.open(browser, '')
  const opens = await repeated(() => openDesignMs(page, project))
  const { frames, workMs } = await drag(page)
  await browser.close()
  await studio.close()
  const { initial, total } = bundleSize('dist/renderer')
  const sorted = [...frames].sort((a, b) => a - b)
  return [
    { what: 'browser host ready', unit: 'ms', values: ready, target: 1500 },
    { what: 'first paint of the window', unit: 'ms', values: paint, target: 1000 },
    { what: `design of ${LAYERS} layers opens`, unit: 'ms', values: opens, target: 500 },
    { what: 'the same, the first in a window', unit: 'ms', values: firsts, target: 500 },
    { what: 'frames a second while dragging over it', unit: '', values: [1000 * frames.length / frames.reduce((sum, time) => sum + time, 0)], target: 58, atLeast: true },
    { what: 'script, style and layout for a frame of it', unit: 'ms', values: [workMs], target: 8 },
    { what: 'slowest frame but 5 %', unit: 'ms', values: [sorted[Math.floor(0.95 * sorted.length)] ?? Number.NaN], target: 34 },
    { what: 'renderer loaded at once, gzipped', unit: 'kB', values: [initial / 1000], target: 500 },
    { what: 'renderer in all, gzipped', unit: 'kB', values: [total / 1000], target: 2000 },
  ]
}

function met({ values, target, atLeast = false }: Figure): boolean {
  return atLeast ? median(values) >= target : median(values) <= target
}

const shown = (value: number): string => value.toFixed(value < 10 ? 1 : 0)

function print(figures: readonly Figure[]): void {
  const rows = figures.map((figure) => {
    const { what, unit, values, target, atLeast = false } = figure
    const spread = values.length === 1 ? '' : ` (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`
    return `| ${what} | ${shown(median(values))} ${unit}${spread} | ${atLeast ? '≥' : '≤'} ${target} ${unit} | ${met(figure) ? 'yes' : '**no**'} |`
  })
  const load = loadavg()[0]?.toFixed(1) ?? '?'
  process.stdout.write(`\n${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, load ${load}, ${new Date().toISOString().slice(0, 10)}\n\n`)
  process.stdout.write(`| | median | target | met |\n|---|---|---|---|\n${rows.join('\n')}\n`)
}

const browser = await openBrowser()
if (browser !== undefined) {
  const figures = await measure(browser)
  print(figures)
  process.exitCode = figures.every(met) ? 0 : 1
}
