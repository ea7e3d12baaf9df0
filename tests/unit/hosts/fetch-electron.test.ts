/** Fetching Electron's runtime from a mirror of the test's own: what is shown, and what is said when it fails. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

const { fetchElectron } = await import(pathToFileURL(join(process.cwd(), 'scripts', 'fetch-electron.js')).href) as {
  fetchElectron(folder: string): Promise<string | undefined>
}

const VERSION = '99.1.2'
const NAME = `electron-v${VERSION}-${process.platform}-${process.arch}.zip`
const archive = Buffer.alloc(3_000_000, 7)
const folder = mkdtempSync(join(tmpdir(), 'flowsmith-electron-'))
const packages = join(folder, 'node_modules')
let server: Server
let status = 200

/** As the package is: its version, the sums of its archives, and the script that unpacks what is in the cache. */
function installPackage(sum: string): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: VERSION }))
  writeFileSync(join(folder, 'checksums.json'), JSON.stringify({ [NAME]: sum }))
  writeFileSync(join(folder, 'install.js'), 'require("node:fs").writeFileSync("path.txt", "electron")')
}
const sumOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

beforeAll(async () => {
  mkdirSync(packages)
  symlinkSync(join(process.cwd(), 'node_modules', '@electron'), join(packages, '@electron'))
  server = createServer((request, response) => {
    if (status !== 200 || !(request.url ?? '').endsWith(NAME)) response.writeHead(404).end()
    else response.writeHead(200, { 'content-length': archive.length }).end(archive)
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  vi.stubEnv('ELECTRON_MIRROR', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
})
afterEach(() => { vi.restoreAllMocks() })
afterAll(() => {
  server.close()
  vi.unstubAllEnvs()
  // The link first: what it leads to is not ours.
  unlinkSync(join(packages, '@electron'))
  rmSync(folder, { recursive: true, force: true })
})

async function fetched(cache: string): Promise<{ readonly reason: string | undefined; readonly written: string }> {
  vi.stubEnv('electron_config_cache', join(folder, cache))
  let written = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text)
    return true
  })
  return { reason: await fetchElectron(folder), written }
}

test('it is fetched with its progress, checked, and unpacked', async () => {
  installPackage(sumOf(archive))
  const { reason, written } = await fetched('first')
  expect(reason).toBeUndefined()
  expect(written).toContain('3 MB of 3 MB, 100 %')
  expect(existsSync(join(folder, 'path.txt'))).toBe(true)
})

test('an archive of another sum is refused', async () => {
  installPackage(sumOf(Buffer.from('another')))
  expect((await fetched('second')).reason).toMatch(/checksum .* did not match/i)
})

test('a mirror without it, and none at all, are said in a line', async () => {
  installPackage(sumOf(archive))
  status = 404
  expect((await fetched('third')).reason).toMatch(/^Response code 404/)
  status = 200
  await new Promise<void>((resolve) => {
    server.close(() => { resolve() })
    server.closeAllConnections()
  })
  expect((await fetched('fourth')).reason).toMatch(/^connect ECONNREFUSED/)
})
