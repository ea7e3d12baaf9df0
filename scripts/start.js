/**
 * `npm start`: installs what is missing, builds what is stale, and opens the studio. In Electron where there is a display
 * and its runtime, which is fetched when it is missing; elsewhere it says why and serves the browser host.
 *
 * `--browser` chooses the browser host; `--port N`, `--workspace FOLDER` and `--token TEXT` go on to it.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fetchElectron } from './fetch-electron.js'
import { buildStale, ensureInstalled, root } from './install.js'

/** Electron that ends with a fault so soon could not start on this machine. */
const START_MS = 10_000

const { values } = parseArgs({
  options: {
    browser: { type: 'boolean', default: false }, port: { type: 'string' }, workspace: { type: 'string' }, token: { type: 'string' },
  },
})

const say = (text) => { process.stdout.write(`${text}\n`) }
const passed = ['port', 'workspace', 'token'].flatMap((name) => values[name] === undefined ? [] : [`--${name}`, values[name]])
const electron = join(root, 'node_modules', 'electron')

/** Path of Electron's program; undefined until its runtime is there. */
function runtime() {
  const note = join(electron, 'path.txt')
  if (!existsSync(note)) return undefined
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electron, 'dist'), readFileSync(note, 'utf8'))
  return existsSync(path) ? path : undefined
}

async function fetchRuntime() {
  if (!existsSync(join(electron, 'install.js'))) return undefined
  say('Fetching Electron\'s runtime (about 120 MB, once)…')
  // Proxies of the environment count.
  process.env.ELECTRON_GET_USE_PROXY ??= '1'
  const reason = await fetchElectron(electron)
  const found = reason === undefined ? runtime() : undefined
  if (found === undefined) say(`Electron's runtime could not be fetched (${reason ?? 'its program is not where it should be'}): serving the browser host instead.`)
  return found
}

/** Why there can be no window; undefined where there can. */
function obstacle() {
  if (process.platform !== 'linux') return undefined
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'There is no display (DISPLAY and WAYLAND_DISPLAY are empty)'
  if (process.getuid?.() === 0) return 'Electron keeps its window in a sandbox, which it cannot do for the root user'
  return undefined
}

/** What was typed at a terminal reaches the studio by itself: this process only waits for its end. */
function start(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: process.cwd(), stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { if (signal !== 'SIGINT') child.kill(signal) })
    child.once('error', reject)
    child.once('exit', (code, signal) => { resolve(code ?? (signal === 'SIGINT' ? 0 : 1)) })
  })
}

/** The host in this process: a second start of Node would cost time for nothing. */
async function browser() {
  process.argv.splice(2, process.argv.length, ...passed)
  await import('../dist/serve.js')
}

async function desktop() {
  const why = obstacle()
  if (why !== undefined) {
    say(`${why}: serving the browser host instead.`)
    return browser()
  }
  const program = runtime() ?? await fetchRuntime()
  if (program === undefined) return browser()
  const begun = performance.now()
  const workspace = values.workspace === undefined ? {} : { FLOWSMITH_HOME: values.workspace }
  Object.assign(process.env, workspace)
  const code = await start(program, [join(root, 'dist', 'main.js')])
  if (code !== 0 && performance.now() - begun < START_MS) {
    say(`Electron ended with code ${code} before its window was there: serving the browser host instead.`)
    return browser()
  }
  process.exitCode = code
}

ensureInstalled()
buildStale()
await (values.browser ? browser() : desktop())
