/** What a window asks about a variational autoencoder: the whole model answers, its flow has no way for the data. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { formatIssue } from '../../../src/core/issues.ts'
import { loadOnnxModel } from '../../../src/engine/runtimes/onnxruntime.ts'
import { factsOf, javaScriptSnippet, pythonSnippet } from '../../../src/shared/snippets.ts'
import { StudioUnderTest } from './studio-under-test.ts'

const D = 3
const { ask, refused, edit, train, inState } = new StudioUnderTest()
let run: { readonly project: string; readonly run: string }

beforeAll(async () => {
  const { project } = await ask('projects.create', { template: 'vae', dimension: D, name: 'Codes' })
  const rows = Array.from({ length: 400 }, (_, i) => Array.from({ length: D }, (_value, d) => Math.sin((i + 1) * (d + 2)).toFixed(4)).join(','))
  const { source } = await ask('data.upload', { project, name: 'sines.csv', bytes: new TextEncoder().encode(`a,b,c\n${rows.join('\n')}\n`) })
  await edit(project, { type: 'set-data', data: { source } })
  await train(project, { steps: 20, batch: 64, validateEvery: 10 })
  run = { project, run: (await ask('runs.start', { project })).run }
  await inState(project, run.run, 'completed')
}, 60_000)

it('shows data and samples of the data’s dimensions', async () => {
  const points = await ask('explore.points', { ...run, part: 'test', count: 10 })
  expect(points.values).toHaveLength(10 * D)
  expect((await ask('explore.samples', { ...run, count: 7, temperature: 1, seed: 0 })).x).toHaveLength(7 * D)
  const ranked = await ask('explore.rank', { ...run, part: 'test', count: 5 })
  expect(ranked.values).toHaveLength(5 * D)
  expect([...ranked.logProb]).toEqual([...ranked.logProb].sort((a, b) => a - b))
})

it('has no way of the data through its flow, and says so', async () => {
  const points = new Float32Array(2 * D)
  expect(await refused('explore.trace', { ...run, direction: 'normalize', points })).toEqual(['explore-no-way'])
  expect(await refused('explore.rosenblatt', { ...run, count: 10 })).toEqual(['rosenblatt-density'])
  expect(await ask('explore.target', run)).toEqual({ picture: undefined })
  expect(await refused('explore.certificate', { ...run, points: 4 })).toEqual(['explore-no-way'])
})

it('makes the mean of the data of chosen codes, as its exported decoder does', async () => {
  const codes = (await ask('runs.get', run)).document.design.event[0] ?? 0
  const latents = Float32Array.from({ length: 5 * codes }, (_, i) => Math.sin(3 * i))
  const { x } = await ask('explore.generate', { ...run, latents })
  const { folder } = await ask('export.onnx', run)
  const model = await loadOnnxModel(readFileSync(join(folder, 'sampler.onnx')))
  const exported = (await model.run({ z: { dtype: 'float', shape: [5, codes], data: latents } }))['x']
  await model.dispose()
  expect(exported?.shape).toEqual([5, D])
  // One program with weights as inputs, and one with them folded in: float32 apart.
  expect([...x]).toEqual(Array.from(exported?.data as Float32Array, (value) => expect.closeTo(value, 5)))
  expect(new Set(x).size).toBe(5 * D)
  expect(await refused('explore.generate', { ...run, latents: new Float32Array(codes + 1) })).toEqual(codes === 1 ? [] : ['generate-latents'])
})

it('gives programs that use its export: a bound of the data, means of the decoder', async () => {
  const { folder } = await ask('export.onnx', run)
  const { document, columns, context } = await ask('runs.get', run)
  const facts = factsOf(document.design, columns, context, document.training.objective)
  if (!facts.ok) throw new Error(facts.issues.map(formatIssue).join('\n'))
  expect(facts.value).toMatchObject({ event: [D], bound: true, base: 'gaussian', learned: false })
  const told = '\nconsole.log(JSON.stringify({ dims: samples.dims, finite: logProb.data.every(Number.isFinite) }))'
  writeFileSync(join(folder, 'use.mjs'), javaScriptSnippet(facts.value) + told)
  const output = execFileSync(process.execPath, ['use.mjs'], { cwd: folder, encoding: 'utf8' })
  expect(JSON.parse(output.trim().split('\n').at(-1) as string)).toEqual({ dims: [1000, D], finite: true })
  const python = pythonSnippet(facts.value)
  expect(python).toContain('(log_prob,) = density.run(["log_prob"]')
  writeFileSync(join(folder, 'use.py'), python)
  execFileSync('python3', ['-m', 'py_compile', 'use.py'], { cwd: folder, stdio: 'pipe' })
})
