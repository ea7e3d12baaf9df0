/** The programs of the Export view, run beside files that were exported for them. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { formatIssue } from '../../../src/core/issues.ts'
import { factsOf, javaScriptSnippet, pythonSnippet } from '../../../src/shared/snippets.ts'
import { StudioUnderTest } from './studio-under-test.ts'

const { root, ask } = new StudioUnderTest()

/** Two columns of whole numbers about (10, 200) and one that is not whole about −3. */
const table = `a,b,c\n${Array.from({ length: 600 }, (_, i) => `${10 + (i % 5)},${200 + ((7 * i) % 40)},${-3 + Math.sin(i)}`).join('\n')}\n`

const cases = [
  { name: 'gaussian', base: { kind: 'gaussian' }, inputs: 2 },
  { name: 'learned gaussian', base: { kind: 'gaussian', learned: true }, inputs: 2 },
  { name: 'full gaussian', base: { kind: 'gaussian', learned: true, covariance: 'full' }, inputs: 2 },
  { name: 'student', base: { kind: 'student-t', degrees: 8 }, inputs: 2 },
  { name: 'learned student', base: { kind: 'student-t', learned: true, learnedDegrees: true }, inputs: 2 },
  { name: 'mixture', base: { kind: 'gaussian-mixture', components: 3 }, inputs: 2 },
  { name: 'logistic', base: { kind: 'logistic' }, inputs: 2 },
  { name: 'learned logistic', base: { kind: 'logistic', learned: true }, inputs: 2 },
  { name: 'uniform', base: { kind: 'uniform' }, layers: [{ id: 'squash', kind: 'sigmoid' }], inputs: 2 },
] as const

async function exported(base: object, layers: readonly object[]): Promise<{ folder: string; project: string; run: string }> {
  const document = {
    format: 'flowsmith-project', version: 1, name: 'Snippets', training: { steps: 400, batch: 64, validateEvery: 200, learningRate: 0.01 },
    design: {
      event: [3],
      layers: [
        { id: 'standardize', kind: 'standardize' }, { id: 'c', kind: 'coupling', options: { mask: 'alternating', conditioner: { kind: 'mlp', width: 8 } } },
        { id: 'mix', kind: 'linear' }, ...layers,
      ],
      base,
    },
    data: { source: 'data/points.csv', dequantize: 'auto' },
  }
  const { project } = await ask('projects.import', { name: 'x.json', text: JSON.stringify(document) })
  await ask('data.upload', { project, name: 'points.csv', bytes: Buffer.from(table) })
  const { run } = await ask('runs.start', { project })
  for (let state = ''; state !== 'completed';) {
    await setTimeout(50)
    const summary = (await ask('runs.list', { project })).find((one) => one.run === run)
    state = summary?.state ?? ''
    if (state === 'failed' || state === 'interrupted') throw new Error(summary?.failure)
  }
  const { folder } = await ask('export.onnx', { project, run })
  return { folder, project, run }
}

describe.each(cases)('$name base', ({ base, ...rest }) => {
  test('the JavaScript program runs, and its samples are where the data are', async () => {
    const { folder, project, run } = await exported(base, 'layers' in rest ? rest.layers : [])
    const { document, columns } = await ask('runs.get', { project, run })
    const facts = factsOf(document.design, columns)
    if (!facts.ok) throw new Error(facts.issues.map(formatIssue).join('\n'))
    expect(facts.value.noises).toHaveLength(1)
    // The same program, which at its end tells the means of all samples and whether log p is a number.
    const told = `
      const means = [0, 1, 2].map((column) => samples.data.reduce((sum, value, i) => sum + (i % 3 === column ? value : 0), 0) / samples.dims[0])
      console.log(JSON.stringify({ means, finite: logProb.data.every(Number.isFinite), dims: samples.dims, whole: samples.data.every((value, i) => i % 3 === 2 || Number.isInteger(value)) }))`
    writeFileSync(join(folder, 'use.mjs'), javaScriptSnippet(facts.value) + told)
    const output = execFileSync(process.execPath, ['use.mjs'], { cwd: folder, encoding: 'utf8' })
    const { means, finite, dims, whole } = JSON.parse(output.trim().split('\n').at(-1) as string) as { means: number[]; finite: boolean; dims: number[]; whole: boolean }
    expect(finite).toBe(true)
    expect(dims).toEqual([1000, 3])
    expect(whole).toBe(true)
    // Deviations are 1.4, 11.5 and 0.7; a wrong base would be off by much more than the error of a small flow.
    for (const [i, [mean, deviation]] of [[12, 1.4], [219.5, 11.5], [-3, 0.7]].entries()) {
      expect(Math.abs((means[i] as number) - (mean as number)) / (deviation as number), `column ${i}`).toBeLessThan(0.5)
    }
    const python = pythonSnippet(facts.value)
    expect(python).toContain('"noise.dequantize.noise": noise')
    expect(python.includes('report.json')).toBe('learned' in base || base.kind === 'student-t' || base.kind === 'gaussian-mixture')
  })
})

const drawn = ['gaussian', 'gaussian, full', 'logistic', 'uniform', 'student-t', 'gaussian-mixture']
test.each(drawn.flatMap((base) => [[base, true], [base, false]] as const))('the Python program for the base %s compiles (learned: %s)', (base, learned) => {
  const facts = { event: [28, 28, 1], columns: [], context: [], size: 784, bound: false, base, learned, noises: [{ name: 'noise.d.noise', shape: [28, 28, 1], distribution: 'uniform' as const }] }
  const folder = join(root, 'python')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'use.py'), pythonSnippet(facts))
  execFileSync('python3', ['-m', 'py_compile', 'use.py'], { cwd: folder, stdio: 'pipe' })
  expect(pythonSnippet(facts)).toContain('rng.random((len(x), 28, 28, 1), dtype=np.float32)')
})
