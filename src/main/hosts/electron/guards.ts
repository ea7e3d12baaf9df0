/** What a page may not do, whatever runs in it: leave its address, open windows, ask for devices, embed other pages. */
import type { Session, WebContents, WebFrameMain } from 'electron'
import { APP_HOST, APP_SCHEME } from '../../../shared/desktop.ts'

/** Where papers and documentation live. Links to them open in the system's browser; links to anything else do nothing. */
const LINKED_HOSTS: ReadonlySet<string> = new Set([
  'arxiv.org', 'doi.org', 'jmlr.org', 'www.jmlr.org', 'openreview.net', 'proceedings.mlr.press', 'papers.nips.cc',
  'papers.neurips.cc', 'proceedings.neurips.cc', 'onnx.ai', 'onnxruntime.ai', 'numpy.org',
])

/** Reading the clipboard is left to the paste event; writing it is what a copy button does. */
const ALLOWED_PERMISSION = 'clipboard-sanitized-write'

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined
}

function isAppUrl(url: string): boolean {
  const parsed = parse(url)
  return parsed !== undefined && parsed.protocol === `${APP_SCHEME}:` && parsed.host === APP_HOST
}

function mayOpenOutside(url: string): boolean {
  const parsed = parse(url)
  return parsed !== undefined && parsed.protocol === 'https:' && parsed.username === '' && parsed.port === '' && LINKED_HOSTS.has(parsed.host)
}

/** Messages are taken from the page at the top of our own window, while it shows our own address. */
export function isOurFrame(frame: WebFrameMain | null, sender: WebContents, ours: WebContents): boolean {
  return frame !== null && sender === ours && frame.parent === null && isAppUrl(frame.url)
}

export function guardSession(session: Session): void {
  const allowed = (permission: string, url: string): boolean => permission === ALLOWED_PERMISSION && isAppUrl(url)
  session.setPermissionRequestHandler((contents, permission, decide) => { decide(allowed(permission, contents.getURL())) })
  session.setPermissionCheckHandler((_contents, permission, origin) => allowed(permission, origin))
  session.setDevicePermissionHandler(() => false)
}

/** `openOutside`: hands an address to the system's browser. */
export function guardContents(contents: WebContents, openOutside: (url: string) => void): void {
  const follow = (url: string): void => { if (mayOpenOutside(url)) openOutside(url) }
  contents.setWindowOpenHandler(({ url }) => {
    follow(url)
    return { action: 'deny' }
  })
  contents.on('will-navigate', (event) => {
    event.preventDefault()
    follow(event.url)
  })
  contents.on('will-frame-navigate', (event) => { event.preventDefault() })
  contents.on('will-redirect', (event) => { event.preventDefault() })
  contents.on('will-attach-webview', (event) => { event.preventDefault() })
}
