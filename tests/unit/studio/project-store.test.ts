/** The folder of all projects: they are listed, opened, copied, renamed, deleted and restored. */
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ProjectDocument, readDocument, writeDocument } from '../../../src/core/design/document.ts'
import { isProjectId, stemOf, workspaceFolder } from '../../../src/main/studio/project-names.ts'
import { ProjectStore } from '../../../src/main/studio/project-store.ts'
import { onlyIssue, valueOf } from '../data/results.ts'
import { temporaryFolder } from '../files/folder.ts'
import { byHand, projectFolder, sampleDocument, savedText } from './project-folders.ts'

const root = temporaryFolder()
let count = 0
const newStore = () => new ProjectStore(join(root, `workspace-${count++}`, 'Flowsmith'), byHand)
const named = (name: string): ProjectDocument => ({ ...sampleDocument, name })
const rename = { type: 'rename-project', name: 'edited' }

const idsOf = async (store: ProjectStore) => valueOf(await store.list()).map(({ id }) => id)

describe('the workspace', () => {
  test('is in the user’s home, or where FLOWSMITH_HOME says', () => {
    expect(workspaceFolder({})).toBe(join(homedir(), 'Flowsmith'))
    expect(workspaceFolder({ FLOWSMITH_HOME: '' })).toBe(join(homedir(), 'Flowsmith'))
    expect(workspaceFolder({ FLOWSMITH_HOME: 'here' })).toBe(resolve('here'))
  })

  test('is made with its first project', async () => {
    const store = newStore()
    expect(valueOf(await store.list())).toEqual([])
    expect(await store.trash()).toEqual([])
    expect(await store.recent()).toEqual([])
    expect(existsSync(store.folder)).toBe(false)
    expect(valueOf(await store.create(named('Two moons')))).toBe('two-moons')
    expect(readdirSync(join(store.folder, 'two-moons')).sort()).toEqual(['project.json', 'runs'])
  })

  test('a workspace that is a file', async () => {
    const path = join(root, 'file')
    writeFileSync(path, '')
    const store = new ProjectStore(path)
    expect(onlyIssue(await store.create(sampleDocument)).severity).toBe('error')
    expect(onlyIssue(await store.list()).code).toBe('missing-file')
  })
})

describe('names', () => {
  test.each([
    ['Two moons', 'two-moons'], ['Größe × 2', 'grosse-2'], ['../../etc', 'etc'], ['', 'project'], ['流', 'project'],
    ['CON', 'project-con'], ['.hidden', 'hidden'], ['é'.repeat(100), 'e'.repeat(48)],
  ])('%s', (name, stem) => { expect(stemOf(name)).toBe(stem) })

  test('every name gives an id, and no id leads out of the workspace', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => isProjectId(stemOf(name))), { seed: 2 })
    for (const id of ['', '.', '..', '.trash', 'a/b', 'a\\b', '/a', 'a\0', '~', 'x'.repeat(129)]) {
      expect(onlyIssue(newStore().folderOf(id)).code).toBe('project-unknown')
    }
  })

  test('the same name again gets a number, also at the same time', async () => {
    const store = newStore()
    const ids = await Promise.all([1, 2, 3].map(() => store.create(named('Moons'))))
    expect(ids.map((id) => valueOf(id)).sort()).toEqual(['moons', 'moons-2', 'moons-3'])
  })
})

describe('listing', () => {
  test('what is needed for a card, the last changed first', async () => {
    const store = newStore()
    valueOf(await store.create(named('older')))
    valueOf(await store.create({
      ...named('newer'),
      design: {
        ...sampleDocument.design,
        layers: [
          { id: 'a', kind: 'actnorm' }, { id: 'x', kind: 'squeeze', bypass: true },
          { id: 'r', kind: 'repeat', times: 3, layers: [{ id: 'b', kind: 'coupling' }, { id: 'c', kind: 'permutation' }] },
          { id: 'empty', kind: 'repeat', times: 1000, layers: [] },
        ],
      },
    }))
    mkdirSync(join(store.folder, 'newer', 'runs', 'run-1'))
    utimesSync(join(store.folder, 'older', 'project.json'), 1000, 1000)
    expect(valueOf(await store.list())).toMatchObject([
      {
        id: 'newer', name: 'newer', folder: join(store.folder, 'newer'), runs: 1, issues: [],
        layers: ['actnorm', 'coupling', 'permutation', 'coupling', 'permutation', 'coupling', 'permutation'],
      },
      { id: 'older', name: 'older', modified: '1970-01-01T00:16:40.000Z', runs: 0, layers: ['actnorm', 'coupling', 'coupling'] },
    ])
  })

  test('what cannot be opened is listed with the reason and left as it is', async () => {
    const store = newStore()
    valueOf(await store.create(named('fine')))
    const texts: Record<string, [string, string]> = {
      broken: ['{', 'document-json'], foreign: ['{}', 'document-foreign'],
      newer: [writeDocument({ ...sampleDocument, version: 9 }), 'document-newer'],
      'bad name': [writeDocument(sampleDocument), 'project-folder-name'],
    }
    for (const [id, [text]] of Object.entries(texts)) {
      mkdirSync(join(store.folder, id))
      writeFileSync(join(store.folder, id, 'project.json'), text)
    }
    mkdirSync(join(store.folder, 'no project'))
    writeFileSync(join(store.folder, 'a file'), '')
    const listed = valueOf(await store.list())
    expect(Object.fromEntries(listed.map(({ id, issues }) => [id, issues[0]?.code]))).toEqual({
      fine: undefined, broken: 'document-json', foreign: 'document-foreign', newer: 'document-newer', 'bad name': 'project-folder-name',
    })
    expect(onlyIssue(await store.open('newer')).code).toBe('document-newer')
    for (const [id, [text]] of Object.entries(texts)) {
      expect(readdirSync(join(store.folder, id))).toEqual(['project.json'])
      expect(savedText(join(store.folder, id))).toBe(text)
    }
    valueOf(await store.remove('broken'))
    expect(await idsOf(store)).not.toContain('broken')
  })

  test('what is open is listed as it stands', async () => {
    const store = newStore()
    const id = valueOf(await store.create(sampleDocument))
    const session = valueOf(await store.open(id))
    await session.perform(rename, { label: 'Rename' })
    expect(valueOf(await store.list())).toMatchObject([{ name: 'edited' }])
    await store.closeAll()
  })
})

describe('opening and closing', () => {
  test('a project is open once, however many ask', async () => {
    const store = newStore()
    const id = valueOf(await store.create(sampleDocument))
    const [one, two] = await Promise.all([store.open(id), store.open(id)])
    expect(valueOf(one)).toBe(valueOf(two))
    await valueOf(one).perform(rename, { label: 'Rename' })
    const [closed, again] = await Promise.all([store.close(id), store.open(id)])
    valueOf(closed)
    expect(valueOf(again)).not.toBe(valueOf(one))
    expect(valueOf(again).document.name).toBe('edited')
    valueOf(await store.closeAll())
    valueOf(await store.close(id))
    expect(onlyIssue(await store.open('nobody')).code).toBe('project-unknown')
  })

  test('the events of all that is open come to one listener', async () => {
    const events: string[] = []
    const { folder } = newStore()
    const store = new ProjectStore(folder, { ...byHand, onEvent: (id, { type }) => events.push(`${id} ${type}`) })
    for (const name of ['a', 'b']) valueOf(await store.create(named(name)))
    await valueOf(await store.open('a')).perform(rename, { label: 'Rename' })
    valueOf(await store.open('a'))
    valueOf(await store.rename('b', 'c'))
    expect(events).toEqual(['a patch', 'b patch', 'b storage'])
    await store.closeAll()
  })

  test('the last opened come first in the recent ones, as long as they are there', async () => {
    const store = newStore()
    for (const name of ['a', 'b', 'c']) valueOf(await store.create(named(name)))
    for (const id of ['a', 'b', 'c', 'a']) valueOf(await store.open(id))
    valueOf(await store.remove('b'))
    expect((await store.recent()).map(({ id }) => id)).toEqual(['a', 'c'])
    await store.closeAll()
  })

  test.each(['{', '{"format":"flowsmith-recent","version":2}', '[]'])('a list of recent ones like %s is left alone', async (text) => {
    const store = newStore()
    const id = valueOf(await store.create(sampleDocument))
    writeFileSync(join(store.folder, '.recent.json'), text)
    valueOf(await store.open(id))
    expect(await store.recent()).toEqual([])
    expect(readFileSync(join(store.folder, '.recent.json'), 'utf8')).toBe(text)
    await store.closeAll()
  })
})

describe('duplicating and renaming', () => {
  test('a copy has the document as it stands and the data, not the runs', async () => {
    const store = newStore()
    const id = valueOf(await store.create({ ...named('n'.repeat(200)), data: { source: 'data/x.csv' } }))
    const folder = valueOf(store.folderOf(id))
    mkdirSync(join(folder, 'data'))
    writeFileSync(join(folder, 'data', 'x.csv'), '1\n')
    mkdirSync(join(folder, 'runs', 'run-1'))
    for (const name of ['journal.conflict-1.jsonl', 'project.conflict-2.json']) writeFileSync(join(folder, name), '')
    const session = valueOf(await store.open(id))
    await session.perform({ type: 'unwrap', id: 'r' }, { label: 'Unwrap' })
    const copy = valueOf(store.folderOf(valueOf(await store.duplicate(id))))
    expect(readdirSync(copy).sort()).toEqual(['data', 'project.json', 'runs'])
    expect(readdirSync(join(copy, 'runs'))).toEqual([])
    expect(readFileSync(join(copy, 'data', 'x.csv'), 'utf8')).toBe('1\n')
    const document = valueOf(readDocument(savedText(copy), copy))
    expect(document).toStrictEqual({ ...session.document, name: `${'n'.repeat(195)} copy` })
    await store.closeAll()
  })

  test('of a closed project, what a crash left is in the copy', async () => {
    const store = newStore()
    const id = valueOf(await store.create(sampleDocument))
    await valueOf(await store.open(id)).perform(rename, { label: 'Rename' })
    const crashed = newStore()
    cpSync(store.folder, crashed.folder, { recursive: true })
    expect(valueOf(await crashed.duplicate(id))).toBe('edited-copy')
    valueOf(await crashed.rename(id, 'renamed'))
    expect(readdirSync(join(crashed.folder, id)).sort()).toEqual(['project.json', 'runs'])
    expect(valueOf(await crashed.list()).map(({ name }) => name).sort()).toEqual(['edited copy', 'renamed'])
    await store.closeAll()
  })

  test('renaming is an edit, and keeps the id', async () => {
    const store = newStore()
    const id = valueOf(await store.create(sampleDocument))
    const session = valueOf(await store.open(id))
    valueOf(await store.rename(id, 'other'))
    expect(session.snapshot()).toMatchObject({ document: { name: 'other' }, undo: 'Rename to other' })
    expect(onlyIssue(await store.rename(id, 'x'.repeat(201))).code).toBe('edit-form')
    expect(await idsOf(store)).toEqual([id])
    await store.closeAll()
  })

  test('a copy that fails leaves nothing', async () => {
    const store = newStore()
    mkdirSync(store.folder, { recursive: true })
    const folder = projectFolder(store.folder)
    const [id] = await idsOf(store)
    writeFileSync(join(folder, 'project.json'), '{')
    expect(onlyIssue(await store.duplicate(id!)).code).toBe('document-json')
    expect(readdirSync(store.folder)).toEqual([id])
  })
})

describe('deleting', () => {
  test('a project comes back as it was', async () => {
    const store = newStore()
    const id = valueOf(await store.create(sampleDocument))
    const session = valueOf(await store.open(id))
    writeFileSync(join(store.folder, id, 'notes.txt'), 'mine')
    await session.perform(rename, { label: 'Rename' })
    const trashed = valueOf(await store.remove(id))
    expect(await idsOf(store)).toEqual([])
    expect(await store.trash()).toEqual([trashed])
    expect(onlyIssue(await session.perform(rename, { label: 'Rename' })).code).toBe('project-closed')
    expect(onlyIssue(await store.remove(id)).code).toBe('project-unknown')
    expect(valueOf(await store.restore(id))).toBe(id)
    expect(readFileSync(join(store.folder, id, 'notes.txt'), 'utf8')).toBe('mine')
    expect(valueOf(await store.open(id)).document.name).toBe('edited')
    expect(onlyIssue(await store.restore(id)).code).toBe('project-unknown')
    await store.closeAll()
  })

  test('the last deleted of one id comes first, and each can be named', async () => {
    const store = newStore()
    const entries: string[] = []
    for (let i = 0; i < 3; i++) {
      const id = valueOf(await store.create({ ...named('moons'), training: { ...sampleDocument.training, seed: i } }))
      entries.push(valueOf(await store.remove(id)).entry)
      // A later millisecond, so that the order is known.
      await expect.poll(() => Date.now()).toBeGreaterThan(Date.parse((await store.trash())[0]!.deleted))
    }
    expect((await store.trash()).map(({ entry }) => entry)).toEqual([...entries].reverse())
    const restored = [await store.restore('moons'), await store.restore(entries[0]!), await store.restore('moons')]
    expect(restored.map((id) => valueOf(id))).toEqual(['moons', 'moons-2', 'moons-3'])
    const seeds = ['moons', 'moons-2', 'moons-3'].map((id) => valueOf(readDocument(savedText(join(store.folder, id)), id)).training.seed)
    expect(seeds).toEqual([2, 0, 1])
  })

  test('for good', async () => {
    const store = newStore()
    const id = valueOf(await store.create(sampleDocument))
    valueOf(await store.remove(id))
    valueOf(await store.emptyTrash())
    expect(await store.trash()).toEqual([])
    expect(readdirSync(join(store.folder, '.trash'))).toEqual([])
  })

  test('one that is open in another process stays', async () => {
    const store = newStore()
    const id = valueOf(await store.create(sampleDocument))
    const lock = join(store.folder, id, 'project.lock')
    writeFileSync(lock, JSON.stringify({ host: hostname(), pid: process.ppid, since: '2025-01-01' }))
    for (const result of [await store.remove(id), await store.duplicate(id), await store.open(id), await store.rename(id, 'x')]) {
      expect(onlyIssue(result).code).toBe('project-busy')
    }
    rmSync(lock)
    valueOf(await store.remove(id))
  })

  test('a folder that is no project stays', async () => {
    const store = newStore()
    mkdirSync(join(store.folder, 'photos'), { recursive: true })
    expect(onlyIssue(await store.remove('photos')).code).toBe('project-unknown')
    expect(readdirSync(store.folder)).toEqual(['photos'])
  })
})
