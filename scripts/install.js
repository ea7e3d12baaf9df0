/** Installs what is missing: the locked dependencies, when they are absent or older than the lock file. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const LOWEST = [20, 19]

/** Runs a command with its output shown; ends this process when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...options })
  if (result.error !== undefined) throw result.error
  if (result.status !== 0) process.exit(result.status ?? 1)
}

export function ensureInstalled() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < LOWEST[0] || (major === LOWEST[0] && minor < LOWEST[1])) {
    process.stderr.write(`Flowsmith needs Node ${LOWEST.join('.')} or newer; this is ${process.version}\n`)
    process.exit(2)
  }
  const installed = `${root}node_modules/.package-lock.json`
  const lock = `${root}package-lock.json`
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  process.stdout.write('Installing dependencies (npm ci)…\n')
  run('npm', ['ci', '--no-audit', '--no-fund'])
}

/** When the newest of these files and folders, or of what is below them, was changed. */
function newest(paths) {
  let latest = 0
  for (const path of paths) {
    const at = `${root}${path}`
    const { mtimeMs } = statSync(at)
    latest = Math.max(latest, mtimeMs)
    if (!statSync(at).isDirectory()) continue
    latest = Math.max(latest, newest(readdirSync(at).map((name) => `${path}/${name}`)))
  }
  return latest
}

/** A result is stale when any of its sources is newer, or when it is not there. */
function isStale(results, sources) {
  const made = results.map((path) => `${root}dist/${path}`)
  if (!made.every((path) => existsSync(path))) return true
  return newest(sources) > Math.min(...made.map((path) => statSync(path).mtimeMs))
}

const common = ['package-lock.json', 'src/core', 'src/shared']

const bundles = {
  results: ['flowsmith.js', 'serve.js', 'main.js', 'compute.js', 'preload.cjs'],
  sources: [...common, 'rolldown.config.js', 'src/files', 'src/engine', 'src/main', 'src/preload'],
}
const renderer = {
  results: ['renderer/index.html'],
  sources: [...common, 'vite.renderer.config.ts', 'src/renderer'],
}

/** The programs: command line, both hosts, compute process. */
export function build() {
  // Its list of files goes to the standard output, what is wrong to the standard error stream.
  run(process.execPath, [`${root}node_modules/rolldown/bin/cli.mjs`, '-c', '--logLevel', 'warn'], { stdio: ['inherit', 'ignore', 'inherit'] })
}

/** What both hosts show. */
export function buildRenderer() {
  run(process.execPath, [`${root}node_modules/vite/bin/vite.js`, 'build', '-c', 'vite.renderer.config.ts', '--logLevel', 'warn'])
}

/** Builds what is older than its sources. */
export function buildStale() {
  if (isStale(bundles.results, bundles.sources)) {
    process.stdout.write('Building the programs…\n')
    build()
  }
  if (isStale(renderer.results, renderer.sources)) {
    process.stdout.write('Building the window…\n')
    buildRenderer()
  }
}
