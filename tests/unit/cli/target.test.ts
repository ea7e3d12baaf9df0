/** Runs on a target density, from `train --target` to the report; and everything about them that is refused. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Issue } from '../../../src/core/issues.ts'
import { readNpy } from '../../../src/core/data/npy.ts'
import {
  designOf, jsonOf, readJson, refusedIssues, smallDesign, start, succeed, table, workFolder, writeJson,
} from './program.ts'

const folder = workFolder()

/** An affine flow: enough for a Gaussian target, which it fits exactly. */
const affine = (training: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...smallDesign({ steps: 150, batch: 256, validateEvery: 50, learningRate: 0.05, ...training }), design: designOf([2], 'linear', 'actnorm'),
})
/** log Z = log 2π + log 2 + 3 */
const GAUSSIAN = 'expression:-x1^2/8-(x2-1)^2/2+3'

/** 0 and 1 by whether a noisy sum is positive. */
function labelled(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const [a, b] = [Math.sin(1 + 12.9898 * i), Math.sin(2 + 78.233 * i)]
    return `${a.toFixed(4)},${b.toFixed(4)},${a + 0.5 * b + 0.3 * Math.sin(37 * i) > 0 ? 1 : 0}`
  })
  return `a,b,label\n${lines.join('\n')}\n`
}

beforeAll(async () => {
  writeJson(folder, 'affine.json', affine())
  writeJson(folder, 'three.json', { ...affine({ steps: 60 }), design: designOf([3], 'linear', 'actnorm') })
  writeFileSync(join(folder, 'heart.csv'), labelled(120))
  writeFileSync(join(folder, 'points.csv'), table(50, ['x1', 'x2']))
  await succeed(folder, `train affine.json --target ${GAUSSIAN} --out gauss`)
})

const issuesOf = (args: string): Promise<Issue[]> => refusedIssues(folder, args)

const LOG_Z = Math.log(2 * Math.PI) + Math.log(2) + 3

describe('a run on a target', () => {
  it('is evaluated by fresh draws: ELBO, log Z with its error, effective sample size', async () => {
    const figures = await jsonOf(folder, 'eval gauss')
    expect(Object.keys(figures)).toEqual([
      'elbo_nats', 'log_z_nats', 'log_z_standard_error', 'effective_sample_size', 'kl_to_target_nats',
    ])
    const number = (name: string): number => figures[name] as number
    // An affine flow of a Gaussian is the target itself when it has converged.
    expect(LOG_Z - number('elbo_nats')).toBeGreaterThan(-4 * number('log_z_standard_error') - 1e-3)
    expect(LOG_Z - number('elbo_nats')).toBeLessThan(0.02)
    expect(Math.abs(number('log_z_nats') - LOG_Z)).toBeLessThan(4 * number('log_z_standard_error') + 1e-3)
    expect(number('effective_sample_size')).toBeGreaterThan(40_000)
    // Nothing knows log Z of an expression without a box.
    expect(figures['kl_to_target_nats']).toBeNull()
  })

  it('says the same to people', async () => {
    const { stdout } = await succeed(folder, 'eval gauss')
    expect(stdout).toMatch(/^ELBO {12}5\.5\d{3} ± 0\.\d{4} nats, over 50,000 draws\nlog Z {11}5\.5\d{3} ± /)
    expect(stdout).not.toContain('KL')
  })

  it('keeps its target, its log Z and no data in run.json', () => {
    expect(readJson(folder, 'gauss', 'run.json')).toMatchObject({
      data: { source: `target:${GAUSSIAN}`, columns: ['x1', 'x2'], rows: { train: 0, validation: 0, test: 0 }, entropy: null, log_z: null },
      document: { target: { source: GAUSSIAN }, training: { objective: { kind: 'reverse-kl' } } },
    })
  })

  it('has a density, for points that are given', async () => {
    await succeed(folder, 'density gauss --data points.csv --out p.csv')
    expect(readFileSync(join(folder, 'p.csv'), 'utf8').split('\n')).toHaveLength(52)
    expect(await jsonOf(folder, 'eval gauss --data points.csv')).toMatchObject({ examples: 50, entropy_nats: null })
  })

  it('is sampled, with weights where they are asked for', async () => {
    await succeed(folder, 'sample gauss -n 7 --out x.csv')
    expect(readFileSync(join(folder, 'x.csv'), 'utf8')).toMatch(/^x1,x2\n/)
    await succeed(folder, 'sample gauss -n 7 --weights --seed 3 --out w.csv')
    const lines = readFileSync(join(folder, 'w.csv'), 'utf8').trim().split('\n')
    expect(lines[0]).toBe('x1,x2,log_weight')
    for (const line of lines.slice(1)) expect(Number(line.split(',')[2])).toBeCloseTo(LOG_Z, 0)
    await succeed(folder, 'sample gauss -n 5 --weights --out w.npy')
    const array = readNpy(new Uint8Array(readFileSync(join(folder, 'w.npy'))), 'w.npy')
    expect(array.ok && [array.value.rows, array.value.columns.length]).toEqual([5, 3])
  })

  it('is exported, and reported', async () => {
    expect(await jsonOf(folder, 'export gauss --out onnx')).toMatchObject({ points: 512 })
    const { stderr } = await succeed(folder, 'export gauss --out onnx')
    expect(stderr).not.toContain('export-on-samples')
    expect(await jsonOf(folder, 'report gauss --out r.html')).toMatchObject({ samples: 50_000 })
    const page = readFileSync(join(folder, 'r.html'), 'utf8')
    for (const word of ['ELBO', 'Effective size', 'Importance weights', 'Density of the flow', '-x1^2/8']) expect(page).toContain(word)
  })

  it('goes on after an interruption, to the same end', async () => {
    const args = `train affine.json --target ${GAUSSIAN} --steps 4000 --out cut`
    const running = start(folder, args)
    await new Promise<void>((resolve) => {
      running.child.stderr?.on('data', (text: string) => { if (/step \d/.test(text)) resolve() })
    })
    running.child.kill('SIGINT')
    expect((await running.end).code).toBe(130)
    expect(await jsonOf(folder, 'resume cut')).toMatchObject({ status: 'completed', step: 4000 })
    await succeed(folder, args.replace('cut', 'whole'))
    const checkpoint = (run: string): Buffer => readFileSync(join(folder, run, 'checkpoints', 'latest.safetensors'))
    expect(checkpoint('cut').equals(checkpoint('whole'))).toBe(true)
  })

  it('lives in its box, which becomes its first layer; log Z of the box is known', async () => {
    const trained = await jsonOf(folder, 'train affine.json --target u2 --steps 60 --out u2')
    expect(trained).toMatchObject({ status: 'completed', samples: 50_000, best_step: expect.any(Number) as number })
    const run = readJson(folder, 'u2', 'run.json') as { data: { log_z: number }; document: { design: { layers: unknown[] }; target: unknown } }
    expect(run.data.log_z).toBeCloseTo(2.0821, 4)
    expect(run.document.design.layers[0]).toEqual({ id: 'box', kind: 'box', options: { low: -4, high: 4 } })
    expect(run.document.target).toEqual({ source: 'u2', box: [-4, 4] })
    const figures = await jsonOf(folder, 'eval u2')
    expect(figures['kl_to_target_nats']).toBeCloseTo(run.data.log_z - (figures['elbo_nats'] as number), 9)
    expect(figures['kl_to_target_nats']).toBeGreaterThan(0)
    await succeed(folder, 'sample u2 -n 500 --out inside.csv')
    const numbers = readFileSync(join(folder, 'inside.csv'), 'utf8').trim().split(/[\n,]/).slice(2).map(Number)
    expect(numbers.every((value) => Math.abs(value) <= 4)).toBe(true)
  })

  it('is named by the design itself, with its file counted from there', async () => {
    writeJson(folder, 'own.json', { ...affine({ steps: 20, objective: { kind: 'reverse-kl', gradient: 'path' } }), design: designOf([3], 'linear'), target: { source: 'logistic-regression:heart.csv?prior=2' } })
    await succeed(folder, 'train own.json --out heart')
    expect(readJson(folder, 'heart', 'run.json')).toMatchObject({
      data: { source: `target:logistic-regression:${join(folder, 'heart.csv')}?prior=2`, columns: ['a', 'b', 'intercept'] },
      document: { training: { objective: { kind: 'reverse-kl', gradient: 'path' } } },
    })
    writeFileSync(join(folder, 'heart.csv'), labelled(121))
    expect((await issuesOf('eval heart')).map(({ code }) => code)).toEqual(['data-changed'])
    writeFileSync(join(folder, 'heart.csv'), labelled(120))
    expect((await issuesOf('train three.json --target logistic-regression:points.csv --out no')).map(({ code }) => code)).toEqual(['regression-label'])
    expect((await issuesOf('train affine.json --target logistic-regression:heart.csv --out no'))[0]?.fix).toContain('--dim 3')
    expect(await jsonOf(folder, 'train three.json --target logistic-regression:heart.csv --label label --steps 20 --out labelled')).toMatchObject({ status: 'completed' })
  })
})

describe('refusals', () => {
  it.each([
    ['--target u5', 'target-unknown', '--target'],
    ['--target funnel?depth=3', 'option-unknown', '--target'],
    ['--target expression:siin(x1)', 'expression-name', undefined],
    ['--target expression:-x1^2', 'expression-unused', undefined],
    ['--target expression:log(x1)+x2', 'target-not-finite', undefined],
    ['--target u1 --box 4,-4', 'box-form', '--box'],
    ['--target u1 --box 4', 'box-form', '--box'],
    ['--target u1 --box a,b', 'box-form', '--box'],
    ['--box -4,4', 'box-without-target', '--box'],
    ['--target u1 --data points.csv', 'target-and-data', '--data'],
    ['--target u1 --context x1 --columns x2', 'target-and-data', '--columns, --context'],
    ['--target logistic-regression:hart.csv', 'missing-file', undefined],
    ['--target logistic-regression', 'target-argument', '--target'],
    ['--target u1 --label x1', 'label-without-table', '--label'],
    ['--target u1 --header', 'target-and-data', '--header'],
  ])('train %s', async (flags, code, at) => {
    const issues = await issuesOf(`train affine.json ${flags} --out none`)
    expect(issues.map((issue) => issue.code)).toEqual([code])
    if (at !== undefined) expect(issues[0]?.at).toBe(at)
    expect(issues[0]?.fix).toBeTruthy()
    expect(existsSync(join(folder, 'none'))).toBe(false)
  })

  it('points at the column of an expression', async () => {
    const [issue] = await issuesOf('train affine.json --target expression:-x1^2+siin(x2) --out none')
    expect(issue).toMatchObject({
      message: "unknown name 'siin' at column 7: did you mean sin?\n  -x1^2+siin(x2)\n        ^^^^", at: 'expression, column 7',
    })
  })

  it('a target of another number of dimensions, and a box that the design has otherwise', async () => {
    expect((await issuesOf('train three.json --target u1 --out none'))[0]).toMatchObject({ code: 'target-dimension', fix: expect.stringContaining('--dim 2') as string })
    const design = { event: [2], base: { kind: 'gaussian' }, layers: [{ id: 'b', kind: 'box', options: { low: -3, high: 3 } }, { id: 'l', kind: 'linear' }] }
    writeJson(folder, 'boxed.json', { ...affine({ steps: 10 }), design })
    expect((await issuesOf('train boxed.json --target u1 --box -4,4 --out none')).map(({ code }) => code)).toEqual(['box-conflict'])
    await succeed(folder, 'train boxed.json --target u1 --out boxed')
    expect(readJson(folder, 'boxed', 'run.json')).toMatchObject({ document: { design, target: { source: 'u1', box: [-3, 3] } } })
  })

  it('an objective on a target that is not named, and data beside it', async () => {
    writeJson(folder, 'nameless.json', affine({ objective: 'reverse-kl' }))
    expect((await issuesOf('train nameless.json --out none')).map(({ code }) => code)).toEqual(['target-missing'])
    expect((await issuesOf('train nameless.json --data points.csv --out none')).map(({ code }) => code)).toEqual(['target-and-data'])
  })

  it('weights of a run on data, and at another temperature', async () => {
    writeJson(folder, 'data.json', smallDesign({ steps: 5 }))
    await succeed(folder, 'train data.json --data points.csv --out data')
    expect((await issuesOf('sample data --weights --out w.csv')).map(({ code }) => code)).toEqual(['weights-without-target'])
    expect((await issuesOf('sample gauss --weights --temperature 0.5 --out w.csv')).map(({ code }) => code)).toEqual(['weights-temperature'])
  })

  it('an ELBO that diverges: said, and the run is kept', async () => {
    const [issue] = await issuesOf('train affine.json --target expression:x1^2+x2^2 --lr 5 --steps 2000 --out diverged')
    expect(issue?.code).toBe('elbo-diverges')
    expect(issue?.fix).toContain('the best checkpoint so far is kept')
    expect(readJson(folder, 'diverged', 'run.json')).toMatchObject({ status: 'failed', failure: expect.stringContaining('elbo-diverges') as string })
    expect(existsSync(join(folder, 'diverged', 'checkpoints', 'latest.safetensors'))).toBe(true)
  })

  it('a comparison: there are no data to hold runs against each other on', async () => {
    const [issue] = await issuesOf('compare gauss gauss --out c.html')
    expect(issue).toMatchObject({ code: 'compare-target', at: 'gauss', fix: expect.stringContaining('flowsmith eval') as string })
    expect(existsSync(join(folder, 'c.html'))).toBe(false)
  })

  it('few effective samples are said', async () => {
    const { stderr } = await succeed(folder, 'train affine.json --target mixture?radius=40&scale=0.1 --steps 3 --out far')
    expect(stderr).toContain('warning few-effective-samples at target:mixture?radius=40&scale=0.1')
  })
})
