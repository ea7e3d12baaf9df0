/** The built main and preload bundles in a fake of Electron: what a window may do, what it is told, what closing keeps. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { CONTENT_SECURITY_POLICY } from '../../../src/main/hosts/static-files.ts'
import type { Reply, StudioConnection, StudioEvent } from '../../../src/shared/api.ts'
import { APP_URL, EVENT_CHANNEL, REQUEST_CHANNEL } from '../../../src/shared/desktop.ts'
import { builtProgram } from '../../support/build.ts'
import { importBundle, installFakeElectron } from '../../support/fake-electron/load.ts'
import { FakeEvent, type FakeWindow } from '../../support/fake-electron/window.ts'

const folder = mkdtempSync(join(tmpdir(), 'flowsmith-desktop-'))
const program = join(folder, 'program')
const { app, fetchPage, record } = installFakeElectron(folder)

let window: FakeWindow
let studio: StudioConnection
const events: StudioEvent[] = []

/** The built program beside a small page of our own: the host serves whatever was built. */
function installProgram(): void {
  const built = builtProgram()
  mkdirSync(join(program, 'renderer', 'assets'), { recursive: true })
  writeFileSync(join(program, 'renderer', 'index.html'), '<!doctype html><title>Flowsmith</title>')
  writeFileSync(join(program, 'renderer', 'assets', 'app-1.js'), 'export {}')
  writeFileSync(join(folder, 'secret.json'), '{}')
  symlinkSync(join(built, 'chunks'), join(program, 'chunks'))
  for (const name of ['main.js', 'compute.js', 'preload.cjs']) writeFileSync(join(program, name), readFileSync(join(built, name)))
  // Packages are found from where the program lies.
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
}

const start = (n: number): Promise<unknown> => importBundle(`${pathToFileURL(join(program, 'main.js')).href}?start=${n}`)

beforeAll(async () => {
  installProgram()
  process.env['FLOWSMITH_HOME'] = join(folder, 'workspace')
  writeFileSync(join(folder, 'window.json'), JSON.stringify({ x: 40, y: 50, width: 1200, height: 700, maximized: false }))
  await start(1)
  window = await vi.waitFor(() => {
    const [first] = record.windows
    if (first?.webContents.page === undefined) throw new Error('no window yet')
    return first
  })
  studio = window.webContents.exposed['flowsmith'] as StudioConnection
  studio.on((event) => { events.push(event) })
})

afterAll(() => {
  for (const child of record.children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const created = async (): Promise<string> => {
  const made = await studio.request('projects.create', { template: 'realnvp', dimension: 2, source: 'synthetic:moons' })
  if (!made.ok) throw new Error(JSON.stringify(made.issues))
  return made.value.project
}

test('the window is sandboxed, isolated, without Node, and stands where it stood', () => {
  expect(record.sandboxed).toBe(true)
  expect(window.options.webPreferences).toMatchObject({
    contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, webviewTag: false,
  })
  expect(window.options).toMatchObject({ x: 40, y: 50, width: 1200, height: 700 })
  expect(window.shown).toBe(true)
})

test('the page comes over the own protocol with the policy of the browser host', async () => {
  expect(record.schemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }])
  const { page } = window.webContents
  expect(page?.status).toBe(200)
  expect(page?.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY)
  expect(page?.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(await page?.text()).toContain('<title>Flowsmith</title>')
  expect((await fetchPage(`${APP_URL}assets/app-1.js`)).headers.get('cache-control')).toContain('immutable')
})

test.each([
  ['a file that is not there', 'app://flowsmith/nothing.js'],
  ['a path out of the folder', 'app://flowsmith/..%2f..%2fsecret.json'],
  ['a path with a NUL', 'app://flowsmith/index.html%00.js'],
  ['a path that is not UTF-8', 'app://flowsmith/%ff.js'],
  ['another host', 'app://elsewhere/index.html'],
])('the protocol refuses %s', async (_what, url) => {
  expect((await fetchPage(url)).status).toBe(404)
})

test('requests are answered and events delivered, through the preload script', async () => {
  const info = await studio.request('studio.info', {})
  expect(info).toMatchObject({ ok: true, value: { host: 'electron' } })
  await created()
  await vi.waitFor(() => { expect(events).toContainEqual({ type: 'projects.changed' }) })
})

test('a port from another frame hears nothing', async () => {
  const { port1, port2 } = new MessageChannel()
  const heard: unknown[] = []
  port1.on('message', (message) => { heard.push(message) })
  window.webContents.postMessage({ url: 'https://example.org/', parent: null }, EVENT_CHANNEL, null, [port2])
  const before = events.length
  await created()
  await vi.waitFor(() => { expect(events.length).toBeGreaterThan(before) })
  expect(heard).toEqual([])
  port1.close()
})

test('the preload script gives the page these two functions and nothing else', () => {
  expect(Object.keys(window.webContents.exposed)).toEqual(['flowsmith'])
  expect(Object.keys(studio).sort()).toEqual(['on', 'request'])
})

test.each([
  ['a frame within the page', { url: APP_URL, parent: { url: APP_URL, parent: null } }],
  ['another address', { url: 'https://example.org/', parent: null }],
  ['an address that only begins alike', { url: 'app://flowsmith.example.org/', parent: null }],
  ['a frame that is gone', null],
])('messages from %s are refused', async (_what, frame) => {
  await expect(window.webContents.invoke(frame, REQUEST_CHANNEL, { name: 'studio.info', request: {} })).rejects.toThrow(/window of Flowsmith only/)
})

test.each([[undefined], [null], [7], [{}], [{ name: 'no.such', request: {} }], [{ name: 'project.open', request: { project: '../..' } }]])(
  'message %j is answered with an issue', async (message) => {
    const reply = await window.webContents.invoke(window.webContents.mainFrame, REQUEST_CHANNEL, message) as Reply<'studio.info'>
    expect(reply.ok).toBe(false)
    expect(reply.issues[0]?.code).toMatch(/^request-(unknown|form)$/)
  })

test('a page cannot leave its address, open windows or embed others; links to papers open outside', () => {
  const { webContents } = window
  const papers = 'https://arxiv.org/abs/1605.08803'
  for (const url of [papers, 'https://evil.example/', 'http://arxiv.org/', 'file:///etc/passwd', 'https://arxiv.org@evil.example/']) {
    expect(webContents.openHandler?.({ url })).toEqual({ action: 'deny' })
  }
  expect(record.opened).toEqual([papers])
  for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
    const event = new FakeEvent('https://evil.example/')
    webContents.emit(name, event)
    expect(event.defaultPrevented, name).toBe(true)
  }
  expect(record.opened).toEqual([papers])
})

test('permissions are denied, but for writing to the clipboard from the own page', () => {
  const asked = (permission: string, contents: unknown): boolean | undefined => {
    let answer: boolean | undefined
    record.permissionRequest?.(contents, permission, (granted) => { answer = granted })
    return answer
  }
  for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'fileSystem', 'hid']) {
    expect(asked(permission, window.webContents), permission).toBe(false)
    expect(record.permissionCheck?.(null, permission, APP_URL), permission).toBe(false)
  }
  expect(asked('clipboard-sanitized-write', window.webContents)).toBe(true)
  expect(record.permissionCheck?.(null, 'clipboard-sanitized-write', 'https://evil.example/')).toBe(false)
  expect(record.devicePermission?.()).toBe(false)
})

test('the menu has the roles that a system expects', () => {
  const roles = record.menu.flatMap(({ role }) => role ?? [])
  expect(roles).toEqual(expect.arrayContaining(['fileMenu', 'editMenu', 'windowMenu']))
})

test('a page that crashed is loaded anew, unless it does nothing else', () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' })
  expect(window.webContents.reloads).toBe(0)
  for (let n = 0; n < 5; n++) window.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
  written.mockRestore()
  expect(window.webContents.reloads).toBe(3)
})

test('a second start shows the window that is there', async () => {
  app.emit('second-instance')
  expect(window.focused).toBe(1)
  record.firstInstance = false
  await start(2)
  record.firstInstance = true
  expect(record.secondQuit).toBe(true)
  expect(record.windows).toHaveLength(1)
})

test('a run trains in the utility process, and closing stops it with a checkpoint and saves the work', async () => {
  const project = await created()
  const edited = await studio.request('project.edit', { project, edit: { type: 'rename-project', name: 'kept by closing' }, label: 'Rename' })
  expect(edited).toMatchObject({ ok: true, issues: [] })
  const started = await studio.request('runs.start', { project })
  if (!started.ok) throw new Error(JSON.stringify(started.issues))
  const { run } = started.value
  await vi.waitFor(() => { expect(events.some((event) => event.type === 'run.metrics' && event.run === run)).toBe(true) }, 30_000)

  expect(window.close()).toBe(false)
  expect(window.title).toContain('saving')
  expect(window.progress).toBeGreaterThan(1)
  await vi.waitFor(() => { expect(events).toContainEqual({ type: 'studio.closing' }) })
  expect(await studio.request('studio.info', {})).toMatchObject({ ok: false, issues: [{ code: 'studio-closing' }] })
  await vi.waitFor(() => { expect(record.quit).toBe(true) }, 30_000)
  expect(window.closed).toBe(true)

  const place = join(folder, 'workspace', project)
  expect(JSON.parse(readFileSync(join(place, 'project.json'), 'utf8'))).toMatchObject({ name: 'kept by closing' })
  expect(existsSync(join(place, 'runs', run, 'checkpoints', 'latest.safetensors'))).toBe(true)
  expect(JSON.parse(readFileSync(join(place, 'runs', run, 'run.json'), 'utf8'))).toMatchObject({ status: 'stopped' })
})
