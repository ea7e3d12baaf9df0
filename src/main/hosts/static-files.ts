/** Serves the built renderer: files below one folder, and nothing else. */
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

/** Answers with the file at the URL's path, or 404. Names with a hash of their content may be kept for ever. */
export async function serveFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const wanted = path === '/' ? 'index.html' : decodeURIComponent(path).slice(1)
  const file = normalize(join(folder, wanted))
  const type = types[extname(file)]
  const inside = file.startsWith(normalize(folder) + sep) && !wanted.includes('\0')
  const found = inside && type !== undefined ? await stat(file).catch(() => undefined) : undefined
  if (found === undefined || !found.isFile() || type === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such file.\n')
    return
  }
  response.writeHead(200, {
    'content-type': type,
    'content-length': found.size,
    'cache-control': wanted.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  })
  await pipeline(createReadStream(file), response)
}
