/** Projects that cannot be opened: open elsewhere, or not what this program writes. */
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeDocument } from '../../../src/core/design/document.ts'
import { ProjectSession } from '../../../src/main/studio/project-session.ts'
import { codesOf, issuesOf, onlyIssue } from '../data/results.ts'
import { temporaryFolder } from '../files/folder.ts'
import { byHand, openSession, projectFolder, sampleDocument } from './project-folders.ts'

const root = temporaryFolder()

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
  expect(codesOf(issuesOf(await ProjectSession.open(folder)))).toContain(code)
  expect(readdirSync(folder)).toEqual(text === '' ? [] : ['project.json'])
  if (text !== '') expect(readFileSync(path, 'utf8')).toBe(text)
})
