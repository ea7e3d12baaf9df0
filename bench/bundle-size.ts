/** What the built renderer weighs, gzipped: what a window loads at once, and everything. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const gzipped = (path: string): number => gzipSync(readFileSync(path), { level: 9 }).length

/** Addresses of scripts and styles in a page, or of modules that a module imports at once. */
function references(text: string, page: boolean): string[] {
  const pattern = page ? /(?:src|href)="\.?\/?((?:assets\/)?[\w.-]+\.(?:js|css))"/g : /(?:from|import)\s*"\.\/([\w.-]+\.js)"/g
  return [...text.matchAll(pattern)].flatMap(([, name]) => name ?? [])
}

/** `folder`: the built renderer. Bytes. */
export function bundleSize(folder: string): { readonly initial: number; readonly total: number } {
  const loaded = new Set<string>()
  const waiting = references(readFileSync(join(folder, 'index.html'), 'utf8'), true)
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (loaded.has(path)) continue
    loaded.add(path)
    if (path.endsWith('.js') && path.startsWith('assets/')) {
      waiting.push(...references(readFileSync(join(folder, path), 'utf8'), false).map((name) => `assets/${name}`))
    }
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
  return {
    initial: gzipped(join(folder, 'index.html')) + [...loaded].reduce((sum, path) => sum + gzipped(join(folder, path)), 0),
    total: files.reduce((sum, { parentPath, name }) => sum + gzipped(join(parentPath, name)), 0),
  }
}
