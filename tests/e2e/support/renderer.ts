/** The built renderer for tests in a browser: built again when its sources are newer than what was built last. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const cache = join(root, 'node_modules', '.cache', 'flowsmith-renderer')

/** A build that nobody has asked for in this time is served by no test any more. */
const FORGOTTEN_MS = 3_600_000

function newest(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((latest, entry) => {
    const path = join(folder, entry.name)
    return Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }, 0)
}

function removeForgotten(): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name)
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > FORGOTTEN_MS) rmSync(path, { recursive: true, force: true })
  }
}

/** Its folder. Builds under a name of their own, so that test files that run side by side do not meet. */
export async function builtRenderer(): Promise<string> {
  const stamp = Math.max(...['renderer', 'core', 'shared'].map((layer) => newest(join(root, 'src', layer))))
  const folder = join(cache, String(Math.floor(stamp)))
  if (existsSync(join(folder, 'index.html'))) {
    utimesSync(folder, new Date(), new Date())
    return folder
  }
  const own = `${folder}-${process.pid}`
  mkdirSync(cache, { recursive: true })
  await build({
    root: join(root, 'src', 'renderer'), configFile: join(root, 'vite.renderer.config.ts'), logLevel: 'error',
    build: { outDir: own, emptyOutDir: true },
  })
  removeForgotten()
  if (existsSync(folder)) rmSync(own, { recursive: true, force: true })
  else renameSync(own, folder)
  return folder
}
