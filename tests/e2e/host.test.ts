/** The program as a person starts it: what `npm start` says, serves, refuses and saves; in Electron where its runtime is. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, _electron, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { CHROMIUM, FLAGS, hasBrowser } from './support/window.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'flowsmith-host-'))
const children: ChildProcess[] = []

class Program {
  output = ''
  readonly child: ChildProcess
  readonly end: Promise<number | null>

  /** `display`: as on a desktop, or as on a server. */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, ['scripts/start.js', '--workspace', join(folder, 'workspace'), ...args], {
      cwd: root, env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(this.child)
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => { this.output += text })
    this.end = new Promise((resolve) => { this.child.once('exit', resolve) })
  }

  async url(): Promise<string> {
    return vi.waitFor(() => {
      const url = /Flowsmith is ready: (\S+)\n/.exec(this.output)?.[1]
      if (url === undefined) throw new Error(`not ready: ${this.output}`)
      return url
    }, { timeout: 60_000 })
  }
}

afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

describe('npm start', { timeout: 120_000 }, () => {
  test.runIf(process.platform === 'linux')('without a display it says why in one line, and serves one address', async () => {
    const program = new Program([])
    const url = await program.url()
    expect(program.output).toMatch(/^There is no display .*: serving the browser host instead\.$/m)
    expect(program.output.match(/http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32,}/g)).toEqual([url])
    program.child.kill('SIGTERM')
    expect(await program.end).toBe(0)
  })

  test('a port in use, and one that is none, are told plainly', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve) })
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const taken = new Program(['--browser', '--port', String(port)])
    expect(await taken.end).toBe(2)
    expect(taken.output).toContain(`port ${port} is taken by another program`)
    other.close()
    const none = new Program(['--browser', '--port', '99999'])
    expect(await none.end).toBe(2)
    expect(none.output).toContain('expected a port from 0 to 65535, got 99999')
  })
})

describe.skipIf(!hasBrowser)('The browser host in a browser', { timeout: 120_000 }, () => {
  let browser: Browser
  beforeAll(async () => { browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS }) })
  afterAll(async () => { await browser.close() })

  test('the address opens the studio without its token; a wrong token is told; closing is shown and loses nothing', async () => {
    const program = new Program(['--browser'])
    const url = await program.url()
    const context = await browser.newContext()
    const page = await context.newPage()
    const wrong = await page.goto(url.replace(/token=.*/, 'token=guess'))
    expect(wrong?.status()).toBe(401)
    expect(await page.textContent('body')).toContain('The token is missing or wrong')

    await page.goto(url)
    await page.getByRole('navigation', { name: 'Views' }).waitFor()
    expect(page.url()).not.toContain('token')
    await page.reload()
    await page.getByRole('navigation', { name: 'Views' }).waitFor()
    const stranger = await (await browser.newContext()).newPage()
    expect((await stranger.goto(new URL(url).origin))?.status()).toBe(401)

    program.child.kill('SIGTERM')
    expect(await program.end).toBe(0)
    expect(program.output).toContain('Stopping: saving projects and runs')
    expect(await page.getByTestId('connection').textContent()).toMatch(/Saving your work|cannot be reached/)
    await context.close()
  })
})

const electron = join(root, 'node_modules', 'electron')
const note = join(electron, 'path.txt')
const executable = existsSync(note) ? join(electron, 'dist', readFileSync(note, 'utf8')) : ''
const hasElectron = existsSync(executable) && (process.platform !== 'linux' || (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'] ?? '') !== '')
if (!hasElectron) process.stderr.write('skipped: the desktop host in Electron itself, whose runtime or display is not here\n')

describe.skipIf(!hasElectron)('The desktop host in Electron', { timeout: 120_000 }, () => {
  test('the window shows the studio, has no Node, asks through the preload script, and closes', async () => {
    const app = await _electron.launch({
      executablePath: executable, args: [join(root, 'dist', 'main.js'), `--user-data-dir=${join(folder, 'profile')}`],
      env: { ...process.env as Record<string, string>, FLOWSMITH_HOME: join(folder, 'desktop') },
    })
    const page = await app.firstWindow()
    await page.getByRole('navigation', { name: 'Views' }).waitFor()
    expect(page.url()).toMatch(/^app:\/\/flowsmith\//)
    expect(await page.evaluate('[typeof require, typeof process, Object.keys(flowsmith).sort().join()]')).toEqual(['undefined', 'undefined', 'on,request'])
    expect(await page.evaluate('flowsmith.request("studio.info", {})')).toMatchObject({ ok: true, value: { host: 'electron' } })
    await page.evaluate('location.href = "https://example.org/"')
    expect(page.url()).toMatch(/^app:\/\/flowsmith\//)
    await app.close()
  })
})
