/** Conditional flows on the command line: training with context columns, asking with them, telling classes apart. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Issue } from '../../../src/core/issues.ts'
import {
  designOf, flowsmith, jsonOf, objectOf, readJson, refusedIssues, smallDesign, succeed, workFolder, writeJson,
} from './program.ts'

const folder = workFolder()

/** A flow whose couplings see the class: a few hundred parameters. */
function conditionalDesign(training: Record<string, unknown> = {}): Record<string, unknown> {
  const coupling = (id: string, swap: boolean) => ({
    id, kind: 'coupling', options: { swap, transformer: { kind: 'rational-quadratic', bins: 6 }, conditioner: { kind: 'mlp', width: 16 } },
  })
  return {
    ...smallDesign({ steps: 250, batch: 128, validateEvery: 50, learningRate: 0.01, ...training }),
    design: {
      event: [2], base: { kind: 'gaussian' },
      layers: [{ id: 's', kind: 'standardize' }, coupling('a', false), coupling('b', true), coupling('c', false)],
    },
  }
}

/** Height and weight of two kinds, and an age that both depend on. */
function people(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const [a, b, age] = [Math.sin(12.9898 * i + 1), Math.sin(78.233 * i + 2), 40 + 20 * Math.sin(37.719 * i)]
    const kind = i % 3 === 0 ? 'f' : 'm'
    return `${(kind === 'f' ? 160 : 180) + 5 * a + age / 10},${(kind === 'f' ? 60 : 85) + 8 * b},${kind},${age.toFixed(3)}`
  })
  return `height,weight,kind,age\n${lines.join('\n')}\n`
}

const linesOf = (name: string): string[] => readFileSync(join(folder, name), 'utf8').trim().split('\n')

beforeAll(async () => {
  writeJson(folder, 'flow.json', conditionalDesign())
  writeFileSync(join(folder, 'people.csv'), people(900))
  await succeed(folder, 'train flow.json --data synthetic:moons --context class --out moons')
  await succeed(folder, 'train flow.json --data people.csv --columns height,weight --context kind,age --steps 120 --out people')
}, 120_000)

describe('two moons, by class', () => {
  it('the run says how the context is encoded', () => {
    expect(readJson(folder, 'moons', 'run.json')).toMatchObject({
      data: { columns: ['x1', 'x2'], context: [{ name: 'class', kind: 'class', classes: ['0', '1'] }] },
      document: { data: { source: 'synthetic:moons', context: ['class'] } },
    })
  })

  it('the entropy is that given the class, and classes are told apart better than 95 times out of 100', async () => {
    const result = await jsonOf(folder, 'eval moons')
    expect(Object.keys(result)).toEqual([
      'test_nll_nats', 'bits_per_dim', 'entropy_nats', 'gap_nats', 'examples', 'accuracy', 'cross_entropy_nats',
    ])
    // H(x | c) = H(x) − log 2 + H(c | x), and two moons of this noise hardly overlap: H(x) = 1.0076.
    expect(result['entropy_nats'] as number).toBeGreaterThan(1.0076 - Math.LN2)
    expect(result['entropy_nats'] as number).toBeLessThan(1.0076 - Math.LN2 + 0.01)
    expect(result['accuracy'] as number).toBeGreaterThan(0.95)
    expect(result['cross_entropy_nats'] as number).toBeLessThan(0.2)
    // Less than a flow without the class can reach at best.
    expect(result['test_nll_nats'] as number).toBeLessThan(1)
    expect(result['gap_nats'] as number).toBeGreaterThan(-0.02)
  })

  it('samples are of the class that is asked for, and are told to be', async () => {
    await succeed(folder, 'sample moons -n 400 --context class=1 --out samples.csv')
    const rows = linesOf('samples.csv').slice(1).map((line) => line.split(',').map(Number))
    // The lower moon lies around (1, 0.5 − 2/π): 400 points of deviations 0.71 and 0.31 and a flow that has learned it.
    const mean = (column: number) => rows.reduce((sum, row) => sum + (row[column] as number) / rows.length, 0)
    expect(Math.abs(mean(0) - 1)).toBeLessThan(0.25)
    expect(Math.abs(mean(1) - (0.5 - 2 / Math.PI))).toBeLessThan(0.15)
    const { counts } = await jsonOf(folder, 'classify moons --data samples.csv --out classes.csv') as { counts: Record<string, number> }
    expect(counts['1'] as number).toBeGreaterThan(380)
    const [head, first] = linesOf('classes.csv')
    expect(head).toBe('class,probability_0,probability_1')
    const [name, ...posterior] = (first as string).split(',')
    expect(['0', '1']).toContain(name)
    expect(posterior.reduce((sum, value) => sum + Number(value), 0)).toBeCloseTo(1, 5)
  })

  it('a density takes one class for all rows, or a file with a class for each', async () => {
    const density = async (what: string): Promise<number[]> => {
      await succeed(folder, `density moons --data samples.csv --context ${what} --out logp.csv`)
      return linesOf('logp.csv').slice(1).map(Number)
    }
    const [upper, lower] = [await density('class=0'), await density('class=1')]
    expect(lower.filter((value, i) => value > (upper[i] as number)).length).toBeGreaterThan(380)
    writeFileSync(join(folder, 'asked.csv'), `which\n${upper.map((_, i) => i % 2).join('\n')}\n`)
    writeFileSync(join(folder, 'named.csv'), readFileSync(join(folder, 'asked.csv'), 'utf8').replace('which', 'class'))
    expect(await density('named.csv')).toEqual(upper.map((value, i) => (i % 2 === 0 ? value : lower[i])))
    await succeed(folder, 'sample moons --data asked.csv --context which --out both.csv')
    expect(linesOf('both.csv')).toHaveLength(401)
  })
})

describe('people, by kind and age', () => {
  it('classes come by name, numbers in their units, both fitted to the training rows', () => {
    const { context } = readJson(folder, 'people', 'run.json')['data'] as { context: Record<string, unknown>[] }
    expect(context[0]).toEqual({ name: 'kind', kind: 'class', classes: ['f', 'm'], counts: [expect.any(Number), expect.any(Number)] as number[] })
    expect(context[1]).toMatchObject({ name: 'age', kind: 'number' })
    expect(Math.abs((context[1] as { mean: number }).mean - 40)).toBeLessThan(3)
    expect(Math.abs((context[1] as { scale: number }).scale - 20 / Math.SQRT2)).toBeLessThan(2)
  })

  it('density reads the context beside the data, under other names when it is told them', async () => {
    await succeed(folder, 'density people --data people.csv --out own.csv')
    writeFileSync(join(folder, 'renamed.csv'), readFileSync(join(folder, 'people.csv'), 'utf8').replace('kind,age', 'sex,years'))
    await succeed(folder, 'density people --data renamed.csv --context sex,years --out other.csv')
    const own = readFileSync(join(folder, 'own.csv'), 'utf8')
    expect(readFileSync(join(folder, 'other.csv'), 'utf8')).toBe(own)
    expect(own).not.toMatch(/NaN|inf/)
    // A value for one column, the other from the file.
    await succeed(folder, 'density people --data people.csv --context age=40 --out forty.csv')
    expect(readFileSync(join(folder, 'forty.csv'), 'utf8')).not.toBe(own)
  })

  it('tells kinds apart while each row keeps its age, and a run goes on with its encoding', async () => {
    const { accuracy } = await jsonOf(folder, 'eval people') as { accuracy: number }
    expect(accuracy).toBeGreaterThan(0.9)
    const { counts } = await jsonOf(folder, 'classify people --data people.csv --out kinds.csv') as { counts: Record<string, number> }
    expect(Math.abs((counts['f'] as number) - 300)).toBeLessThan(60)
    expect(objectOf(await flowsmith(folder, 'resume people --json'))).toMatchObject({ status: 'completed' })
  })

  it('is exported with the context as an input, and told how to make it', async () => {
    await succeed(folder, 'export people --out exported')
    const report = readJson(folder, 'exported', 'report.json')
    expect(report['density']).toMatchObject({ inputs: { x: ['N', 2], context: ['N', 3, expect.any(String) as string] } })
    expect(report['sampler']).toMatchObject({ inputs: { context: ['N', 3, expect.any(String) as string] } })
    expect(report['context']).toMatchObject({ size: 3, columns: [
      { name: 'kind', kind: 'class', classes: ['f', 'm'], place: 0 }, { name: 'age', kind: 'number', place: 2 },
    ] })
    const { log_prob_max_relative_difference: difference } = report['parity'] as { log_prob_max_relative_difference: number }
    expect(difference).toBeLessThan(1e-4)
    await succeed(folder, 'report people --out report.html')
    expect(existsSync(join(folder, 'report.html'))).toBe(true)
  })
})

it('what a training says to do next can be typed as it is', async () => {
  const { stdout } = await succeed(folder, 'train flow.json --data people.csv --columns height,weight --context kind,age --steps 1 --out next')
  const [, args = ''] = /^next +flowsmith (sample .*)$/m.exec(stdout) ?? []
  expect(args).toMatch(/^sample next -n 1000 --context kind=f,age=[\d.]+ --out samples\.csv$/)
  await succeed(folder, args)
})

describe('what is refused', () => {
  const issueOf = async (args: string): Promise<Issue> => (await refusedIssues(folder, args))[0] as Issue

  it.each([
    ['sample people --out x.csv', 'context-missing', '"kind"'],
    ['sample people --context kind=m --out x.csv', 'context-missing', '"age"'],
    ['sample people --context kind --out x.csv', 'context-missing', '"kind"'],
    ['density people --data people.csv --context kind --out x.csv', 'context-columns', 'kind, age'],
    ['sample moons --context class --out x.csv', 'context-missing', 'one of the classes 0, 1'],
    ['sample people --context kind=x,age=3 --out x.csv', 'context-unseen-class', 'it knows: f, m'],
    ['sample people --context kind=m,age=old --out x.csv', 'context-not-a-number', '"old"'],
    ['sample people --context kind=m,height=3 --out x.csv', 'context-unknown-column', '"height"'],
    ['sample people --context kind=m,age --out x.csv', 'context-value', '"age"'],
    ['sample people --context kind=m,kind=f --out x.csv', 'context-twice', '"kind"'],
    ['sample people -n 3 --context people.csv --out x.csv', 'context-rows', '900'],
    ['density moons --data people.csv --columns height,weight --out x.csv', 'context-missing', '"class"'],
    ['density moons --data people.csv --columns height,weight --context kind --out x.csv', 'context-unseen-class', 'it knows: 0, 1'],
    ['sample people --context =m --out x.csv', 'context-value', '"=m"'],
    ['sample people --context kind=m,age=3 --data people.csv --out x.csv', 'context-and-data', '--data'],
    ['sample people --context people.csv --data people.csv --out x.csv', 'context-and-data', '--data'],
    ['sample people --context kind=m,age=3 --weights --out x.csv', 'weights-context', 'no context'],
    ['eval people --context kind=m', 'flags-without-data', 'test part'],
    ['eval people --columns height', 'flags-without-data', '--columns'],
    ['eval people --no-header', 'flags-without-data', '--no-header'],
    ['train flow.json --data synthetic:moons --context class,class', 'column-twice', '"class"'],
    ['train flow.json --data people.csv --columns height,height', 'column-twice', '"height"'],
    ['train flow.json --data synthetic:moons --context ,', 'no-names', 'names of columns'],
    ['train flow.json --data people.csv --columns , --dequantize ,', 'no-names', 'names of columns'],
    ['density people --data people.csv --columns , --out x.csv', 'no-names', 'names of columns'],
    ['classify people --data people.csv --context kind=m --out x.csv', 'classify-given-class', '"kind"'],
    ['eval moons --data synthetic:rings', 'context-unseen-class', 'it knows: 0, 1'],
    ['eval moons --data synthetic:banana', 'context-synthetic', 'Banana'],
    ['train flow.json --data synthetic:banana --context class', 'context-synthetic', 'Banana'],
    ['train flow.json --data synthetic:moons --context moon', 'unknown-column', '"moon"'],
    ['train flow.json --data people.csv --columns height,weight --context weight', 'context-is-column', '"weight"'],
    ['train flow.json --data people.csv --columns height,weight --context sex', 'unknown-context-column', '"sex"'],
    ['classify people --data people.csv --out kinds.npy', 'table-format', '.csv'],
  ])('%s', async (args, code, text) => {
    const issue = await issueOf(args)
    expect(issue.code).toBe(code)
    expect(issue.message).toContain(text)
    expect(issue.fix ?? '').not.toBe('')
    expect(existsSync(join(folder, 'x.csv'))).toBe(false)
  })

  it('a file without any of the context columns: the fix names them all', async () => {
    writeFileSync(join(folder, 'bare.csv'), people(50).replaceAll(/,[fm],[\d.]+$/gm, '').replace(',kind,age', ''))
    const issue = await issueOf('eval people --data bare.csv')
    expect(issue).toMatchObject({ code: 'context-missing', fix: expect.stringMatching(/--context COLUMN,COLUMN, or .* --context kind=f,age=[\d.]+$/) as string })
  })

  it('context for a flow that takes none, and classes of a flow without one', async () => {
    writeJson(folder, 'plain.json', smallDesign({ steps: 2 }))
    await succeed(folder, 'train plain.json --data synthetic:moons --out plain')
    expect(await issueOf('sample plain --context class=1 --out x.csv')).toMatchObject({ code: 'context-unknown-column' })
    expect(await issueOf('classify plain --data samples.csv --out x.csv')).toMatchObject({ code: 'classify-without-class' })
  })

  it('a design that does not take the context is told of', async () => {
    writeJson(folder, 'deaf.json', { ...smallDesign({ steps: 2 }), design: designOf([2], 'standardize', 'linear') })
    const { code, stderr } = await flowsmith(folder, 'train deaf.json --data synthetic:moons --context class --out deaf')
    expect(code).toBe(0)
    expect(stderr).toContain('warning context-unused')
    expect((await succeed(folder, 'train flow.json --data synthetic:moons --context class --steps 1 --out hears')).stderr).not.toContain('context-unused')
  })
})
