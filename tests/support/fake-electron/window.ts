/** A window whose page is a preload script in a room of its own: it can require `electron` and nothing else. */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { types } from 'node:util'
import { runInNewContext } from 'node:vm'
import { MessageChannel, type MessagePort } from 'node:worker_threads'

export interface FrameLike {
  readonly url: string
  readonly parent: FrameLike | null
}

export class FakeEvent {
  defaultPrevented = false
  readonly url: string

  constructor(url = '') {
    this.url = url
  }

  preventDefault(): void {
    this.defaultPrevented = true
  }
}

/** What the two ends of the fake share. */
export interface Switchboard {
  readonly handlers: Map<string, (event: unknown, ...args: unknown[]) => unknown>
  /** Of messages that want no answer. */
  readonly listeners: Map<string, (event: unknown, ...args: unknown[]) => void>
  fetchPage(url: string): Promise<Response>
}

/** One end of a channel as the main process has it: nothing arrives before it is started. */
class FakeMessagePortMain extends EventEmitter {
  readonly #port: MessagePort

  constructor(port: MessagePort) {
    super()
    this.#port = port
    port.on('close', () => { this.emit('close') })
  }

  start(): void {
    this.#port.on('message', (data) => { this.emit('message', { data, ports: [] }) })
    // The window's end keeps the program alive, or nothing does.
    this.#port.unref()
  }

  postMessage(message: unknown): void { this.#port.postMessage(message) }
  close(): void { this.#port.close() }
}

/** As the context bridge does: functions are called across, everything else is a structured clone. */
function across(value: unknown): unknown {
  if (typeof value !== 'function') return structuredClone(value)
  return (...args: unknown[]): unknown => {
    const result: unknown = value(...args.map(across))
    return types.isPromise(result) ? result.then(across) : across(result)
  }
}

export class FakeWebContents extends EventEmitter {
  readonly mainFrame: FrameLike = { url: '', parent: null }
  readonly exposed: Record<string, unknown> = {}
  page: Response | undefined
  reloads = 0
  openHandler: ((details: { url: string }) => { action: string }) | undefined
  readonly #board: Switchboard
  readonly #ports: MessagePort[] = []
  readonly #preload: string
  #destroyed = false

  constructor(board: Switchboard, preload: string) {
    super()
    this.#board = board
    this.#preload = preload
  }

  getURL(): string {
    return this.mainFrame.url
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  destroy(): void {
    this.#destroyed = true
    for (const port of this.#ports.splice(0)) port.close()
  }

  reload(): void {
    this.reloads += 1
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }

  /** A message that wants no answer, with ports, as a frame of this window would send it. */
  postMessage(frame: FrameLike | null, channel: string, message: unknown, ports: readonly MessagePort[] = []): void {
    const listener = this.#board.listeners.get(channel)
    if (listener === undefined) return
    this.#ports.push(...ports)
    listener(
      { sender: this, senderFrame: frame, ports: ports.map((port) => new FakeMessagePortMain(port)) }, structuredClone(message),
    )
  }

  /** A request as a frame of this window would send it. */
  async invoke(frame: FrameLike | null, channel: string, ...args: unknown[]): Promise<unknown> {
    const handler = this.#board.handlers.get(channel)
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
    return structuredClone(await handler({ sender: this, senderFrame: frame }, ...structuredClone(args)))
  }

  async load(url: string): Promise<void> {
    Object.assign(this.mainFrame, { url })
    this.page = await this.#board.fetchPage(url)
    const electron = {
      ipcRenderer: {
        postMessage: (channel: string, message: unknown, ports?: readonly MessagePort[]) => {
          this.postMessage(this.mainFrame, channel, message, ports)
        },
        invoke: (channel: string, ...args: unknown[]) => this.invoke(this.mainFrame, channel, ...args),
      },
      contextBridge: {
        exposeInMainWorld: (key: string, api: Record<string, unknown>) => {
          this.exposed[key] = Object.fromEntries(Object.entries(api).map(([name, value]) => [name, across(value)]))
        },
      },
    }
    const require = (name: string): unknown => {
      if (name !== 'electron') throw new Error(`a sandboxed preload script cannot require '${name}'`)
      return electron
    }
    runInNewContext(readFileSync(this.#preload, 'utf8'), { require, MessageChannel, module: { exports: {} }, exports: {} })
  }
}

export interface WindowOptions {
  readonly width: number
  readonly height: number
  readonly x?: number
  readonly y?: number
  readonly title?: string
  readonly webPreferences: Readonly<Record<string, unknown>> & { readonly preload: string }
}

export class FakeWindow extends EventEmitter {
  readonly webContents: FakeWebContents
  readonly options: WindowOptions
  title: string
  progress = 0
  shown = false
  focused = 0
  closed = false

  constructor(board: Switchboard, options: WindowOptions) {
    super()
    this.options = options
    this.title = options.title ?? ''
    this.webContents = new FakeWebContents(board, options.webPreferences.preload)
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.load(url)
    this.emit('ready-to-show')
  }

  show(): void { this.shown = true }
  focus(): void { this.focused += 1 }
  maximize(): void { /* nothing to see */ }
  isMaximized(): boolean { return false }
  isMinimized(): boolean { return false }
  restore(): void { /* nothing to see */ }
  setTitle(title: string): void { this.title = title }
  setProgressBar(value: number): void { this.progress = value }

  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    const { x = 10, y = 20, width, height } = this.options
    return { x, y, width, height }
  }

  /** As a click on the cross does; true when it closed. */
  close(): boolean {
    if (this.closed) return true
    const event = new FakeEvent()
    this.emit('close', event)
    if (event.defaultPrevented) return false
    this.closed = true
    this.webContents.destroy()
    this.emit('closed')
    return true
  }
}
