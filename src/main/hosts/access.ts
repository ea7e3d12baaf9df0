/**
 * Who may speak to the browser host: requests to the loopback address by its own name (no DNS rebinding), from its own
 * pages (no cross-site requests), with the token that only the person who started it has seen.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const COOKIE = 'flowsmith'

export type Refusal = { readonly status: 400 | 401 | 403; readonly reason: string }

const digest = (value: string): Buffer => createHash('sha256').update(value).digest()

export class Access {
  readonly token: string
  readonly #digest: Buffer
  #hosts: ReadonlySet<string> = new Set()

  constructor(token: string = randomBytes(24).toString('base64url')) {
    this.token = token
    this.#digest = digest(token)
  }

  /** The port is known once the server listens. */
  listenOn(port: number): void {
    this.#hosts = new Set(['127.0.0.1', 'localhost', '[::1]'].map((host) => `${host}:${port}`))
  }

  #matches(given: string | undefined | null): boolean {
    return given !== undefined && given !== null && timingSafeEqual(digest(given), this.#digest)
  }

  #cookie(request: IncomingMessage): string | undefined {
    const entry = request.headers.cookie?.split(/; */).find((part) => part.startsWith(`${COOKIE}=`))
    return entry?.slice(COOKIE.length + 1)
  }

  /** A header for the answer to a first visit, so that the token leaves the address bar. */
  cookieHeader(): string {
    return `${COOKIE}=${this.token}; HttpOnly; SameSite=Strict; Path=/`
  }

  tokenInUrl(url: URL): boolean {
    return this.#matches(url.searchParams.get('token'))
  }

  /** Undefined when the request may pass. */
  check(request: IncomingMessage, url: URL): Refusal | undefined {
    const { host, origin } = request.headers
    if (host === undefined || !this.#hosts.has(host)) {
      return { status: 403, reason: 'This address is served to the loopback host only.' }
    }
    if (origin !== undefined && !this.#hosts.has(origin.replace(/^http:\/\//, ''))) {
      return { status: 403, reason: 'Requests from other sites are refused.' }
    }
    if (this.tokenInUrl(url) || this.#matches(this.#cookie(request))) return undefined
    return { status: 401, reason: 'The token is missing or wrong. Open the address that Flowsmith printed when it started.' }
  }
}
