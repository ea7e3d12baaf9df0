/** A project whose disk is full, whose file cannot be replaced, or whose folder is moved away while it is open. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { writeDocument } from '../../../src/core/design/document.ts'
import { codesOf, issuesOf, valueOf } from '../data/results.ts'
import { failingAt } from '../files/broken-file-system.ts'
import { temporaryFolder } from '../files/folder.ts'
import {
  byHand, copyOf, eventsOf, label, openSession, projectFolder, rename, renamed, sampleDocument, savedText,
} from './project-folders.ts'

const root = temporaryFolder()

test('the session goes on in memory, says so, and writes when there is room', async () => {
  let full = false
  const folder = projectFolder(root)
  const session = await openSession(folder, {
    timing: { batch: 0, idle: 30, retry: 30 }, files: failingAt('write', 'ENOSPC', () => full),
  })
  const events = eventsOf(session)
  const stored = () => events.flatMap((event) => (event.type === 'storage' ? [event] : []))
  valueOf(await session.perform(rename('a'), label))
  full = true
  const result = await session.perform(rename('b'), label)
  expect(valueOf(result)).toEqual({ revision: 2, durable: false })
  expect(result.issues).toMatchObject([{ code: 'disk-full', severity: 'warning' }])
  await session.perform({ type: 'unwrap', id: 'r' }, { label: 'Unwrap' })
  await delay(100)
  expect(codesOf(session.snapshot().issues)).toContain('disk-full')
  expect(stored().length).toBeLessThan(4)
  const crashed = await openSession(copyOf(folder))
  // What was acknowledged is there. A retry that is under way at this moment may have got 'b' onto the disk as well.
  expect([renamed('a'), renamed('b')]).toContainEqual(crashed.document)
  full = false
  await expect.poll(() => stored().at(-1)).toEqual({ type: 'storage', saved: 3, durable: 3, issues: [] })
  expect(savedText(folder)).toBe(writeDocument(session.document))
  await Promise.all([session.close(), crashed.close()])
  expect(readdirSync(folder)).toEqual(['project.json'])
})

test('it closes only when everything is on the disk, or by force', async () => {
  let full = true
  const folder = projectFolder(root)
  const session = await openSession(folder, { ...byHand, files: failingAt(['write', 'open'], 'ENOSPC', () => full) })
  expect(codesOf(session.snapshot().notices)).toEqual(['disk-full'])
  await session.perform(rename('a'), label)
  expect(codesOf(issuesOf(await session.close()))).toEqual(['disk-full'])
  expect(valueOf(await session.perform(rename('b'), label)).durable).toBe(false)
  full = false
  valueOf(await session.close())
  expect(savedText(folder)).toBe(writeDocument(renamed('b')))
  full = true
  const second = await openSession(folder, { ...byHand, files: failingAt(['write', 'open'], 'ENOSPC', () => full) })
  await second.perform(rename('c'), label)
  valueOf(await second.close({ force: true }))
  expect(savedText(folder)).toBe(writeDocument(renamed('b')))
})

test('a project.json that cannot be replaced does not hold up the end: the journal has it all', async () => {
  let full = true
  const folder = projectFolder(root)
  const session = await openSession(folder, { ...byHand, files: failingAt('rename', 'EACCES', () => full) })
  expect(valueOf(await session.perform(rename('a'), label)).durable).toBe(true)
  const closed = await session.close()
  valueOf(closed)
  expect(codesOf(closed.issues)).toEqual(['read-only-folder'])
  expect(savedText(folder)).toBe(writeDocument(sampleDocument))
  full = false
  const again = await openSession(folder)
  expect(again.document.name).toBe('a')
  await again.close()
})

const disk = join(root, 'disk')
mkdirSync(disk)
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk]).status === 0
if (!mounted) console.log('skipped: a small disk cannot be mounted here; it takes the rights of root')

test.skipIf(!mounted)('a real one of 128 kB', async () => {
  try {
    const folder = projectFolder(disk)
    const session = await openSession(folder, { timing: { batch: 0, idle: 20, retry: 20 } })
    writeFileSync(join(disk, 'filler'), '')
    try {
      for (;;) appendFileSync(join(disk, 'filler'), Buffer.alloc(4096))
    } catch (cause) {
      expect(cause).toMatchObject({ code: 'ENOSPC' })
    }
    expect(valueOf(await session.perform(rename('x'.repeat(200)), label)).durable).toBe(false)
    expect(valueOf(await session.perform({ type: 'set-note', id: 'a', note: 'n'.repeat(9000) }, label)).durable).toBe(false)
    expect(savedText(folder)).toBe(writeDocument(sampleDocument))
    rmSync(join(disk, 'filler'))
    await expect.poll(() => savedText(folder)).toBe(writeDocument(session.document))
    valueOf(await session.close())
  } finally {
    spawnSync('umount', [disk])
  }
})

test('a folder that is moved away while the project is open', async () => {
  const folder = projectFolder(root)
  const session = await openSession(folder)
  renameSync(folder, `${folder}-away`)
  const result = await session.perform(rename('a'), label)
  expect(valueOf(result).durable).toBe(false)
  expect(codesOf(result.issues)).toEqual(['missing-folder'])
  renameSync(`${folder}-away`, folder)
  valueOf(await session.close())
  expect(savedText(folder)).toBe(writeDocument(renamed('a')))
})
