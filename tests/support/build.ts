/**
 * The program as it is built, for tests that run it as a process. Each state of the sources is built once, into a
 * folder of its own, so that tests that run at the same time do not pull files from under each other.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const builds = join(root, 'node_modules', '.cache', 'flowsmith-tests')
const HOUR_MS = 3_600_000

/** Changes whenever a source changes. */
function stateOfSources(): string {
  const hash = createHash('sha256')
  for (const layer of ['core', 'shared', 'files', 'engine', 'main', 'preload']) {
    for (const entry of readdirSync(join(root, 'src', layer), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const { size, mtimeMs } = statSync(path)
      hash.update(`${path} ${size} ${mtimeMs}\n`)
    }
  }
  return hash.digest('hex').slice(0, 16)
}

function removeOld(): void {
  for (const name of readdirSync(builds)) {
    const path = join(builds, name)
    if (Date.now() - statSync(path).mtimeMs > HOUR_MS) rmSync(path, { recursive: true, force: true })
  }
}

/** Folder with flowsmith.js, serve.js, main.js, preload.cjs and compute.js. */
export function builtProgram(): string {
  mkdirSync(builds, { recursive: true })
  const target = join(builds, stateOfSources())
  if (existsSync(target)) return target
  removeOld()
  const aside = mkdtempSync(join(builds, 'building-'))
  const rolldown = join(root, 'node_modules/rolldown/bin/cli.mjs')
  execFileSync(process.execPath, [rolldown, '-c', '-d', aside], { cwd: root, stdio: 'pipe' })
  try {
    renameSync(aside, target)
  } catch (cause) {
    // Another test was quicker: its build is the same.
    if (!existsSync(target)) throw cause
    rmSync(aside, { recursive: true, force: true })
  }
  return target
}
