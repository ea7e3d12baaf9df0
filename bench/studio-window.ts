/** The built browser host as a process of its own, and windows of a real browser on it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type Page, chromium } from 'playwright-core'
import { WebSocket } from 'ws'
import { decodeMessage, encodeMessage } from '../src/shared/wire.ts'
import type { Reply, ResultOf } from '../src/shared/api.ts'
import type { RequestName, RequestOf } from '../src/shared/requests.ts'

const CHROMIUM = process.env['FLOWSMITH_CHROMIUM'] ?? '/usr/bin/chromium'
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']

/** Undefined where there is no browser; says so. */
export async function openBrowser(): Promise<Browser | undefined> {
  if (existsSync(CHROMIUM)) return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  process.stdout.write(`skipped: there is no browser at ${CHROMIUM} (FLOWSMITH_CHROMIUM names another)\n`)
  return undefined
}

export class StudioProcess {
  readonly url: string
  /** From the start of Node to the printed address, ms. */
  readonly readyMs: number
  readonly #child: ChildProcess
  readonly #workspace: string
  #socket: Promise<WebSocket> | undefined
  #lastId = 0

  private constructor(child: ChildProcess, workspace: string, url: string, readyMs: number) {
    this.#child = child
    this.#workspace = workspace
    this.url = url
    this.readyMs = readyMs
  }

  /** As `npm start -- --browser` does, in a workspace that is removed at the end. */
  static start(): Promise<StudioProcess> {
    const workspace = mkdtempSync(join(tmpdir(), 'flowsmith-window-'))
    const begun = performance.now()
    const child = spawn(process.execPath, ['scripts/start.js', '--browser', '--workspace', workspace], { stdio: ['ignore', 'pipe', 'inherit'] })
    return new Promise((resolve, reject) => {
      let printed = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text
        const url = /Flowsmith is ready: (\S+)/.exec(printed)?.[1]
        if (url !== undefined) resolve(new StudioProcess(child, workspace, url, performance.now() - begun))
      })
      child.once('error', reject)
      child.once('exit', (code) => { reject(new Error(`the browser host ended with code ${code} before it was ready: ${printed}`)) })
    })
  }

  #connect(): Promise<WebSocket> {
    this.#socket ??= new Promise((resolve, reject) => {
      const { host, searchParams } = new URL(this.url)
      const socket = new WebSocket(`ws://${host}/socket?token=${searchParams.get('token') ?? ''}`)
      socket.once('open', () => { resolve(socket) })
      socket.once('error', reject)
    })
    return this.#socket
  }

  async request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf[N]> {
    const socket = await this.#connect()
    const id = ++this.#lastId
    const reply = await new Promise<Reply<N>>((resolve) => {
      const hear = (data: Buffer): void => {
        const message = decodeMessage(data) as { readonly id?: number; readonly reply: Reply<N> }
        if (message.id !== id) return
        socket.off('message', hear)
        resolve(message.reply)
      }
      socket.on('message', hear)
      socket.send(encodeMessage({ id, name, request }))
    })
    if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.issues)}`)
    return reply.value
  }

  /** A window of its own profile at the place `#/<project>/<view>`. */
  async open(browser: Browser, place: string, theme: 'dark' | 'light' = 'dark'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: theme, reducedMotion: 'reduce' })
    await context.addInitScript({ path: 'bench/page-probe.js' })
    const page = await context.newPage()
    const { origin, searchParams } = new URL(this.url)
    await context.addCookies([{ name: 'flowsmith', value: searchParams.get('token') ?? '', url: origin }])
    await page.goto(`${origin}/#/${place}`)
    return page
  }

  async close(): Promise<void> {
    const socket = await this.#socket
    socket?.close()
    this.#child.removeAllListeners('exit')
    const ended = new Promise<void>((resolve) => { this.#child.once('exit', () => { resolve() }) })
    this.#child.kill('SIGTERM')
    await ended
    rmSync(this.#workspace, { recursive: true, force: true })
  }
}
