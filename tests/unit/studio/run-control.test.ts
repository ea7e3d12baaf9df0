/** Runs that go on, as a window meets them: queued, paused, stopped, killed, resumed, and in projects that are deleted. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isStudioEvent } from '../../../src/shared/answers.ts'
import type { RunSummary } from '../../../src/shared/api.ts'
import { StudioUnderTest, until } from './studio-under-test.ts'

const { studio, workspace, events, ask, refused, edit, train, summaryOf, inState } = new StudioUnderTest()

/** A project that trains in a moment. */
async function smallProject(name: string, steps: number): Promise<string> {
  const { project } = await ask('projects.create', { template: 'nice', dimension: 2, name, source: 'synthetic:moons' })
  await train(project, { steps, batch: 64, validateEvery: 20 })
  return project
}

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
  await train(project, { batch: 32 })
  const { run } = await ask('runs.start', { project })
  const done = await inState(project, run, 'completed')
  expect(done.source).toBe(join(workspace, project, 'data', 'points.csv'))
})

test('every window understood what it was told', () => {
  expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(5)
  expect(events.filter((event) => !isStudioEvent(event))).toEqual([])
})
