/** What is found again of a project whose process has died: its journal, taken up or kept aside. */
import { appendFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeDocument } from '../../../src/core/design/document.ts'
import { codesOf } from '../data/results.ts'
import { temporaryFolder } from '../files/folder.ts'
import { copyOf, label, openSession, projectFolder, rename, renamed } from './project-folders.ts'

const root = temporaryFolder()

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
  expect(codesOf(again.snapshot().notices)).toEqual(['project-restored'])
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
  expect(codesOf(again.snapshot().notices)).toEqual(['project-restored'])
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
