/**
 * The browser host: the studio served to a browser on the loopback address, the way TensorBoard and Jupyter are used.
 * Pages come over HTTP; requests, replies and events over one WebSocket a window.
 */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import type { Studio } from '../studio/studio.ts'
import { Access, type Refusal } from './access.ts'
import { serveFile } from './static-files.ts'
import { decodeMessage, encodeMessage } from '../../shared/wire.ts'

/** Uploads of data files come as one message. */
const MAX_MESSAGE = 1 << 29
/** A window that reads slower than events come is sent no more of them until it has caught up. */
const MAX_BUFFERED = 32 << 20

export interface BrowserHost {
  /** With the token: what is printed for the person who started it. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

export interface BrowserHostOptions {
  readonly studio: Studio
  /** Folder of the built renderer. */
  readonly renderer: string
  /** 0 takes any free port. */
  readonly port: number
  readonly token?: string
  /** Longest message that a window may send, bytes. */
  readonly maxMessage?: number
}

/** What is asked for; undefined for anything but a path on this host. */
function addressOf({ url = '' }: IncomingMessage): URL | undefined {
  const whole = `http://localhost${url}`
  return url.startsWith('/') && URL.canParse(whole) ? new URL(whole) : undefined
}

const NO_ADDRESS: Refusal = { status: 400, reason: 'There is no such address.' }

function answer(access: Access, renderer: string, request: IncomingMessage, response: ServerResponse): void {
  const refuse = ({ status, reason }: Refusal): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${reason}\n`)
  }
  const url = addressOf(request)
  if (url === undefined) {
    refuse(NO_ADDRESS)
    return
  }
  const refusal = access.check(request, url)
  if (refusal !== undefined) {
    refuse(refusal)
    return
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405).end()
    return
  }
  if (access.tokenInUrl(url)) {
    response.writeHead(303, { location: '/', 'set-cookie': access.cookieHeader() }).end()
    return
  }
  serveFile(renderer, url.pathname, response).catch((cause: unknown) => {
    // The browser went away in the middle of a file.
    response.destroy(cause instanceof Error ? cause : undefined)
  })
}

function socketRefusal(access: Access, request: IncomingMessage): Refusal | undefined {
  const url = addressOf(request)
  if (url === undefined) return NO_ADDRESS
  return url.pathname === '/socket' ? access.check(request, url) : { status: 403, reason: 'There is no socket here.' }
}

async function receive(studio: Studio, socket: WebSocket, bytes: Uint8Array): Promise<void> {
  let message: unknown
  try {
    message = decodeMessage(bytes)
  } catch (cause) {
    socket.close(1003, cause instanceof Error ? cause.message.slice(0, 100) : 'not MessagePack')
    return
  }
  const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined
  const name = typeof message === 'object' && message !== null && 'name' in message ? message.name : undefined
  const request = typeof message === 'object' && message !== null && 'request' in message ? message.request : undefined
  if (typeof id !== 'number') {
    socket.close(1003, 'a message needs an id')
    return
  }
  const reply = await studio.handle(name, request)
  if (socket.readyState === socket.OPEN) socket.send(encodeMessage({ id, reply }))
}

function connect(studio: Studio, socket: WebSocket): void {
  const off = studio.on((event) => {
    if (socket.readyState === socket.OPEN && socket.bufferedAmount < MAX_BUFFERED) socket.send(encodeMessage({ event }))
  })
  socket.on('message', (data: Buffer) => { void receive(studio, socket, data) })
  socket.on('close', off)
  socket.on('error', off)
}

function listen(server: Server, port: number): Promise<Result<number>> {
  return new Promise((resolve) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      resolve(reject(cause.code === 'EADDRINUSE'
        ? error('port-in-use', `port ${port} is taken by another program`, { at: `127.0.0.1:${port}`, fix: 'choose another with --port, or leave it out to take any free one' })
        : error('port-unavailable', `cannot listen on port ${port}: ${cause.message}`, { at: `127.0.0.1:${port}`, fix: 'choose another with --port' })))
    })
    server.listen(port, '127.0.0.1', () => { resolve(accept((server.address() as AddressInfo).port)) })
  })
}

export async function startBrowserHost(options: BrowserHostOptions): Promise<Result<BrowserHost>> {
  const { studio, renderer, port, token, maxMessage = MAX_MESSAGE } = options
  const access = token === undefined ? new Access() : new Access(token)
  const server = createServer((request, response) => { answer(access, renderer, request, response) })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessage })
  server.on('upgrade', (request, socket, head) => {
    // The other end may go away before it has read why it was refused.
    socket.on('error', () => { socket.destroy() })
    const refusal = socketRefusal(access, request)
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal.status} Refused\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${refusal.reason}\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (opened) => { connect(studio, opened) })
  })
  const listening = await listen(server, port)
  if (!listening.ok) return listening
  access.listenOn(listening.value)
  return accept({
    url: `http://127.0.0.1:${listening.value}/?token=${access.token}`,
    port: listening.value,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      await new Promise<void>((resolve) => {
        server.close(() => { resolve() })
        server.closeAllConnections()
      })
    },
  })
}
