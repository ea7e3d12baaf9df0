/** Installs what is missing: the locked dependencies, when they are absent or older than the lock file. */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
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

export function build() {
  run(process.execPath, [`${root}node_modules/rolldown/bin/cli.mjs`, '-c'], { stdio: ['ignore', 'ignore', 'inherit'] })
  run(process.execPath, [`${root}node_modules/vite/bin/vite.js`, 'build', '-c', 'vite.renderer.config.ts', '--logLevel', 'warn'])
}
