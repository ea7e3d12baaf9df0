/** What a window asks about a conditional flow: data, density, samples, traces, certificate, export and its programs. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { formatIssue } from '../../../src/core/issues.ts'
import type { RequestOf } from '../../../src/shared/requests.ts'
import { factsOf, javaScriptSnippet, pythonSnippet } from '../../../src/shared/snippets.ts'
import { StudioUnderTest } from './studio-under-test.ts'

const { studio, ask, inState } = new StudioUnderTest()
let run: { readonly project: string; readonly run: string }

/** Around (0, 5) for the kind "left" and around (20, 5) for "right", 2 apart with the dose. */
const table = `a,b,kind,dose\n${Array.from({ length: 900 }, (_, i) => {
  const [u, v, dose] = [Math.sin(12.9898 * i + 1), Math.sin(78.233 * i + 2), Math.sin(37.719 * i + 3)]
  return `${(i % 3 === 0 ? 20 : 0) + u + 2 * dose},${5 + v},${i % 3 === 0 ? 'right' : 'left'},${dose.toFixed(4)}`
}).join('\n')}\n`

const coupling = (id: string, swap: boolean) => ({ id, kind: 'coupling', options: { swap, conditioner: { kind: 'mlp', width: 16 } } })
const document = {
  format: 'flowsmith-project', version: 1, name: 'Kinds', training: { steps: 300, batch: 128, validateEvery: 100, learningRate: 0.01 },
  design: {
    event: [2], base: { kind: 'class-gaussian' },
    layers: [{ id: 'standardize', kind: 'standardize' }, coupling('one', true), coupling('two', false), { id: 'norm', kind: 'actnorm' }],
  },
  data: { source: 'data/kinds.csv', columns: ['a', 'b'], context: ['kind', 'dose'] },
}

beforeAll(async () => {
  const { project } = await ask('projects.import', { name: 'x.json', text: JSON.stringify(document) })
  await ask('data.upload', { project, name: 'kinds.csv', bytes: Buffer.from(table) })
  run = { project, run: (await ask('runs.start', { project })).run }
  await inState(project, run.run, 'completed')
}, 60_000)

const meanOf = (x: Float32Array, column: 0 | 1): number => x.reduce((sum, value, i) => sum + (i % 2 === column ? value : 0), 0) / (x.length / 2)

describe('a conditional flow', () => {
  it('its preview and its details say what the context is', async () => {
    const preview = await ask('data.preview', { project: run.project })
    expect(preview.columns.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(preview.context).toMatchObject([{ name: 'kind', classes: ['left', 'right'], counts: [600, 300] }, { name: 'dose', kind: 'number' }])
    expect((await ask('runs.get', run)).context).toMatchObject([{ name: 'kind', kind: 'class' }, { name: 'dose', kind: 'number' }])
  })

  it('its evaluation says how well it tells the classes, and the list of runs keeps it', async () => {
    // Ten deviations apart: hardly one of 90 examples is told wrong.
    const { classes } = await ask('runs.evaluate', run)
    expect(classes?.accuracy).toBeGreaterThan(0.97)
    expect(classes?.crossEntropy).toBeLessThan(0.1)
    const listed = (await ask('runs.list', { project: run.project })).find((one) => one.run === run.run)
    expect(listed?.classes).toEqual(classes)
  })

  it('its density and its samples are those of the class that is asked for, the first without one', async () => {
    const box: [number, number, number, number] = [-6, 26, 0, 10]
    const share = async (context?: Record<string, string | number>): Promise<number> => {
      const { logProb } = await ask('explore.density', { ...run, box, resolution: 32, ...(context === undefined ? {} : { context }) })
      const p = logProb.map(Math.exp)
      return p.reduce((sum, value, i) => sum + (i % 32 < 16 ? value : 0), 0) / p.reduce((sum, value) => sum + value, 0)
    }
    // Kinds are ten deviations apart.
    expect(await share()).toBeGreaterThan(0.95)
    expect(await share({ kind: 'left' })).toBe(await share())
    expect(await share({ kind: 'right' })).toBeLessThan(0.05)
    const samples = (context: RequestOf<'explore.samples'>['context']) => ask('explore.samples', { ...run, count: 900, temperature: 1, seed: 1, context })
    expect(Math.abs(meanOf((await samples({ kind: 'right' })).x, 0) - 20)).toBeLessThan(1)
    // A dose one scale above its mean moves them by 2/√2.
    const [usual, more] = [await samples({ kind: 'left' }), await samples({ kind: 'left', dose: 0.7 })]
    expect(Math.abs(meanOf(more.x, 0) - meanOf(usual.x, 0) - 1.4)).toBeLessThan(0.6)
    // For the contexts of the data a third of them are right.
    expect(Math.abs(meanOf((await samples('data')).x, 0) - 20 / 3)).toBeLessThan(1.2)
  })

  it('shows and ranks the data of a class', async () => {
    const all = await ask('explore.rank', { ...run, part: 'test', count: 90 })
    expect(all.indices).toHaveLength(90)
    const right = await ask('explore.rank', { ...run, part: 'test', count: 90, context: { kind: 'right' } })
    expect(right.indices.length).toBeLessThan(60)
    expect(Math.min(...right.values.filter((_, i) => i % 2 === 0))).toBeGreaterThan(10)
    // Places in the part, and the same log p as among all.
    const place = all.indices.indexOf(right.indices[0] as number)
    expect(all.logProb[place]).toBe(right.logProb[0])
    const points = await ask('explore.points', { ...run, part: 'test', count: 90, context: { kind: 'right' } })
    expect(points.count).toBe(right.indices.length)
  })

  it('comes back layer by layer, by the log-determinants that it says', async () => {
    const points = Float32Array.of(20, 5, 19, 4.5)
    const there = await ask('explore.trace', { ...run, direction: 'normalize', points, context: { kind: 'right', dose: 0 } })
    const back = await ask('explore.trace', { ...run, direction: 'generate', points: Float32Array.from(there.out), context: { kind: 'right', dose: 0 } })
    // float32 about 20.
    points.forEach((value, i) => { expect(back.out[i]).toBeCloseTo(value, 3) })
    expect((await ask('explore.generate', { ...run, latents: Float32Array.from(there.out), context: { kind: 'right', dose: 0 } })).x).toEqual(back.out)
    const other = await ask('explore.generate', { ...run, latents: Float32Array.from(there.out), context: { kind: 'left', dose: 0 } })
    expect(other.x).not.toEqual(back.out)
    const { flow, layers } = await ask('explore.certificate', { ...run, points: 4 })
    expect(layers).toHaveLength(4)
    // Difference quotients of a double-precision flow.
    expect(flow.logDetError as number).toBeLessThan(1e-5)
    expect(flow.roundTrip64).toBeLessThan(1e-9)
  })

  it('a class that it has never seen is refused', async () => {
    const reply = await studio.handle('explore.samples', { ...run, count: 10, temperature: 1, seed: 1, context: { kind: 'middle' } })
    expect(reply.ok).toBe(false)
    expect(reply.issues[0]).toMatchObject({ code: 'context-unseen-class' })
  })

  it('is exported with programs that make its context', async () => {
    const { folder, report } = await ask('export.onnx', run)
    expect(report['log_prob_max_relative_difference']).toBeLessThan(1e-4)
    const { document: { design }, columns, context } = await ask('runs.get', run)
    const facts = factsOf(design, columns, context)
    if (!facts.ok) throw new Error(facts.issues.map(formatIssue).join('\n'))
    const program = javaScriptSnippet(facts.value).replace('"kind": "left"', '"kind": "right"')
    writeFileSync(join(folder, 'use.mjs'), `${program}
      console.log(JSON.stringify([...samples.data.filter((_, i) => i % 2 === 0)]))`)
    const output = execFileSync(process.execPath, ['use.mjs'], { cwd: folder, encoding: 'utf8' })
    const first = JSON.parse(output.trim().split('\n').at(-1) as string) as number[]
    expect(first).toHaveLength(1000)
    expect(Math.abs(first.reduce((sum, value) => sum + value / 1000, 0) - 20)).toBeLessThan(1)
    writeFileSync(join(folder, 'use.py'), pythonSnippet(facts.value))
    execFileSync('python3', ['-m', 'py_compile', 'use.py'], { cwd: folder, stdio: 'pipe' })
  })
})

it('a synthetic target offers its classes', async () => {
  const { project } = await ask('projects.create', { template: 'nice', dimension: 2, source: 'synthetic:rings', name: 'Rings' })
  const plain = await ask('data.preview', { project, rows: 0 })
  const opened = await ask('project.open', { project })
  await ask('project.edit', {
    project, label: 'By class', revision: opened.revision,
    edit: { type: 'set-data', data: { source: 'synthetic:rings', context: ['class'] } },
  })
  const given = await ask('data.preview', { project, rows: 0 })
  expect(given.context).toMatchObject([{ name: 'class', classes: ['0', '1', '2', '3'] }])
  expect(given.entropy as number).toBeLessThan((plain.entropy as number) - 1)
})
