/** The studio as a window meets it: requests in, replies and events out, with real compute processes behind. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentJson } from '../../../src/core/design/document.ts'
import type { Edit } from '../../../src/core/design/edits.ts'
import { formatIssue } from '../../../src/core/issues.ts'
import { Studio } from '../../../src/main/studio/studio.ts'
import { isReply, isStudioEvent } from '../../../src/shared/answers.ts'
import type { RequestName, RequestOf, ResultOf, RunState, RunSummary, StudioEvent } from '../../../src/shared/api.ts'
import { builtProgram } from '../../support/build.ts'
import { temporaryFolder } from '../files/folder.ts'

const workspace = join(temporaryFolder(), 'Flowsmith')
const faults: Error[] = []
const events: StudioEvent[] = []
let studio: Studio

beforeAll(() => {
  studio = new Studio({
    workspace, host: 'browser', compute: pathToFileURL(join(builtProgram(), 'compute.js')),
    onFault: (fault) => { faults.push(fault) },
  })
  studio.on((event) => { events.push(event) })
})
afterAll(() => studio.close())

async function ask<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf[N]> {
  const reply = await studio.handle(name, request)
  expect(isReply(name, reply), `a window understands the answer to ${name}`).toBe(true)
  if (!reply.ok) throw new Error(`${name}: ${reply.issues.map(formatIssue).join('\n')}`)
  return reply.value as ResultOf[N]
}

/** Codes of the issues with which a request is refused. */
async function refused(name: unknown, request: unknown): Promise<readonly string[]> {
  const reply = await studio.handle(name, request)
  expect(reply.ok).toBe(false)
  return reply.issues.map(({ code }) => code)
}

async function until<T>(look: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    const found = await look()
    if (found !== undefined) return found
    await setTimeout(20)
  }
  throw new Error(`waited in vain for ${what}`)
}

async function summaryOf(project: string, run: string): Promise<RunSummary | undefined> {
  return (await ask('runs.list', { project })).find((summary) => summary.run === run)
}
const inState = (project: string, run: string, ...states: RunState[]): Promise<RunSummary> => until(async () => {
  const summary = await summaryOf(project, run)
  return summary !== undefined && states.includes(summary.state) ? summary : undefined
}, `${run} to be ${states.join(' or ')}`)

const edit = (project: string, change: Edit): Promise<unknown> => ask('project.edit', { project, edit: change, label: 'Change' })
const train = (project: string, name: string, value: number): Promise<unknown> => edit(project, { type: 'set-training', name, value })

/** A project that trains in a moment. */
async function smallProject(name: string, steps = 60): Promise<string> {
  const { project } = await ask('projects.create', { template: 'nice', dimension: 2, name, source: 'synthetic:moons' })
  await train(project, 'steps', steps)
  await train(project, 'batch', 64)
  await train(project, 'validateEvery', 20)
  return project
}

describe('a run from its template to its files', () => {
  let project: string
  let run: string

  beforeAll(async () => {
    project = (await ask('projects.create', { template: 'nice', dimension: 2, name: 'Two moons' })).project
  })

  test('without data it does not start', async () => {
    expect(await refused('runs.start', { project })).toEqual(['data-missing'])
    expect(await ask('runs.list', { project })).toEqual([])
  })

  test('trains, and tells its windows', async () => {
    await edit(project, { type: 'set-data', data: { source: 'synthetic:moons?noise=0.1' } })
    for (const [name, value] of [['steps', 60], ['batch', 64], ['validateEvery', 20]] as const) await train(project, name, value)
    events.length = 0
    run = (await ask('runs.start', { project, name: 'First' })).run
    expect(run).toBe('run-1')
    const done = await inState(project, run, 'completed')
    expect(done).toMatchObject({ name: 'First', step: 60, steps: 60, dimension: 2, engine: 'onnxruntime', source: 'synthetic:moons?noise=0.1', dequantized: false })
    expect(done.best?.nll).toBeGreaterThan(done.entropy ?? Infinity)

    const pictured = (): readonly number[] => events.flatMap((event) => (event.type === 'run.samples' ? [event.step] : []))
    await until(() => (pictured().includes(60) ? true : undefined), 'the last picture')
    expect(pictured()).toEqual([...new Set(pictured())].sort((a, b) => a - b))
    const kinds = events.flatMap((event) => (event.type === 'run.event' ? [event.event.type] : []))
    expect(kinds.slice(0, 2)).toEqual(['prepared', 'started'])
    expect(kinds.filter((kind) => kind === 'validated')).toHaveLength(3)
    expect(kinds.at(-1)).toBe('finished')
    const states = events.flatMap((event) => (event.type === 'runs.changed' && event.run !== undefined ? [event.run.state] : []))
    expect([...new Set(states)]).toEqual(['queued', 'running', 'completed'])
    expect(events.filter(({ type }) => type === 'project.notice')).toEqual([])

    const live = events.flatMap((event) => (event.type === 'run.metrics' ? event.records : []))
    expect(live.length).toBeGreaterThan(0)
    expect(await ask('runs.metrics', { project, run })).toEqual(live)
  })

  test('is evaluated by itself, and again when asked', async () => {
    const summary = await until(async () => {
      const found = await summaryOf(project, run)
      return found?.testNll === undefined ? undefined : found
    }, 'the figures of the test part')
    const asked = await ask('runs.evaluate', { project, run })
    expect(asked).toEqual({ testNll: summary.testNll, bitsPerDimension: null, entropy: summary.entropy })
    // The best possible mean of −log p is the entropy; a few steps stay well above it.
    expect(asked.testNll).toBeGreaterThan((asked.entropy as number) + 0.05)
    expect(asked.testNll).toBeCloseTo(summary.best?.nll as number, 1)
  })

  test('gives the document that it was trained with, whatever becomes of the project', async () => {
    await train(project, 'steps', 80)
    const detail = await ask('runs.get', { project, run })
    expect(detail.document.training.steps).toBe(60)
    expect(detail.columns).toEqual(['x1', 'x2'])
    const { project: copy } = await ask('projects.import', { name: 'run.json', text: JSON.stringify(documentJson(detail.document)) })
    expect((await ask('project.open', { project: copy })).document).toEqual(detail.document)
  })

  test('is exported, and its files are given out', async () => {
    const { files, folder, report } = await ask('export.onnx', { project, run })
    expect(files).toEqual(['density.onnx', 'sampler.onnx', 'report.json'])
    // float32 against float64 over a few layers; figures of order 1.
    expect(report['log_prob_max_difference']).toBeLessThan(1e-4)
    expect(report['round_trip_max_error']).toBeLessThan(1e-4)
    const density = await ask('export.file', { project, run, file: 'density.onnx' })
    expect(density.name).toBe('density.onnx')
    expect(Buffer.from(density.bytes).equals(readFileSync(join(folder, 'density.onnx')))).toBe(true)
    expect(density.bytes).toHaveLength(report['density_bytes'] as number)
    expect(await refused('export.file', { project, run, file: 'nothing.onnx' })).toEqual(['missing-file'])
  })

  test('is renamed and noted, both at once', async () => {
    await Promise.all([
      ask('runs.update', { project, run, name: 'Best so far' }), ask('runs.update', { project, run, note: 'wide\nand short' }),
      ask('runs.evaluate', { project, run }),
    ])
    const { name, note, testNll } = await summaryOf(project, run) as RunSummary
    expect({ name, note }).toEqual({ name: 'Best so far', note: 'wide\nand short' })
    expect(testNll).toBeDefined()
  })

  test('is deleted and comes back; its name is not given away meanwhile', async () => {
    await ask('runs.delete', { project, run })
    expect(await ask('runs.list', { project })).toEqual([])
    expect(await refused('runs.get', { project, run })).toEqual(['run-missing'])
    expect(await refused('export.onnx', { project, run })).toEqual(['run-missing'])
    expect(await refused('explore.samples', { project, run, count: 10, temperature: 1, seed: 0 })).toEqual(['run-missing'])
    expect(await refused('runs.update', { project, run, name: 'gone' })).toEqual(['run-missing'])
    const next = (await ask('runs.start', { project })).run
    expect(next).toBe('run-2')
    await ask('runs.restore', { project, run })
    expect((await summaryOf(project, run))?.name).toBe('Best so far')
    await inState(project, next, 'completed')
  })

  test('a run that has done all its steps is not resumed', async () => {
    expect(await refused('runs.control', { project, run, action: 'resume' })).toEqual(['run-completed'])
    expect(await refused('runs.control', { project, run, action: 'pause' })).toEqual(['run-not-running'])
  })

  test('an unreadable run is said, and the others are listed', async () => {
    const folder = join(workspace, project, 'runs', 'run-3')
    mkdirSync(folder)
    writeFileSync(join(folder, 'run.json'), '{')
    const reply = await studio.handle('runs.list', { project })
    expect(reply.ok && (reply.value as readonly RunSummary[]).map((summary) => summary.run)).toEqual(['run-1', 'run-2'])
    expect(reply.issues.map(({ code, at }) => [code, at])).toEqual([['run-json', join(folder, 'run.json')]])
  })
})

describe('runs that go on', () => {
  test('two projects train runs of the same name, one after the other', async () => {
    const projects = [await smallProject('Left', 100_000), await smallProject('Right', 40)] as const
    const [left, right] = projects
    expect((await ask('runs.start', { project: left })).run).toBe('run-1')
    await inState(left, 'run-1', 'running')
    expect((await ask('runs.start', { project: right })).run).toBe('run-1')
    expect((await summaryOf(right, 'run-1'))?.state).toBe('queued')
    expect(await refused('runs.delete', { project: right, run: 'run-1' })).toEqual(['run-busy'])
    await ask('runs.control', { project: left, run: 'run-1', action: 'stop' })
    expect((await inState(right, 'run-1', 'completed')).steps).toBe(40)
    expect((await inState(left, 'run-1', 'stopped')).step).toBeGreaterThan(0)
  })

  test('two starts at the same time make two runs', async () => {
    const project = await smallProject('Twice', 20)
    const started = await Promise.all([ask('runs.start', { project }), ask('runs.start', { project })])
    expect(started.map(({ run }) => run).sort()).toEqual(['run-1', 'run-2'])
    for (const { run } of started) await inState(project, run, 'completed')
  })

  test('pause and continue; a stopped run is resumed to its end', async () => {
    const project = await smallProject('Paused', 100_000)
    const { run } = await ask('runs.start', { project })
    await inState(project, run, 'running')
    await until(async () => ((await summaryOf(project, run))?.step as number) >= 20 || undefined, 'the first steps')
    await ask('runs.control', { project, run, action: 'pause' })
    expect((await summaryOf(project, run))?.state).toBe('paused')
    await setTimeout(300)
    const { step } = await summaryOf(project, run) as RunSummary
    await setTimeout(300)
    expect((await summaryOf(project, run))?.step).toBe(step)
    await ask('runs.control', { project, run, action: 'continue' })
    await until(async () => ((await summaryOf(project, run))?.step as number) > step || undefined, 'more steps')
    expect(await refused('runs.control', { project, run, action: 'resume' })).toEqual(['run-busy'])
    await ask('runs.control', { project, run, action: 'stop' })
    const stopped = await inState(project, run, 'stopped')
    expect(stopped.step).toBeGreaterThan(step)
    const both = await Promise.all([
      studio.handle('runs.control', { project, run, action: 'resume' }), studio.handle('runs.control', { project, run, action: 'resume' }),
    ])
    expect(both.map(({ ok }) => ok).sort()).toEqual([false, true])
    await inState(project, run, 'running')
    await ask('runs.control', { project, run, action: 'stop' })
    expect((await inState(project, run, 'stopped')).step).toBeGreaterThanOrEqual(stopped.step)
  })

  test('a killed compute process leaves the run interrupted; the studio lives, and resuming completes it', async () => {
    const project = await smallProject('Killed', 800)
    const { run } = await ask('runs.start', { project })
    const checkpoint = join(workspace, project, 'runs', run, 'checkpoints', 'latest.safetensors')
    await until(() => existsSync(checkpoint) || undefined, 'the first checkpoint')
    events.length = 0
    process.kill(studio.trainingPid as number, 'SIGKILL')
    const interrupted = await inState(project, run, 'interrupted')
    expect(interrupted.step).toBeLessThan(800)
    expect(interrupted.failure).toContain('SIGKILL')
    const notices = events.flatMap((event) => (event.type === 'project.notice' ? [event.issue.code] : []))
    expect(notices).toEqual(['compute-died'])
    // What was learned until then can be used.
    expect((await ask('explore.samples', { project, run, count: 10, temperature: 1, seed: 0 })).x).toHaveLength(20)
    await ask('runs.control', { project, run, action: 'resume' })
    const completed = await inState(project, run, 'completed')
    expect(completed).toMatchObject({ step: 800, failure: undefined })
    const steps = (await ask('runs.metrics', { project, run })).flatMap(({ type, step }) => (type === 'validation' ? [step] : []))
    expect(steps).toEqual(Array.from({ length: 40 }, (_, i) => 20 * (i + 1)))
  })

  test('a project is not deleted under a run that goes on; it comes back with its runs', async () => {
    const project = await smallProject('Deleted', 100_000)
    const { run } = await ask('runs.start', { project })
    await inState(project, run, 'running')
    expect(await refused('projects.delete', { project })).toEqual(['project-busy'])
    await ask('runs.control', { project, run, action: 'stop' })
    await inState(project, run, 'stopped')
    await until(async () => (await summaryOf(project, run))?.testNll, 'its figures')
    await ask('projects.delete', { project })
    expect((await ask('projects.list', {})).map((summary) => summary.project)).not.toContain(project)
    expect(await refused('project.open', { project })).toEqual(['project-unknown'])
    await ask('projects.restore', { project })
    expect((await ask('projects.list', {})).find((summary) => summary.project === project)).toMatchObject({ name: 'Deleted', runs: 1 })
    expect((await summaryOf(project, run))?.state).toBe('stopped')
  })

  test('data that were brought into the project’s folder', async () => {
    const project = await smallProject('Brought', 20)
    const rows = Array.from({ length: 400 }, (_, i) => `${Math.sin(i)},${Math.cos(3 * i)}`).join('\n')
    const { source } = await ask('data.upload', { project, name: 'points.csv', bytes: Buffer.from(`a,b\n${rows}\n`) })
    await edit(project, { type: 'set-data', data: { source } })
    await train(project, 'batch', 32)
    const { run } = await ask('runs.start', { project })
    const done = await inState(project, run, 'completed')
    expect(done.source).toBe(join(workspace, project, 'data', 'points.csv'))
  })
})

describe('messages that break the contract', () => {
  test.each([
    [undefined, {}, 'request-unknown'], ['constructor', {}, 'request-unknown'], ['runs.begin', {}, 'request-unknown'],
    ['runs.list', undefined, 'request-form'], ['runs.list', { project: 3 }, 'request-form'], ['runs.list', [], 'request-form'],
    ['runs.list', { project: '..' }, 'request-form'], ['runs.list', { project: 'a/b' }, 'request-form'],
    ['runs.list', { project: '.trash' }, 'request-form'], ['runs.start', { project: 'nowhere' }, 'project-unknown'], ['runs.list', { project: 'nowhere' }, 'project-unknown'],
    ['runs.get', { project: 'two-moons', run: '..' }, 'request-form'], ['runs.delete', { project: 'two-moons', run: '.trash' }, 'request-form'],
    ['runs.get', { project: 'two-moons', run: 'run-99' }, 'run-missing'],
    ['export.file', { project: 'two-moons', run: 'run-1', file: '../run.json' }, 'request-form'],
    ['export.file', { project: 'two-moons', run: 'run-1', file: '..' }, 'request-form'],
    ['runs.control', { project: 'two-moons', run: 'run-1', action: 'kill' }, 'request-form'],
    ['explore.samples', { project: 'two-moons', run: 'run-1', count: 1e9, temperature: 1, seed: 0 }, 'request-form'],
    ['explore.trace', { project: 'two-moons', run: 'run-1', direction: 'normalize', points: [1, 2] }, 'request-form'],
    ['projects.create', { template: 'glow' }, 'template-unknown'], ['projects.import', { name: 'x.json', text: '{' }, 'document-json'],
  ])('%s %j: %s', async (name, request, code) => {
    expect(await refused(name, request)).toEqual([code])
  })

  test('none of them was our fault', () => { expect(faults).toEqual([]) })
})

test('every window understood what it was told', () => {
  expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(5)
  expect(events.filter((event) => !isStudioEvent(event))).toEqual([])
})
