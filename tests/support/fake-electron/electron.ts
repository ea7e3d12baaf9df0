/**
 * Stands in for the module `electron` where its runtime is absent: enough of it, and as strict, for the built main and
 * preload bundles to run. What happened is on `record`.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'
import { FakeWindow, type Switchboard, type WindowOptions } from './window.ts'

type PermissionAnswer = (granted: boolean) => void

interface Recorded {
  windows: FakeWindow[]
  opened: string[]
  schemes: unknown[]
  children: ChildProcess[]
  menu: readonly { readonly role?: string; readonly label?: string }[]
  sandboxed: boolean
  quit: boolean
  /** A second start of the program has ended by itself. */
  secondQuit: boolean
  userData: string
  firstInstance: boolean
  protocolHandlers: Map<string, (request: Request) => Promise<Response>>
  permissionRequest: ((contents: unknown, permission: string, decide: PermissionAnswer) => void) | undefined
  permissionCheck: ((contents: unknown, permission: string, origin: string) => boolean) | undefined
  devicePermission: (() => boolean) | undefined
}

export const record: Recorded = {
  windows: [], opened: [], schemes: [], children: [], menu: [], sandboxed: false, quit: false, secondQuit: false, userData: '', firstInstance: true,
  protocolHandlers: new Map(), permissionRequest: undefined, permissionCheck: undefined, devicePermission: undefined,
}

const board: Switchboard = {
  handlers: new Map(),
  listeners: new Map(),
  fetchPage(url) {
    const handler = record.protocolHandlers.get(new URL(url).protocol.replace(':', ''))
    if (handler === undefined) throw new Error(`ERR_UNKNOWN_URL_SCHEME ${url}`)
    return handler(new Request(url))
  },
}

export const fetchPage = (url: string): Promise<Response> => board.fetchPage(url)

class App extends EventEmitter {
  readonly isPackaged = false
  #ready = false

  requestSingleInstanceLock(): boolean { return record.firstInstance }
  getPath(): string { return record.userData }
  exit(): void { record.quit = true }

  enableSandbox(): void {
    if (this.#ready) throw new Error('app.enableSandbox() can only be called before app is ready')
    record.sandboxed = true
  }

  /** Ready only after the main module has run to its end. */
  async whenReady(): Promise<void> {
    await new Promise<void>((resolve) => { setImmediate(resolve) })
    this.#ready = true
  }

  quit(): void {
    if (!record.firstInstance) {
      record.secondQuit = true
      return
    }
    this.emit('before-quit', {})
    if (record.windows.every((window) => window.close())) record.quit = true
  }

  get ready(): boolean { return this.#ready }
}

export const app = new App()

export class BrowserWindow extends FakeWindow {
  constructor(options: WindowOptions) {
    if (!app.ready) throw new Error('Cannot create BrowserWindow before app is ready')
    super(board, options)
    record.windows.push(this)
  }
}

export const ipcMain = {
  on(channel: string, listener: (event: unknown, ...args: unknown[]) => void): void { board.listeners.set(channel, listener) },
  handle(channel: string, handler: (event: unknown, ...args: unknown[]) => unknown): void {
    if (board.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    board.handlers.set(channel, handler)
  },
}

export const protocol = {
  registerSchemesAsPrivileged(schemes: readonly unknown[]): void {
    if (app.ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    record.schemes.push(...schemes)
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void { record.protocolHandlers.set(scheme, handler) },
}

export const session = {
  defaultSession: {
    setPermissionRequestHandler(handler: Recorded['permissionRequest']): void { record.permissionRequest = handler },
    setPermissionCheckHandler(handler: Recorded['permissionCheck']): void { record.permissionCheck = handler },
    setDevicePermissionHandler(handler: Recorded['devicePermission']): void { record.devicePermission = handler },
  },
}

export const Menu = {
  buildFromTemplate: (template: Recorded['menu']): Recorded['menu'] => template,
  setApplicationMenu(menu: Recorded['menu']): void { record.menu = menu },
}

export const nativeTheme = { shouldUseDarkColors: true }

const display = { workArea: { x: 0, y: 0, width: 1920, height: 1040 } }
export const screen = { getPrimaryDisplay: () => display, getDisplayMatching: () => display }

export const shell = {
  openExternal(url: string): Promise<void> {
    record.opened.push(url)
    return Promise.resolve()
  },
}

class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess

  constructor(path: string) {
    super()
    const host = fileURLToPath(new URL('./utility-process.mjs', import.meta.url))
    this.#child = fork(host, [path], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] })
    record.children.push(this.#child)
    this.#child.on('message', (message) => { this.emit('message', message) })
    this.#child.on('exit', (code) => { this.emit('exit', code ?? 1) })
  }

  get pid(): number | undefined { return this.#child.pid }
  postMessage(message: object): void { this.#child.send(message) }
  kill(): boolean { return this.#child.kill() }
}

export const utilityProcess = { fork: (path: string): UtilityProcess => new UtilityProcess(path) }
