import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import type { ProjectDocument } from '../../../src/core/design/document.ts'
import type { Edit } from '../../../src/core/design/edits.ts'
import { ProjectSession } from '../../../src/main/studio/project-session.ts'
import { valueOf } from '../data/results.ts'
import { temporaryFolder } from '../files/folder.ts'
import { type DyingFileSystem, dyingAfter } from './dying-file-system.ts'
import { byHand, copyOf, openSession, projectFolder } from './project-folders.ts'

const root = temporaryFolder()

/** What a session has shown and promised until its process died. */
interface Witness {
  /** The document of every revision. */
  readonly documents: ProjectDocument[]
  /** The highest revision that was acknowledged as durable. */
  acknowledged: number
}

const edits: readonly Edit[] = [
  { type: 'rename-project', name: 'one' }, { type: 'insert-nodes', parent: 'r', index: 1, nodes: [{ id: 'c', kind: 'actnorm' }] },
  { type: 'move-nodes', ids: ['a', 'c'], parent: 'r', index: 0 }, { type: 'set-option', id: 'b', name: 'bound', value: 3 },
  { type: 'set-option', id: 'b', name: 'bound', value: 4 }, { type: 'unwrap', id: 'r' },
  { type: 'set-data', data: { source: 'x.csv' } },
]

/** Edits, undos and saves, partly at the same time, as far as the file system lives. */
async function work(folder: string, files: DyingFileSystem, witness: Witness): Promise<void> {
  const session = valueOf(await ProjectSession.open(folder, { ...byHand, files }))
  const take = async (result: ReturnType<ProjectSession['perform']>) => {
    const { revision } = session.snapshot()
    witness.documents[revision] = session.document
    const { durable } = valueOf(await result)
    if (durable) witness.acknowledged = Math.max(witness.acknowledged, revision)
  }
  const edit = (i: number) => take(session.perform(edits[i], { label: `edit ${i}`, coalesce: edits[i]?.type }))
  await edit(0)
  await Promise.all([edit(1), edit(2)])
  const saving = session.save()
  await Promise.all([edit(3), Promise.resolve().then(() => edit(4))])
  await saving
  await take(session.undo())
  await Promise.all([take(session.undo()), take(session.redo()), session.save(), edit(5)])
  await session.save()
  await edit(6)
  await session.close()
}

/** Opens what a death has left, twice, and checks it against what was seen before. */
async function check(folder: string, { documents, acknowledged }: Witness): Promise<void> {
  // A copy, since the lock there is that of a process with our number.
  const left = copyOf(folder)
  const session = await openSession(left)
  const known = session.snapshot().notices.filter(({ code }) => code !== 'project-restored')
  expect(known).toEqual([])
  const revision = documents.findLastIndex((document) => isDeepStrictEqual(document, session.document))
  expect(revision).toBeGreaterThanOrEqual(acknowledged)
  // Every step that can still be undone leads to a document that was there before.
  while (session.snapshot().undo !== undefined) {
    valueOf(await session.undo())
    expect(documents).toContainEqual(session.document)
  }
  const again = await openSession(copyOf(left))
  expect(again.document).toStrictEqual(session.document)
  await Promise.all([session.close(), again.close()])
  expect(readdirSync(left).filter((name) => !name.startsWith('.flowsmith-'))).toEqual(['project.json'])
}

test('a death at any operation on files loses nothing that was acknowledged', async () => {
  let deaths = 0
  for (let lifetime = 0; ; lifetime++) {
    const folder = projectFolder(root)
    const start = await openSession(folder)
    const witness: Witness = { documents: [start.document], acknowledged: 0 }
    await start.close()
    const files = dyingAfter(lifetime)
    const end = await Promise.race([work(folder, files, witness), files.death])
    if (end !== 'dead') break
    deaths++
    await files.bury()
    await check(folder, witness)
  }
  // Opening, locking, four journals, four saves: many operations.
  expect(deaths).toBeGreaterThan(60)
})

/** Bundles the session, for processes that cannot read TypeScript. */
async function bundleSession(): Promise<string> {
  const input = fileURLToPath(new URL('../../../src/main/studio/project-session.ts', import.meta.url))
  const bundle = await rolldown({ input, platform: 'node', logLevel: 'warn' })
  const file = join(root, 'project-session.mjs')
  await bundle.write({ file, format: 'esm', codeSplitting: false })
  await bundle.close()
  return file
}

/**
 * Edits without end; step n names the project n, and everything else in the document follows from n. After each burst
 * the number of the last acknowledged step is written to the output.
 */
const script = (module: string, folder: string) => `
  import { writeSync } from 'node:fs'
  import { setTimeout } from 'node:timers/promises'
  import { ProjectSession } from ${JSON.stringify(module)}
  const opened = await ProjectSession.open(${JSON.stringify(folder)}, { timing: { batch: 1, idle: 3 } })
  if (!opened.ok) throw new Error(JSON.stringify(opened.issues))
  const session = opened.value
  const must = (result) => { if (!result.ok || !result.value.durable) throw new Error(JSON.stringify(result)) }
  for (let n = Number(session.document.name) + 1; ; n++) {
    const has = session.document.design.layers.some(({ id }) => id === 'x')
    const edit = { type: 'batch', label: '', edits: [
      { type: 'rename-project', name: String(n) },
      { type: 'set-training', name: 'seed', value: n },
      { type: 'set-note', id: 'a', note: String(n).repeat(1000) },
      has ? { type: 'remove-nodes', ids: ['x'] }
        : { type: 'insert-nodes', parent: null, index: 0, nodes: [{ id: 'x', kind: 'actnorm' }] },
    ] }
    const results = [session.perform(edit, { label: String(n) })]
    if (n % 3 === 0) results.push(session.undo(), session.redo())
    if (n % 4 === 0) for (const result of await Promise.all(results)) { must(result); writeSync(1, n + '\\n') }
    if (n % 20 === 0) await setTimeout(n % 7)
  }`

/** Runs the script, kills it some time after its first acknowledgement, and returns the last one. */
async function runAndKill(code: string, after: number): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  const ended = new Promise<NodeJS.Signals | null>((resolve) => { child.once('close', (_, signal) => resolve(signal)) })
  const started = new Promise<void>((resolve) => {
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString()
      resolve()
    })
  })
  await Promise.race([started, ended])
  await delay(after)
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
  return Number(output.trim().split('\n').at(-1))
}

test('a killed process loses nothing that was acknowledged', async () => {
  const folder = projectFolder(root)
  const start = await openSession(folder)
  await start.perform({ type: 'rename-project', name: '0' }, { label: '' })
  valueOf(await start.close())
  const code = script(await bundleSession(), folder)
  let inJournal = 0
  for (let round = 0; round < 15; round++) {
    const acknowledged = await runAndKill(code, (round * 7) % 40)
    inJournal += Number(existsSync(join(folder, 'journal.jsonl')))
    const session = await openSession(folder)
    const { document, notices } = session.snapshot()
    const n = Number(document.name)
    expect(notices.filter((notice) => notice.code !== 'project-restored')).toEqual([])
    expect(n).toBeGreaterThanOrEqual(acknowledged)
    expect(document.training.seed).toBe(n)
    expect(document.editor?.notes).toEqual({ a: String(n).repeat(1000) })
    // A step in three is undone and done again, so that a kill may leave the step before it.
    expect(document.design.layers.some(({ id }) => id === 'x')).toBe(n % 2 === 1)
    valueOf(await session.close())
  }
  // Unless some kills found edits in the journal, this test shows nothing.
  expect(inJournal).toBeGreaterThan(0)
})
