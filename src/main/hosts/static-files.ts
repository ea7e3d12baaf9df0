/** The built renderer as both hosts serve it: files below one folder, and nothing else, under one policy. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.json': 'application/json',
}

export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:",
  "font-src 'self'", "connect-src 'self'", "worker-src 'self' blob:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ')

export interface StaticFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly headers: Readonly<Record<string, string>>
}

/** The path of a URL below the folder; undefined for what is not a readable path. */
function decoded(path: string): string | undefined {
  try {
    return path === '/' ? 'index.html' : decodeURIComponent(path).slice(1)
  } catch (cause) {
    if (cause instanceof URIError) return undefined
    throw cause
  }
}

/** The file at a URL's path, with its headers. Names with a hash of their content may be kept for ever. */
export async function findFile(folder: string, path: string): Promise<StaticFile | undefined> {
  const wanted = decoded(path)
  if (wanted === undefined || wanted.includes('\0')) return undefined
  const below = normalize(join(folder, sep))
  const file = normalize(join(folder, wanted))
  const type = types[extname(file)]
  if (!file.startsWith(below) || type === undefined) return undefined
  const found = await stat(file).catch(() => undefined)
  if (found === undefined || !found.isFile()) return undefined
  return {
    path: file,
    size: found.size,
    headers: {
      'content-type': type,
      'content-length': String(found.size),
      'cache-control': wanted.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    },
  }
}

/** Answers with the file at the URL's path, or 404. */
export async function serveFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const file = await findFile(folder, path)
  if (file === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such file.\n')
    return
  }
  response.writeHead(200, file.headers)
  if (response.req.method === 'HEAD') response.end()
  else await pipeline(createReadStream(file.path), response)
}
