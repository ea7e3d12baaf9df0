/** A project while it is open: edits, undo, two windows on it, and when it is saved. */
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { writeDocument } from '../../../src/core/design/document.ts'
import { type Edit, applyEdit } from '../../../src/core/design/edits.ts'
import type { SessionEvent } from '../../../src/main/studio/project-events.ts'
import { codesOf, issuesOf, onlyIssue, valueOf } from '../data/results.ts'
import { failingAt } from '../files/broken-file-system.ts'
import { temporaryFolder } from '../files/folder.ts'
import {
  byHand, copyOf, eventsOf, label, openSession, projectFolder, rename, renamed, sampleDocument, savedText,
} from './project-folders.ts'

const root = temporaryFolder()

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
    expect(codesOf(issuesOf(refused))).toEqual(['edit-stale', 'edit-unknown-node'])
    const plain = await session.perform({ type: 'unwrap', id: 'a' }, { label: 'Set', baseRevision: 2 })
    expect(codesOf(issuesOf(plain))).toEqual(['edit-unknown-node'])
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
    expect(codesOf(notices)).toEqual(['project-changed-outside', 'project-changed-outside'])
    rmSync(join(folder, 'project.json'))
    await session.perform(rename('back'), label)
    valueOf(await session.close())
    expect(savedText(folder)).toBe(writeDocument(renamed('back')))
  })
})
