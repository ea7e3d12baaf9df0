/** A run as a window meets it, from its template to its files; requests that break the contract are refused. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { documentJson } from '../../../src/core/design/document.ts'
import { isStudioEvent } from '../../../src/shared/answers.ts'
import type { RunSummary } from '../../../src/shared/api.ts'
import { StudioUnderTest, until } from './studio-under-test.ts'

const { studio, workspace, events, ask, refused, edit, train, summaryOf, inState } = new StudioUnderTest()

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
    await train(project, { steps: 60, batch: 64, validateEvery: 20 })
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
    await train(project, { steps: 80 })
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
})

test('every window understood what it was told', () => {
  expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(5)
  expect(events.filter((event) => !isStudioEvent(event))).toEqual([])
})
