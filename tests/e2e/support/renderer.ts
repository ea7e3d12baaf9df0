/** The built renderer for tests in a browser: built again when its sources are newer than what was built last. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const cache = join(root, 'node_modules', '.cache', 'flowsmith-renderer')

function newest(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((latest, entry) => {
    const path = join(folder, entry.name)
    return Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }, 0)
}

/** Its folder. Builds under a name of their own, so that test files that run side by side do not meet. */
export async function builtRenderer(): Promise<string> {
  const stamp = Math.max(...['renderer', 'core', 'shared'].map((layer) => newest(join(root, 'src', layer))))
  const folder = join(cache, String(Math.floor(stamp)))
  if (existsSync(join(folder, 'index.html'))) return folder
  const own = `${folder}-${process.pid}`
  mkdirSync(cache, { recursive: true })
  await build({
    root: join(root, 'src', 'renderer'), configFile: join(root, 'vite.renderer.config.ts'), logLevel: 'error',
    build: { outDir: own, emptyOutDir: true },
  })
  for (const old of readdirSync(cache)) {
    if (!old.includes('-') && join(cache, old) !== folder) rmSync(join(cache, old), { recursive: true, force: true })
  }
  if (existsSync(folder)) rmSync(own, { recursive: true, force: true })
  else renameSync(own, folder)
  return folder
}
