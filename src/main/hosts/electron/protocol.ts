/** `app://flowsmith/…`: the built renderer, with the same files, policy and headers as in the browser host. */
import { readFile } from 'node:fs/promises'
import type { Protocol } from 'electron'
import { APP_HOST, APP_SCHEME } from '../../../shared/desktop.ts'
import { findFile } from '../static-files.ts'

/** Before the app is ready. Standard: relative addresses, an origin and storage of its own, as with https. */
export function registerAppScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

const refuse = (status: number, reason: string): Response =>
  new Response(`${reason}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })

async function answer(renderer: string, request: Request): Promise<Response> {
  const url = new URL(request.url)
  if (url.host !== APP_HOST) return refuse(404, 'There is no such host.')
  if (request.method !== 'GET') return refuse(405, 'Pages can only be read.')
  const file = await findFile(renderer, url.pathname)
  if (file === undefined) return refuse(404, 'There is no such file.')
  return new Response(new Uint8Array(await readFile(file.path)), { headers: file.headers })
}

/** `renderer`: folder of the built renderer. */
export function serveApp(protocol: Protocol, renderer: string): void {
  protocol.handle(APP_SCHEME, (request) => answer(renderer, request))
}
