import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type ProjectDocument, writeDocument } from '../../../src/core/design/document.ts'
import { type Edit, applyEdit } from '../../../src/core/design/edits.ts'
import type { SessionEvent } from '../../../src/main/studio/project-events.ts'
import { ProjectSession } from '../../../src/main/studio/project-session.ts'
import { issuesOf, onlyIssue, valueOf } from '../data/results.ts'
import { failingAt } from '../files/broken-file-system.ts'
import { temporaryFolder } from '../files/folder.ts'
import { byHand, copyOf, eventsOf, openSession, projectFolder, sampleDocument, savedText } from './project-folders.ts'

const root = temporaryFolder()
const rename = (name: string): Edit => ({ type: 'rename-project', name })
const label = { label: 'Rename' }
const codes = (issues: readonly { readonly code: string }[]) => issues.map(({ code }) => code)
const renamed = (name: string): ProjectDocument => ({ ...sampleDocument, name })

describe('editing', () => {
  test('an edit is told at once, acknowledged when it is on the disk, and saved', async () => {
    const folder = projectFolder(root)
    const session = await openSession(folder)
    const events = eventsOf(session)
    const acknowledged = session.perform(rename('new'), { ...label, origin: 'window 1' })
    expect(events).toEqual([{
      type: 'patch', revision: 1, edit: rename('new'), how: 'do', label: 'Rename', undo: 'Rename', redo: undefined, origin: 'window 1',
    }])
    expect(existsSync(join(folder, 'journal.jsonl'))).toBe(false)
    expect(valueOf(await acknowledged)).toEqual({ revision: 1, durable: true })
    expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('\n')).toHaveLength(3)
    expect(savedText(folder)).toBe(writeDocument(sampleDocument))
    valueOf(await session.save())
    expect(savedText(folder)).toBe(writeDocument(renamed('new')))
    expect(events.at(-1)).toEqual({ type: 'storage', saved: 1, durable: 1, issues: [] })
    valueOf(await session.close())
    expect(readdirSync(folder)).toEqual(['project.json'])
  })

  test('undo and redo, also past a save', async () => {
    const session = await openSession(projectFolder(root))
    const events = eventsOf(session)
    expect(onlyIssue(await session.undo()).code).toBe('nothing-to-undo')
    await session.perform(rename('a'), label)
    valueOf(await session.save())
    valueOf(await session.undo())
    expect(session.snapshot()).toMatchObject({ document: { name: 'sample' }, revision: 2, undo: undefined, redo: 'Rename' })
    valueOf(await session.redo())
    expect(session.document.name).toBe('a')
    expect(events.flatMap((event) => (event.type === 'patch' ? [event.how] : []))).toEqual(['do', 'undo', 'redo'])
    await session.close()
  })

  test('one gesture is one step until it is marked', async () => {
    const session = await openSession(projectFolder(root))
    for (const name of ['a', 'ab', 'abc']) await session.perform(rename(name), { ...label, coalesce: 'name' })
    session.mark()
    await session.perform(rename('abcd'), { ...label, coalesce: 'name' })
    await session.undo()
    expect(session.document.name).toBe('abc')
    await session.undo()
    expect(session.document.name).toBe('sample')
    await session.close()
  })

  test('what has no form or does not fit is refused and changes nothing', async () => {
    const session = await openSession(projectFolder(root))
    const events = eventsOf(session)
    expect(onlyIssue(await session.perform({ type: 'rename' }, label)).code).toBe('edit-form')
    expect(onlyIssue(await session.perform({ type: 'unwrap', id: 'x' }, label)).code).toBe('edit-unknown-node')
    expect(session.document).toEqual(sampleDocument)
    expect(events).toEqual([])
    await session.close()
    expect(onlyIssue(await session.perform(rename('late'), label)).code).toBe('project-closed')
    expect(onlyIssue(await session.undo()).code).toBe('project-closed')
  })

  test('edits wait for one write together', async () => {
    let syncs = 0
    const session = await openSession(projectFolder(root), {
      timing: { ...byHand.timing, batch: 20 }, files: failingAt('sync', 'EIO', () => { syncs++; return false }),
    })
    const names = Array.from({ length: 50 }, (_, i) => String(i))
    const results = await Promise.all(names.map((name) => session.perform(rename(name), label)))
    expect(results.map((result) => valueOf(result).revision)).toEqual(names.map((_, i) => i + 1))
    expect(syncs).toBe(1)
    await session.close()
  })
})

describe('two windows', () => {
  test('see the same document whatever they do at the same time', async () => {
    const session = await openSession(projectFolder(root))
    const replicas = [session.document, session.document]
    replicas.forEach((_, i) => session.subscribe((event) => {
      if (event.type === 'patch') replicas[i] = valueOf(applyEdit(replicas[i]!, event.edit)).document
    }))
    const insert = (id: string): Edit => ({ type: 'insert-nodes', parent: 'r', index: 0, nodes: [{ id, kind: 'actnorm' }] })
    await Promise.all(Array.from({ length: 20 }, (_, i) => [
      session.perform(insert(`x${i}`), { label: 'Add', origin: 'one' }),
      session.perform(insert(`y${i}`), { label: 'Add', origin: 'two' }),
      ...(i % 3 === 0 ? [session.undo('one')] : []),
    ]).flat())
    expect(replicas[0]).toStrictEqual(session.document)
    expect(replicas[1]).toStrictEqual(session.document)
    expect(session.snapshot().revision).toBe(47)
    await session.close()
  })

  test('an edit made for an older revision is applied if it still fits, and refused if not', async () => {
    const session = await openSession(projectFolder(root))
    await session.perform({ type: 'remove-nodes', ids: ['a'] }, { label: 'Remove', baseRevision: 0 })
    valueOf(await session.perform(rename('both'), { ...label, baseRevision: 0 }))
    const refused = await session.perform({ type: 'set-option', id: 'a', name: 'x', value: 1 }, { label: 'Set', baseRevision: 0 })
    expect(codes(issuesOf(refused))).toEqual(['edit-stale', 'edit-unknown-node'])
    const plain = await session.perform({ type: 'unwrap', id: 'a' }, { label: 'Set', baseRevision: 2 })
    expect(codes(issuesOf(plain))).toEqual(['edit-unknown-node'])
    await session.close()
  })
})

describe('saving', () => {
  test('after a moment without edits, and at the end', async () => {
    const folder = projectFolder(root)
    const session = await openSession(folder, { timing: { batch: 0, idle: 200 } })
    const saved = new Promise<SessionEvent>((resolve) => {
      session.subscribe((event) => { if (event.type === 'storage') resolve(event) })
    })
    for (const name of ['a', 'b', 'c']) {
      await session.perform(rename(name), label)
      await delay(20)
      expect(savedText(folder)).toBe(writeDocument(sampleDocument))
    }
    expect(await saved).toMatchObject({ saved: 3 })
    expect(savedText(folder)).toBe(writeDocument(renamed('c')))
    void session.perform(rename('d'), label)
    valueOf(await session.close())
    expect(savedText(folder)).toBe(writeDocument(renamed('d')))
  })

  test('edits during a save stay in the journal', async () => {
    const folder = projectFolder(root)
    const session = await openSession(folder)
    await session.perform(rename('a'), label)
    const saving = session.save()
    // The save takes the document as it is when its turn comes, which is at once.
    await Promise.resolve()
    const acknowledged = session.perform(rename('b'), label)
    valueOf(await saving)
    expect(valueOf(await acknowledged).durable).toBe(true)
    expect(savedText(folder)).toBe(writeDocument(renamed('a')))
    const copy = await openSession(copyOf(folder))
    expect(copy.document.name).toBe('b')
    await Promise.all([copy.close(), session.close()])
  })

  test('an undone edit leaves the file as it was', async () => {
    const folder = projectFolder(root)
    const session = await openSession(folder)
    await session.perform(rename('a'), label)
    await session.undo()
    valueOf(await session.close())
    expect(readdirSync(folder)).toEqual(['project.json'])
    expect(savedText(folder)).toBe(writeDocument(sampleDocument))
  })

  test('another program’s project.json is kept beside ours', async () => {
    const folder = projectFolder(root)
    const session = await openSession(folder)
    const events = eventsOf(session)
    for (const n of [1, 2]) {
      writeFileSync(join(folder, 'project.json'), `somebody else ${n}`)
      await session.perform(rename(`ours ${n}`), label)
      valueOf(await session.save())
      expect(readFileSync(join(folder, `project.conflict-${n}.json`), 'utf8')).toBe(`somebody else ${n}`)
      expect(savedText(folder)).toBe(writeDocument(renamed(`ours ${n}`)))
    }
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.issue] : []))
    expect(codes(notices)).toEqual(['project-changed-outside', 'project-changed-outside'])
    rmSync(join(folder, 'project.json'))
    await session.perform(rename('back'), label)
    valueOf(await session.close())
    expect(savedText(folder)).toBe(writeDocument(renamed('back')))
  })
})

describe('after a crash', () => {
  test('unsaved edits are restored, with undo and redo', async () => {
    const folder = projectFolder(root)
    const session = await openSession(folder)
    for (const name of ['a', 'ab', 'abc']) await session.perform(rename(name), { ...label, coalesce: 'name' })
    await session.perform({ type: 'remove-nodes', ids: ['r'] }, { label: 'Remove' })
    await session.perform({ type: 'set-times', id: 'x', times: 2 }, { label: 'Refused' })
    await session.undo()
    const crashed = copyOf(folder)
    const again = await openSession(crashed)
    expect(again.document).toStrictEqual(session.document)
    expect(again.snapshot()).toMatchObject({ undo: 'Rename', redo: 'Remove' })
    expect(codes(again.snapshot().notices)).toEqual(['project-restored'])
    await again.undo()
    expect(again.document.name).toBe('sample')
    await again.redo()
    await again.redo()
    expect(again.document.design.layers).toHaveLength(1)
    await Promise.all([again.close(), session.close()])
    expect(readdirSync(crashed)).toEqual(['project.json'])
  })

  test('undo of what was done before the last save is restored too', async () => {
    const folder = projectFolder(root)
    const session = await openSession(folder)
    await session.perform(rename('a'), { ...label, coalesce: 'name' })
    await session.save()
    await session.perform(rename('ab'), { ...label, coalesce: 'name' })
    const before = copyOf(folder)
    await session.undo()
    const after = copyOf(folder)
    await session.redo()
    const [one, two, three] = [await openSession(before), await openSession(after), await openSession(copyOf(folder))]
    expect([one, two, three].map(({ document }) => document.name)).toEqual(['ab', 'sample', 'ab'])
    // The step before the save is gone with the process; what is left of it can be undone.
    await one.undo()
    expect(one.document.name).toBe('a')
    await two.redo()
    expect(two.document.name).toBe('ab')
    await three.undo()
    expect(three.document.name).toBe('sample')
    await Promise.all([one, two, three, session].map((each) => each.close()))
  })

  test('a torn last line is ignored, and the journal goes on behind the whole ones', async () => {
    const folder = projectFolder(root)
    const session = await openSession(folder)
    await session.perform(rename('a'), label)
    await session.perform(rename('b'), label)
    const crashed = copyOf(folder)
    const journal = join(crashed, 'journal.jsonl')
    writeFileSync(journal, readFileSync(journal).subarray(0, -5))
    const again = await openSession(crashed)
    expect(again.document.name).toBe('a')
    await again.perform({ type: 'unwrap', id: 'r' }, { label: 'Unwrap' })
    const third = await openSession(copyOf(crashed))
    expect(third.document).toStrictEqual(again.document)
    expect(third.snapshot().revision).toBe(2)
    await Promise.all([session, again, third].map((each) => each.close()))
  })

  async function crashedFolder(): Promise<string> {
    const folder = projectFolder(root)
    const session = await openSession(folder)
    await session.perform(rename('a'), label)
    await session.perform(rename('b'), label)
    const crashed = copyOf(folder)
    await session.close()
    return crashed
  }

  const line = (edit: object) => `${JSON.stringify({ how: 'do', edit, label: '', time: 0 })}\n`
  const newer = (text: string) => text.replace('"version":1', '"version":2')

  test.each<[string, string, (folder: string, journal: string) => void]>([
    ['of another project.json', 'other', (folder) => writeFileSync(join(folder, 'project.json'), writeDocument(renamed('other')))],
    ['that is damaged', 'sample', (_, journal) => writeFileSync(journal, `x${readFileSync(journal, 'utf8')}`)],
    ['of a newer version', 'sample', (_, journal) => writeFileSync(journal, newer(readFileSync(journal, 'utf8')))],
    ['with something that is no edit', 'sample', (_, journal) => appendFileSync(journal, '{"note":1}\n')],
    ['with an edit of no known form', 'b', (_, journal) => appendFileSync(journal, line({ type: 'x' }))],
    ['with an edit that does not fit', 'b', (_, journal) => appendFileSync(journal, line({ type: 'unwrap', id: 'x' }))],
  ])('a journal %s is kept aside', async (_, name, spoil) => {
    const folder = await crashedFolder()
    const journal = join(folder, 'journal.jsonl')
    spoil(folder, journal)
    writeFileSync(join(folder, 'journal.conflict-1.jsonl'), 'an earlier one')
    const text = readFileSync(journal, 'utf8')
    const session = await openSession(folder)
    expect(session.document.name).toBe(name)
    const aside = join(folder, 'journal.conflict-2.jsonl')
    expect(session.snapshot().notices).toMatchObject([{ code: 'journal-kept-aside', severity: 'warning', at: aside }])
    expect(readFileSync(aside, 'utf8')).toBe(text)
    await session.perform(rename('next'), label)
    const again = await openSession(copyOf(folder))
    expect(again.document.name).toBe('next')
    expect(codes(again.snapshot().notices)).toEqual(['project-restored'])
    await Promise.all([session.close(), again.close()])
  })

  test('a journal without edits is no conflict', async () => {
    const folder = await crashedFolder()
    const journal = join(folder, 'journal.jsonl')
    writeFileSync(journal, `${readFileSync(journal, 'utf8').split('\n')[0] ?? ''}\n`)
    writeFileSync(join(folder, 'project.json'), writeDocument(renamed('other')))
    const session = await openSession(folder)
    expect(session.snapshot()).toMatchObject({ document: { name: 'other' }, notices: [] })
    await session.close()
    expect(readdirSync(folder)).toEqual(['project.json'])
  })
})

describe('opening', () => {
  test('one that is open is refused, and free again when it is closed', async () => {
    const folder = projectFolder(root)
    const session = await openSession(folder)
    expect(onlyIssue(await ProjectSession.open(folder)).code).toBe('project-busy')
    await session.close()
    await (await openSession(folder)).close()
  })

  test('locks: of a process that is there, of one that is gone, of one with our number, of another machine, broken', async () => {
    const folder = projectFolder(root)
    const gone = spawnSync(process.execPath, ['-e', '']).pid
    const lock = (host: string, pid: number) => JSON.stringify({ host, pid, since: '2025-01-01' })
    const cases: [string, boolean][] = [
      [lock(hostname(), process.ppid), true], [lock(hostname(), gone), false], [lock(hostname(), process.pid), false],
      [lock('elsewhere', gone), true], [lock('elsewhere', process.pid), true], ['{"host":', false], ['', false],
    ]
    for (const [text, isBusy] of cases) {
      writeFileSync(join(folder, 'project.lock'), text)
      const opened = await ProjectSession.open(folder, byHand)
      expect(opened.ok, text).toBe(!isBusy)
      if (opened.ok) await opened.value.close()
    }
  })

  test.each<[string, string, string]>([
    ['missing', '', 'missing-file'], ['no JSON', '{', 'document-json'], ['foreign', '{"format":"else"}', 'document-foreign'],
    ['newer', writeDocument({ ...sampleDocument, version: 2 }), 'document-newer'],
    ['of a wrong form', writeDocument(sampleDocument).replace('"layers"', '"layer"'), 'document-form'],
  ])('a project.json that is %s is left as it is', async (_, text, code) => {
    const folder = projectFolder(root)
    const path = join(folder, 'project.json')
    if (text === '') rmSync(path)
    else writeFileSync(path, text)
    expect(codes(issuesOf(await ProjectSession.open(folder)))).toContain(code)
    expect(readdirSync(folder)).toEqual(text === '' ? [] : ['project.json'])
    if (text !== '') expect(readFileSync(path, 'utf8')).toBe(text)
  })
})

describe('on a full disk', () => {
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
    expect(codes(session.snapshot().issues)).toContain('disk-full')
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
    expect(codes(session.snapshot().notices)).toEqual(['disk-full'])
    await session.perform(rename('a'), label)
    expect(codes(issuesOf(await session.close()))).toEqual(['disk-full'])
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
    expect(codes(closed.issues)).toEqual(['read-only-folder'])
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
})

test('a folder that is moved away while the project is open', async () => {
  const folder = projectFolder(root)
  const session = await openSession(folder)
  renameSync(folder, `${folder}-away`)
  const result = await session.perform(rename('a'), label)
  expect(valueOf(result).durable).toBe(false)
  expect(codes(result.issues)).toEqual(['missing-folder'])
  renameSync(`${folder}-away`, folder)
  valueOf(await session.close())
  expect(savedText(folder)).toBe(writeDocument(renamed('a')))
})
