/** Serves the built renderer with a studio in memory, over the same pages and the same wire as the browser host. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { serveFile } from '../../src/main/hosts/static-files.ts'
import { decodeMessage, encodeMessage } from '../../src/main/hosts/wire.ts'
import type { FakeStudio } from './fake-studio.ts'

export interface FakeHost {
  readonly url: string
  /** Cuts every connection; windows come back by themselves unless the host is closed. */
  disconnect(): void
  close(): Promise<void>
}

interface Message {
  readonly id: number
  readonly name: string
  readonly request: unknown
}

export async function startFakeHost(studio: FakeStudio, renderer: string, port = 0): Promise<FakeHost> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    serveFile(renderer, pathname, response).catch(() => { response.destroy() })
  })
  const sockets = new WebSocketServer({ server, path: '/socket' })
  sockets.on('connection', (socket) => {
    const off = studio.on((event) => { socket.send(encodeMessage({ event })) })
    socket.on('close', off)
    const answer = async (data: Buffer): Promise<void> => {
      const { id, name, request } = decodeMessage(data) as Message
      const reply = await studio.handle(name, request)
      socket.send(encodeMessage({ id, reply }))
    }
    socket.on('message', (data: Buffer) => { void answer(data) })
  })
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve) })
  const disconnect = (): void => { for (const socket of sockets.clients) socket.terminate() }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    disconnect,
    async close() {
      disconnect()
      await new Promise<void>((resolve) => { server.close(() => { resolve() }) })
    },
  }
}
