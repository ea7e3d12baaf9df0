/**
 * The studio over the browser host's WebSocket. Requests carry an id, replies return it. A lost connection is tried
 * again for as long as the window is open; requests that were under way are answered with an issue, because nobody can
 * know whether they arrived.
 */
import { error } from '../../core/issues.ts'
import type { Reply, StudioConnection, StudioEvent } from '../../shared/api.ts'
import type { RequestName, RequestOf } from '../../shared/requests.ts'
import { decodeMessage, encodeMessage } from '../../shared/wire.ts'

export type ConnectionStatus = 'connecting' | 'open' | 'lost'

export interface ObservableConnection extends StudioConnection {
  /** Calls at once with the present status, then on every change. */
  watch(listener: (status: ConnectionStatus) => void): () => void
}

const FIRST_DELAY = 250
const LONGEST_DELAY = 4000

type Answer = (reply: unknown) => void

const lostReply = {
  ok: false,
  issues: [error('connection-lost', 'the connection to the studio was lost before it answered', {
    fix: 'it is tried again by itself; if the studio was closed, start it again',
  })],
} as const

/** What is no message at all counts as one that says nothing. */
function readMessage(data: ArrayBuffer): unknown {
  try {
    return decodeMessage(data)
  } catch (cause) {
    if (cause instanceof Error) return { event: undefined }
    throw cause
  }
}

class Socket implements ObservableConnection {
  readonly #url: string
  readonly #events = new Set<(event: StudioEvent) => void>()
  readonly #watchers = new Set<(status: ConnectionStatus) => void>()
  readonly #answers = new Map<number, Answer>()
  /** Asked for before the first connection was there. */
  #waiting: (() => void)[] = []
  #socket: WebSocket | undefined
  #status: ConnectionStatus = 'connecting'
  #delay = FIRST_DELAY
  #lastId = 0

  constructor(url: string) {
    this.#url = url
    this.#connect()
  }

  #setStatus(status: ConnectionStatus): void {
    if (status === this.#status) return
    this.#status = status
    for (const watcher of this.#watchers) watcher(status)
  }

  #connect(): void {
    const socket = new WebSocket(this.#url)
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('open', () => {
      this.#socket = socket
      this.#delay = FIRST_DELAY
      this.#setStatus('open')
      const waiting = this.#waiting
      this.#waiting = []
      for (const send of waiting) send()
    })
    socket.addEventListener(
      'message', ({ data }) => {
        if (data instanceof ArrayBuffer) this.#receive(readMessage(data))
      },
    )
    socket.addEventListener('close', () => { this.#closed() })
  }

  #closed(): void {
    this.#socket = undefined
    this.#setStatus('lost')
    const answers = [...this.#answers.values()]
    this.#answers.clear()
    const waiting = this.#waiting
    this.#waiting = []
    for (const answer of answers) answer(lostReply)
    for (const send of waiting) send()
    setTimeout(() => { this.#connect() }, this.#delay)
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY)
  }

  #receive(message: unknown): void {
    if (typeof message !== 'object' || message === null) return
    if ('event' in message) {
      for (const listener of this.#events) listener(message.event as StudioEvent)
    } else if ('id' in message && typeof message.id === 'number' && 'reply' in message) {
      const answer = this.#answers.get(message.id)
      this.#answers.delete(message.id)
      answer?.(message.reply)
    }
  }

  request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<Reply<N>> {
    return new Promise((resolve) => {
      const answer: Answer = (reply) => { resolve(reply as Reply<N>) }
      const send = (): void => {
        if (this.#socket === undefined) {
          answer(lostReply)
          return
        }
        const id = ++this.#lastId
        this.#answers.set(id, answer)
        this.#socket.send(encodeMessage({ id, name, request }))
      }
      if (this.#status === 'connecting') this.#waiting.push(send)
      else send()
    })
  }

  on(listener: (event: StudioEvent) => void): () => void {
    this.#events.add(listener)
    return () => { this.#events.delete(listener) }
  }

  watch(listener: (status: ConnectionStatus) => void): () => void {
    this.#watchers.add(listener)
    listener(this.#status)
    return () => { this.#watchers.delete(listener) }
  }
}

export function connectSocket(location: Location): ObservableConnection {
  return new Socket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/socket`)
}
