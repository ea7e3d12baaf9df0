/**
 * Fetches Electron's runtime, which npm leaves out, and shows how far it is: the archive by Electron's own downloader
 * into its cache, where its own script finds it, checks it again and unpacks it.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A download that brings nothing for so long is given up. */
const STALL_MS = 30_000
const UNPACK_MS = 300_000
const MB = 1e6

/** One line that is written over on a terminal; elsewhere a line for every tenth. */
function progressLine({ stdout }) {
  let tenth = -1
  return {
    show({ transferred, total }) {
      const share = total === null ? undefined : transferred / total
      const text = `  ${(transferred / MB).toFixed(0)} MB${share === undefined ? '' : ` of ${(total / MB).toFixed(0)} MB, ${Math.floor(100 * share)} %`}`
      const now = share === undefined ? Math.floor(transferred / (10 * MB)) : Math.floor(10 * share)
      if (stdout.isTTY) stdout.write(`\r${text}`)
      else if (now > tenth) stdout.write(`${text}\n`)
      tenth = now
    },
    end() { if (stdout.isTTY && tenth >= 0) stdout.write('\n') },
  }
}

/** `fetch failed` is no reason: what it was caused by is. */
function reasonOf(cause) {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? reasonOf(cause.cause) : cause.message.split('\n')[0]
}

/** A runtime that was published long ago, or that nobody can fetch, is no fault: the reason is returned. */
async function download(folder) {
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const { downloadArtifact } = await import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve('@electron/get')).href)
  const line = progressLine(process)
  const stalled = new AbortController()
  let timer
  const alive = () => {
    clearTimeout(timer)
    timer = setTimeout(() => { stalled.abort(new Error(`nothing came for ${STALL_MS / 1000} s`)) }, STALL_MS)
  }
  alive()
  try {
    await downloadArtifact({
      version: read('package.json').version, artifactName: 'electron', checksums: read('checksums.json'),
      cacheRoot: process.env.electron_config_cache, platform: process.platform, arch: process.arch,
      downloadOptions: {
        quiet: true, signal: stalled.signal,
        getProgressCallback(progress) {
          alive()
          line.show(progress)
          return Promise.resolve()
        },
      },
    })
    return undefined
  } catch (cause) {
    return reasonOf(stalled.signal.aborted ? stalled.signal.reason : cause)
  } finally {
    clearTimeout(timer)
    line.end()
  }
}

/** `folder`: of the npm package `electron`. Why it could not be fetched; undefined when it is there. */
export async function fetchElectron(folder) {
  const reason = await download(folder)
  if (reason !== undefined) return reason
  const { status, error, stderr } = spawnSync(process.execPath, [join(folder, 'install.js')], {
    cwd: folder, stdio: ['ignore', 'inherit', 'pipe'], encoding: 'utf8', timeout: UNPACK_MS,
  })
  if (status === 0) return undefined
  return error?.message ?? stderr.split('\n').map((text) => text.trim()).find((text) => /error/i.test(text)) ?? `unpacking ended with code ${status}`
}
