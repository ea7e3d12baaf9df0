/** A studio in a folder of its own, its browser host, and windows of a real browser on it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core'
import type { ProjectDocument } from '../../../src/core/design/document.ts'
import type { FlowDesign } from '../../../src/core/flow/design.ts'
import { writeDocument } from '../../../src/core/design/document.ts'
import { readDocumentJson } from '../../../src/core/design/document.ts'
import { type BrowserHost, startBrowserHost } from '../../../src/main/hosts/browser.ts'
import { Studio } from '../../../src/main/studio/studio.ts'
import type { OpenProject, ResultOf } from '../../../src/shared/api.ts'
import type { RequestName, RequestOf } from '../../../src/shared/requests.ts'
import { builtRenderer } from './renderer.ts'

export const CHROMIUM = process.env['FLOWSMITH_CHROMIUM'] ?? '/usr/bin/chromium'
export const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--no-first-run',
]
const compute = new URL('../../../dist/compute.js', import.meta.url)

/** Tests in a browser are skipped, and say so, where there is none. */
export const hasBrowser = existsSync(CHROMIUM)

export interface WindowOptions {
  readonly width?: number
  readonly height?: number
  readonly theme?: 'dark' | 'light'
  readonly view?: string
}

export class TestStudio {
  readonly studio: Studio
  readonly workspace: string
  /** Faults of ours that the studio was told of. */
  readonly faults: Error[]
  readonly #browser: Browser
  readonly #renderer: string
  /** What went wrong in the windows: exceptions and messages on the console. */
  readonly errors: string[] = []
  #host: BrowserHost

  private constructor(
    studio: Studio, workspace: string, faults: Error[], browser: Browser, renderer: string, host: BrowserHost,
  ) {
    this.studio = studio
    this.workspace = workspace
    this.faults = faults
    this.#browser = browser
    this.#renderer = renderer
    this.#host = host
  }

  static async start(): Promise<TestStudio> {
    const workspace = await mkdtemp(join(tmpdir(), 'flowsmith-e2e-'))
    const faults: Error[] = []
    const studio = new Studio({ workspace, host: 'browser', compute, onFault: (fault) => { faults.push(fault) } })
    const renderer = await builtRenderer()
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
    return new TestStudio(studio, workspace, faults, browser, renderer, await listen(studio, renderer, 0))
  }

  async request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf[N]> {
    const reply = await this.studio.handle(name, request)
    if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.issues)}`)
    return reply.value as ResultOf[N]
  }

  /** A project with this design; returns its id. */
  async project(design: FlowDesign, name = 'Test', rest: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const document = readDocumentJson({ format: 'flowsmith-project', version: 1, name, design, ...rest }, name)
    if (!document.ok) throw new Error(JSON.stringify(document.issues))
    return (await this.request('projects.import', { name, text: writeDocument(document.value) })).project
  }

  async document(project: string): Promise<ProjectDocument> {
    const opened: OpenProject = await this.request('project.open', { project })
    return opened.document
  }

  /** A window on a project; each with a profile of its own unless a context is given. */
  async open(project: string, {
    width = 1280, height = 800, theme = 'dark', view = 'design',
  }: WindowOptions = {}, context?: BrowserContext): Promise<Page> {
    const profile = context ?? await this.#browser.newContext({ viewport: { width, height }, colorScheme: theme })
    const page = await profile.newPage()
    page.on('pageerror', (fault) => { this.errors.push(fault.stack ?? fault.message) })
    page.on('console', (message) => {
      // A host that is stopped on purpose makes the browser complain.
      if (
        message.type() === 'error' && !/WebSocket|ERR_CONNECTION/.test(message.text())
      ) this.errors.push(message.text())
    })
    await page.goto(this.#host.url)
    await page.goto(`${new URL(this.#host.url).origin}/#/${project}/${view}`)
    return page
  }

  /** The host goes away; what is open lives on in the studio. */
  async stopHost(): Promise<void> {
    await this.#host.close()
  }

  /** The host comes back under its old address. */
  async startHost(): Promise<void> {
    const token = new URL(this.#host.url).searchParams.get('token') ?? ''
    this.#host = await listen(this.studio, this.#renderer, this.#host.port, token)
  }

  /** Closes it; throws where anything went wrong in its windows or in itself. */
  async closeFaultless(): Promise<void> {
    await this.close()
    const wrong = [...this.errors, ...this.faults.map(({ message }) => message)]
    if (wrong.length > 0) throw new Error(`went wrong meanwhile:\n${wrong.join('\n')}`)
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.#host.close()
    await this.studio.close()
    await rm(this.workspace, { recursive: true, force: true })
  }
}

/** Waits until the studio has what the window shows. */
export const settled = (page: Page): Promise<void> => page.locator('.unsaved:not(.shown)').waitFor({ state: 'attached' })

/** Waits until an element shows a number. */
export const figure = (page: Page, id: string): Promise<unknown> =>
  page.waitForFunction((name) => /\d/.test(document.querySelector(`[data-testid=${name}]`)?.textContent ?? ''), id)

async function listen(studio: Studio, renderer: string, port: number, token?: string): Promise<BrowserHost> {
  const host = await startBrowserHost({ studio, renderer, port, ...(token === undefined ? {} : { token }) })
  if (!host.ok) throw new Error(JSON.stringify(host.issues))
  return host.value
}

/** Where an element is, once it has stopped moving. */
async function restingBox(page: Page, id: string): Promise<{ x: number; y: number; width: number; height: number }> {
  await page.getByTestId(id).scrollIntoViewIfNeeded()
  let before = ''
  for (let i = 0; i < 50; i++) {
    const box = await page.getByTestId(id).boundingBox()
    if (box !== null && JSON.stringify(box) === before) return box
    before = JSON.stringify(box)
    await page.waitForTimeout(40)
  }
  throw new Error(`dragTo: ${id} is not to be seen, or does not come to rest`)
}

/** Drags with the mouse, in steps as a hand does, from one element to the middle of another. */
export async function dragTo(
  page: Page, from: string, to: string, options: { readonly hold?: boolean; readonly alt?: boolean } = {},
): Promise<void> {
  const source = await restingBox(page, from)
  const target = await restingBox(page, to)
  await page.mouse.move(source.x + Math.min(60, source.width / 2), source.y + Math.min(14, source.height / 2))
  await page.mouse.down()
  if (options.alt === true) await page.keyboard.down('Alt')
  await page.mouse.move(target.x + target.width / 2, target.y + target.height / 2, { steps: 8 })
  if (options.hold === true) return
  await page.mouse.up()
  if (options.alt === true) await page.keyboard.up('Alt')
}
