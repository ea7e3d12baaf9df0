import { spawnSync } from 'node:child_process'
import {
  chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { removeLeftovers, writeFileAtomic } from '../../../src/files/atomic-write.ts'
import { onlyIssue, valueOf } from '../data/results.ts'
import { failingAt } from './broken-file-system.ts'
import type { Step } from './broken-file-system.ts'
import { temporaryFolder } from './folder.ts'
import { bundleModule, killAfter } from './victim.ts'

const root = temporaryFolder()
let folders = 0
/** A new folder with a file of old contents in it. */
function withOldFile(): { folder: string; path: string } {
  const folder = join(root, String(folders++))
  mkdirSync(folder)
  const path = join(folder, 'f.bin')
  writeFileSync(path, 'old')
  return { folder, path }
}

describe('writing', () => {
  test('new and existing files, bytes and texts', async () => {
    const { folder, path } = withOldFile()
    valueOf(await writeFileAtomic(path, Uint8Array.of(1, 2, 3)))
    expect([...readFileSync(path)]).toEqual([1, 2, 3])
    valueOf(await writeFileAtomic(join(folder, 'new'), 'größer'))
    expect(readFileSync(join(folder, 'new'), 'utf8')).toBe('größer')
    valueOf(await writeFileAtomic(path, ''))
    expect(statSync(path).size).toBe(0)
    expect(readdirSync(folder).sort()).toEqual(['f.bin', 'new'])
  })

  test('permissions and symbolic links are kept', async () => {
    const { folder, path } = withOldFile()
    chmodSync(path, 0o664)
    symlinkSync(path, join(folder, 'link'))
    valueOf(await writeFileAtomic(join(folder, 'link'), 'new'))
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(statSync(path).mode & 0o777).toBe(0o664)
  })

  test('a name as long as the file system allows', async () => {
    const { folder } = withOldFile()
    valueOf(await writeFileAtomic(join(folder, 'n'.repeat(255)), 'new'))
    expect(onlyIssue(await writeFileAtomic(join(folder, 'n'.repeat(256)), 'new')).code).toBe('name-too-long')
  })

  test('writes at the same time end with one of them, whole', async () => {
    const { folder, path } = withOldFile()
    const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000))
    for (const result of await Promise.all(contents.map((content) => writeFileAtomic(path, content)))) valueOf(result)
    expect(contents).toContain(readFileSync(path, 'utf8'))
    expect(readdirSync(folder)).toEqual(['f.bin'])
  })
})

describe('failing', () => {
  const steps: Step[] = ['open', 'write', 'sync', 'close', 'rename']
  const codes = [
    ['ENOSPC', 'disk-full'], ['EDQUOT', 'disk-full'], ['EROFS', 'read-only-folder'], ['EACCES', 'read-only-folder'],
    ['EIO', 'disk-error'], ['EMFILE', 'too-many-open-files'], ['ESTALE', 'write-failed'],
  ] as const

  test.each(steps)('at %s leaves the old file as it was and nothing beside it', async (step) => {
    for (const [systemCode, code] of codes) {
      const { folder, path } = withOldFile()
      const issue = onlyIssue(await writeFileAtomic(path, 'the new contents', failingAt(step, systemCode)))
      expect(issue).toMatchObject({ code, at: path, severity: 'error' })
      expect(issue.fix).toBeDefined()
      expect(readFileSync(path, 'utf8')).toBe('old')
      expect(readdirSync(folder)).toEqual(['f.bin'])
    }
  })

  test('an error that is not the system’s is thrown, after tidying up', async () => {
    const { folder, path } = withOldFile()
    await expect(writeFileAtomic(path, 'new', failingAt('sync', 'a bug'))).rejects.toThrow('a bug')
    expect(readdirSync(folder)).toEqual(['f.bin'])
  })

  test('folders that are missing or are files, files that are folders or write-protected', async () => {
    const { folder, path } = withOldFile()
    expect(onlyIssue(await writeFileAtomic(join(folder, 'no', 'f'), 'new')).code).toBe('missing-folder')
    expect(onlyIssue(await writeFileAtomic(join(path, 'f'), 'new')).code).toBe('missing-folder')
    mkdirSync(join(folder, 'sub'))
    expect(onlyIssue(await writeFileAtomic(join(folder, 'sub'), 'new')).code).toBe('is-a-folder')
    chmodSync(path, 0o444)
    expect(onlyIssue(await writeFileAtomic(path, 'new')).code).toBe('read-only-file')
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder).sort()).toEqual(['f.bin', 'sub'])
  })
})

describe('on a disk of 128 kB', () => {
  const disk = join(root, 'disk')
  mkdirSync(disk)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk]).status === 0
  if (!mounted) console.log('skipped: a small disk cannot be mounted here; it takes the rights of root')

  test.skipIf(!mounted)('what does not fit is refused, and a disk made read-only too', async () => {
    try {
      const path = join(disk, 'f.bin')
      const old = new Uint8Array(80_000).fill(7)
      valueOf(await writeFileAtomic(path, old))
      expect(onlyIssue(await writeFileAtomic(path, new Uint8Array(80_000))).code).toBe('disk-full')
      expect(Buffer.compare(readFileSync(path), old)).toBe(0)
      expect(readdirSync(disk)).toEqual(['f.bin'])
      valueOf(await writeFileAtomic(path, 'small'))
      expect(spawnSync('mount', ['-o', 'remount,ro', disk]).status).toBe(0)
      expect(onlyIssue(await writeFileAtomic(path, 'smaller')).code).toBe('read-only-folder')
      expect(readFileSync(path, 'utf8')).toBe('small')
    } finally {
      spawnSync('umount', [disk])
    }
  })
})

test('a killed process never leaves half a file', async () => {
  const { folder, path } = withOldFile()
  const module = await bundleModule('atomic-write', root)
  const size = 2_000_000
  const script = `import { writeFileAtomic } from ${JSON.stringify(module)}
    for (let i = 0; ; i++) {
      const result = await writeFileAtomic(${JSON.stringify(path)}, new Uint8Array(${size} + i % 7).fill(i % 251))
      if (!result.ok) throw new Error(JSON.stringify(result.issues))
      if (i === 0) console.log('writing')
    }`
  let interrupted = 0
  for (let round = 0; round < 20; round++) {
    await killAfter(script, (round * 7) % 31)
    const bytes = readFileSync(path)
    expect(bytes.length).toBeGreaterThanOrEqual(size)
    // All bytes are alike, and the length belongs to them: contents of two writes never mix.
    expect(bytes.every((byte) => byte === bytes[0])).toBe(true)
    const leftovers = readdirSync(folder).filter((name) => name !== 'f.bin')
    interrupted += Number(leftovers.length > 0)
    for (const name of leftovers) utimesSync(join(folder, name), 0, 0)
    expect(valueOf(await removeLeftovers(folder)).sort()).toEqual(leftovers.sort())
    expect(readdirSync(folder)).toEqual(['f.bin'])
  }
  // Unless some kills hit a write, this test shows nothing.
  expect(interrupted).toBeGreaterThan(0)
})

test('leftovers are removed only when old and orphaned', async () => {
  const { folder, path } = withOldFile()
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  const name = (pid: number, tail: string) => join(folder, `.flowsmith-${pid}-0123456789a${tail}.tmp`)
  const files = [name(gone, 'a'), name(gone, 'b'), name(process.pid, 'c'), path, join(folder, '.flowsmith-1-x.tmp')]
  for (const file of files) writeFileSync(file, '')
  for (const file of files.slice(1)) utimesSync(file, 0, 0)
  expect(valueOf(await removeLeftovers(folder))).toEqual([`.flowsmith-${gone}-0123456789ab.tmp`])
  expect(files.map((file) => existsSync(file))).toEqual([true, false, true, true, true])
  expect(onlyIssue(await removeLeftovers(join(folder, 'no'))).code).toBe('missing-folder')
})
