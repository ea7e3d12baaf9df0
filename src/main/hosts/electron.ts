/**
 * The desktop host: one sandboxed window on the studio. Requests come over a channel whose sender is checked, events go
 * back over a port that the page hands over; everything else that a page could try is refused.
 */
import { join } from 'node:path'
import { BrowserWindow, Menu, app, ipcMain, nativeTheme, protocol, screen, session, shell } from 'electron'
import { formatIssue } from '../../core/issues.ts'
import { APP_URL, EVENT_CHANNEL, REQUEST_CHANNEL } from '../../shared/desktop.ts'
import type { Studio } from '../studio/studio.ts'
import { guardContents, guardSession, isOurFrame } from './electron/guards.ts'
import { menuTemplate } from './electron/menu.ts'
import { registerAppScheme, serveApp } from './electron/protocol.ts'
import { SMALLEST, keepPlacement, placement } from './electron/window-state.ts'

/** What is behind the page until it has painted. */
const BACKGROUND = { dark: '#0c0e12', light: '#f3f4f6' } as const
/** After so many crashes of the page within a minute it is not loaded again. */
const MOST_CRASHES = 3
const MINUTE_MS = 60_000

export interface DesktopHostOptions {
  /** Made once the app is ready and is the only one. */
  readonly makeStudio: () => Studio
  /** Folder of the built renderer. */
  readonly renderer: string
  /** The built preload script. */
  readonly preload: string
  readonly onFault: (fault: Error) => void
}

function makeWindow(preload: string, statePath: string): BrowserWindow {
  const { maximized, ...bounds } = placement(statePath, screen)
  const window = new BrowserWindow({
    ...bounds,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: 'Flowsmith',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  })
  window.once('ready-to-show', () => {
    if (maximized) window.maximize()
    window.show()
  })
  return window
}

function answerRequests(studio: Studio, window: BrowserWindow): void {
  ipcMain.handle(REQUEST_CHANNEL, (event, message: unknown) => {
    if (!isOurFrame(event.senderFrame, event.sender, window.webContents)) throw new Error('Requests are taken from the window of Flowsmith only.')
    const { name, request } = typeof message === 'object' && message !== null ? message as Record<string, unknown> : {}
    return studio.handle(name, request)
  })
}

/** Every page that is loaded brings a port, which closes with it. */
function sendEvents(studio: Studio, window: BrowserWindow): void {
  ipcMain.on(EVENT_CHANNEL, (event) => {
    const [port] = event.ports
    if (port === undefined || !isOurFrame(event.senderFrame, event.sender, window.webContents)) return
    const off = studio.on((message) => { port.postMessage(message) })
    port.once('close', off)
    port.start()
  })
}

/** A page that crashed is loaded anew: the studio and its runs have gone on. */
function reviveAfterCrashes(window: BrowserWindow, onFault: (fault: Error) => void): void {
  let crashes: number[] = []
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    onFault(new Error(`the page of the window ended (${reason})`))
    crashes = [...crashes.filter((time) => Date.now() - time < MINUTE_MS), Date.now()]
    if (crashes.length <= MOST_CRASHES) window.webContents.reload()
  })
}

/** The first attempt to close saves the work and stops the runs with a checkpoint; then the window goes. */
function saveOnClose(window: BrowserWindow, save: () => Promise<void>, onFault: (fault: Error) => void): void {
  let state: 'open' | 'saving' | 'saved' = 'open'
  window.on('close', (event) => {
    if (state === 'saved') return
    event.preventDefault()
    if (state === 'saving') return
    state = 'saving'
    window.setTitle('Flowsmith: saving…')
    // Beyond 1: a bar without an end.
    window.setProgressBar(2)
    save().catch((cause: unknown) => { onFault(cause instanceof Error ? cause : new Error(String(cause))) }).finally(() => {
      state = 'saved'
      app.quit()
    })
  })
}

function open({ makeStudio, renderer, preload, onFault }: DesktopHostOptions): BrowserWindow {
  const studio = makeStudio()
  const statePath = join(app.getPath('userData'), 'window.json')
  guardSession(session.defaultSession)
  serveApp(protocol, renderer)
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ platform: process.platform, packaged: app.isPackaged })))
  const window = makeWindow(preload, statePath)
  const { webContents } = window
  guardContents(webContents, (url) => { shell.openExternal(url).catch(onFault) })
  answerRequests(studio, window)
  sendEvents(studio, window)
  reviveAfterCrashes(window, onFault)
  saveOnClose(window, async () => {
    const kept = await keepPlacement(statePath, window)
    if (!kept.ok) onFault(new Error(kept.issues.map(formatIssue).join('\n')))
    await studio.close()
  }, onFault)
  window.loadURL(APP_URL).catch(onFault)
  return window
}

/** Opens the window when the app is ready; a second start of the program shows the one that is there and ends. */
export function startDesktopHost(options: DesktopHostOptions): void {
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  registerAppScheme(protocol)
  app.enableSandbox()
  app.on('window-all-closed', () => { app.quit() })
  const begin = async (): Promise<void> => {
    await app.whenReady()
    const window = open(options)
    app.on('second-instance', () => {
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    })
  }
  begin().catch((cause: unknown) => {
    options.onFault(cause instanceof Error ? cause : new Error(String(cause)))
    app.exit(1)
  })
}
