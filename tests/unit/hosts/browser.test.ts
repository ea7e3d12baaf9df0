/** The browser host from outside: who is let in, what is served, and what a window's messages may do. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { type BrowserHost, startBrowserHost } from '../../../src/main/hosts/browser.ts'
import { CONTENT_SECURITY_POLICY } from '../../../src/main/hosts/static-files.ts'
import { decodeMessage, encodeMessage } from '../../../src/shared/wire.ts'
import { Studio } from '../../../src/main/studio/studio.ts'

const TOKEN = 'the-right-token'
const MAX_MESSAGE = 1 << 16
const folder = mkdtempSync(join(tmpdir(), 'flowsmith-browser-host-'))
const renderer = join(folder, 'renderer')
const faults: Error[] = []
const studio = new Studio({
  workspace: join(folder, 'workspace'), host: 'browser', compute: pathToFileURL(join(folder, 'never-started.js')),
  onFault: (fault) => { faults.push(fault) },
})
let host: BrowserHost

beforeAll(async () => {
  mkdirSync(join(renderer, 'assets'), { recursive: true })
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>Flowsmith</title>')
  writeFileSync(join(renderer, 'assets', 'app-1.js'), 'export {}')
  writeFileSync(join(folder, 'secret.json'), '{"secret":true}')
  writeFileSync(`${renderer}-secret.json`, '{"secret":true}')
  const started = await startBrowserHost({ studio, renderer, port: 0, token: TOKEN, maxMessage: MAX_MESSAGE })
  if (!started.ok) throw new Error(JSON.stringify(started.issues))
  host = started.value
})

afterAll(async () => {
  await host.close()
  await studio.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** As it is written: `fetch` would tidy the path and forbid the headers that matter here. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port: host.port, path, method, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => { body += text })
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body }) })
    })
    asked.on('error', reject)
    asked.end()
  })
}

const cookie = { cookie: `flowsmith=${TOKEN}` }

/** A connection, or the status with which its handshake was refused. */
function connect(path: string, options: ClientOptions = {}): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, options)
    socket.once('open', () => { resolve(socket) })
    socket.once('unexpected-response', (_request, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    socket.once('error', reject)
  })
}

async function connected(): Promise<WebSocket> {
  const socket = await connect('/socket', { headers: cookie })
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
  return socket
}

const answerOf = (socket: WebSocket): Promise<unknown> =>
  new Promise((resolve) => { socket.once('message', (data: Buffer) => { resolve(decodeMessage(data)) }) })

const closeOf = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => { socket.once('close', (code) => { resolve(code) }) })

test('the printed address sets a cookie and takes the token out of the address', async () => {
  expect(host.url).toBe(`http://127.0.0.1:${host.port}/?token=${TOKEN}`)
  const first = await get(`/?token=${TOKEN}`)
  expect(first.status).toBe(303)
  expect(first.headers.location).toBe('/')
  expect(first.headers['set-cookie']).toEqual([`flowsmith=${TOKEN}; HttpOnly; SameSite=Strict; Path=/`])
  const page = await get('/', cookie)
  expect(page.status).toBe(200)
  expect(page.body).toContain('<title>Flowsmith</title>')
  expect(page.headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY)
  expect(page.headers['cache-control']).toBe('no-store')
})

test.each([
  ['no token', '/', {}, 401],
  ['a wrong token', '/?token=guess', {}, 401],
  ['a token that only begins alike', `/?token=${TOKEN}s`, {}, 401],
  ['a wrong cookie', '/', { cookie: 'flowsmith=guess' }, 401],
  ['another host name, as after DNS rebinding', `/?token=${TOKEN}`, { host: 'evil.example' }, 403],
  ['another port in the host name', `/?token=${TOKEN}`, { host: '127.0.0.1:1' }, 403],
  ['a page of another site', `/?token=${TOKEN}`, { origin: 'https://evil.example' }, 403],
  ['a page without an origin of its own', `/?token=${TOKEN}`, { origin: 'null' }, 403],
])('%s is refused', async (_what, path, headers, status) => {
  const answer = await get(path, headers)
  expect(answer.status).toBe(status)
  expect(answer.headers['set-cookie']).toBeUndefined()
})

test.each([
  '/../secret.json', '/..%2fsecret.json', '/%2e%2e/secret.json', '/assets/../../secret.json', '/..%5csecret.json', '/assets/..%2f..%2fsecret.json',
  '/../renderer-secret.json', '//etc/passwd', '/index.html%00.js', '/%ff', '/assets', '/assets/', '/nothing.js',
])('%s is not served', async (path) => {
  const answer = await get(path, cookie)
  expect(answer.status).toBe(404)
  expect(answer.body).not.toContain('secret')
})

test('pages can only be read', async () => {
  expect((await get('/', cookie, 'POST')).status).toBe(405)
  const head = await get('/', cookie, 'HEAD')
  expect([head.status, head.body]).toEqual([200, ''])
})

test.each(['//', 'http://evil.example/', '*', '//[', '/?%', 'relative'])('the address %s does no harm, and the host goes on', async (path) => {
  expect((await get(path, cookie)).status).toBeLessThan(500)
  expect(await connect('/socket', { headers: cookie })).toBeInstanceOf(WebSocket)
  expect((await get('/', cookie)).status).toBe(200)
})

test.each([
  ['without a token', '/socket', {}, 401],
  ['with a wrong token', '/socket?token=guess', {}, 401],
  ['from a page of another site', '/socket', { headers: cookie, origin: 'https://evil.example' }, 403],
  ['for another host', '/socket', { headers: { ...cookie, host: 'evil.example' } }, 403],
  ['elsewhere', '/other', { headers: cookie }, 403],
])('a handshake %s is refused', async (_what, path, options, status) => {
  expect(await connect(path, options)).toBe(status)
})

test('a request is answered under its id, and events reach every window', async () => {
  const [one, other] = [await connected(), await connected()]
  const told = answerOf(other)
  const seen: unknown[] = []
  one.on('message', (data: Buffer) => { seen.push(decodeMessage(data)) })
  one.send(encodeMessage({ id: 7, name: 'projects.create', request: { template: 'realnvp', dimension: 2 } }))
  expect(await told).toEqual({ event: { type: 'projects.changed' } })
  await expect.poll(() => seen).toContainEqual(expect.objectContaining({ id: 7, reply: expect.objectContaining({ ok: true }) }))
  one.close()
  other.close()
})

test.each([
  ['an unknown request', { id: 1, name: 'no.such', request: {} }, 'request-unknown'],
  ['a name of every object', { id: 1, name: 'constructor', request: {} }, 'request-unknown'],
  ['no name', { id: 1 }, 'request-unknown'],
  ['a request of another form', { id: 1, name: 'project.open', request: { project: 7 } }, 'request-form'],
  ['a path for an id', { id: 1, name: 'project.open', request: { project: '../secret' } }, 'request-form'],
])('%s is answered with an issue, and the window goes on', async (_what, message, code) => {
  const socket = await connected()
  const answer = answerOf(socket)
  socket.send(encodeMessage(message))
  expect(await answer).toMatchObject({ id: 1, reply: { ok: false, issues: [{ code }] } })
  const next = answerOf(socket)
  socket.send(encodeMessage({ id: 2, name: 'studio.info', request: {} }))
  expect(await next).toMatchObject({ id: 2, reply: { ok: true } })
  socket.close()
})

test.each([
  ['bytes that are no MessagePack', new Uint8Array([0xc1, 0xff, 0x00]), 1003],
  ['text', 'hello', 1003],
  ['a message without an id', encodeMessage({ name: 'studio.info', request: {} }), 1003],
  ['nothing', new Uint8Array(), 1003],
  ['a message that is too large', new Uint8Array(MAX_MESSAGE + 1), 1009],
])('%s: the connection is closed, and the host goes on', async (_what, bytes, code) => {
  const socket = await connected()
  const closed = closeOf(socket)
  socket.send(bytes)
  expect(await closed).toBe(code)
  const again = await connected()
  again.close()
})

test('a port in use is an issue that says what to do', async () => {
  const second = await startBrowserHost({ studio, renderer, port: host.port, token: TOKEN })
  expect(second).toMatchObject({ ok: false, issues: [{ code: 'port-in-use', at: `127.0.0.1:${host.port}` }] })
})

test('two starts without a token have different ones, long enough not to be guessed', async () => {
  const tokens: string[] = []
  for (let n = 0; n < 2; n++) {
    const started = await startBrowserHost({ studio, renderer, port: 0 })
    if (!started.ok) throw new Error(JSON.stringify(started.issues))
    tokens.push(new URL(started.value.url).searchParams.get('token') ?? '')
    await started.value.close()
  }
  expect(tokens[0]).not.toBe(tokens[1])
  expect(tokens.every((token) => token.length >= 32)).toBe(true)
})

test('nothing of all this was a fault of the studio', () => {
  expect(faults).toEqual([])
})
