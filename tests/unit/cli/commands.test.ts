/** Every command on a small run: what it prints for people and for machines, and the files that it writes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readNpy } from '../../../src/core/data/npy.ts'
import {
  flowsmith, jsonOf, objectOf, readJson, smallDesign, succeed, table, workFolder, writeJson,
} from './program.ts'

const folder = workFolder()
/** Entropy of two moons with noise 0.1, in nats, by quadrature. */
const MOONS_ENTROPY = 1.0076

beforeAll(async () => {
  writeJson(folder, 'small.json', smallDesign())
  writeFileSync(join(folder, 'table.csv'), table(400, ['height', 'weight']))
  await succeed(folder, 'train small.json --data synthetic:moons --out moons')
})

describe('train', () => {
  it('prints the test NLL beside the entropy, where the run is, and what to do next', async () => {
    const { code, stdout, stderr } = await flowsmith(folder, 'train small.json --data synthetic:moons --out again')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^test NLL {2}1\.\d{4} ± 0\.00\d\d nats, over 50,000 examples\nentropy {3}1\.0076 nats/)
    expect(stdout).toMatch(/run {7}again: 60 steps in 0:0\d; the best, of step \d+, is kept/)
    expect(stdout).toContain('flowsmith export again --out again/export')
    expect(stderr).toContain('run again: Small one, 60 steps on onnxruntime')
    expect(stderr).toContain('8 parameters, 100,000 training examples')
  })

  it('prints one object with --json and leaves the rest to standard error', async () => {
    const outcome = await flowsmith(folder, 'train small.json --data table.csv --json --out machine')
    const result = objectOf(outcome)
    expect(Object.keys(result)).toEqual([
      'run', 'status', 'step', 'steps', 'parameters', 'seconds', 'best_step', 'validation_nll_nats',
      'test_nll_nats', 'bits_per_dim', 'entropy_nats', 'gap_nats', 'examples',
    ])
    expect(result).toMatchObject({
      run: 'machine', status: 'completed', step: 60, steps: 60,
      bits_per_dim: null, entropy_nats: null, gap_nats: null, examples: 40,
    })
    expect(outcome.stderr).toContain('320 training examples')
  })

  it('freezes the overridden document, the engine and the data in run.json', () => {
    expect(readJson(folder, 'machine', 'run.json')).toMatchObject({
      format: 'flowsmith-run', version: 1, status: 'completed', engine: { name: 'onnxruntime' },
      versions: { flowsmith: '0.1.0', node: process.versions.node, 'onnxruntime-node': '1.30.0' },
      data: {
        source: join(folder, 'table.csv'), columns: ['height', 'weight'], dequantized: [], entropy: null,
        rows: { train: 320, validation: 40, test: 40 },
      },
      document: { name: 'Small one', training: { steps: 60, batch: 32, optimizer: { kind: 'adam', beta1: 0.9 } } },
    })
    expect(existsSync(join(folder, 'machine', 'run.lock'))).toBe(false)
  })

  it('takes settings of training, engine and data from the command line, and names the folder', async () => {
    writeFileSync(join(folder, 'wide.csv'), table(300, ['a', 'b', 'c', 'kind'], ['kind']))
    const { code } = await flowsmith(folder, 'train small.json --data wide.csv --columns c,a --label kind ' +
      '--steps 7 --batch 16 --lr 2e-3 --seed 5 --engine reference --threads 1')
    expect(code).toBe(0)
    expect(readJson(folder, 'runs', 'small-one-1', 'run.json')).toMatchObject({
      engine: { name: 'reference', threads: 1 }, data: { columns: ['c', 'a'] },
      document: { training: { steps: 7, batch: 16, learningRate: 0.002, seed: 5 }, data: { label: 'kind' } },
    })
    const again = await jsonOf(folder, 'train small.json --data table.csv --steps 1')
    expect(again['run']).toBe(join('runs', 'small-one-2'))
  })

  it('reads a header as data where it is told to', async () => {
    writeFileSync(join(folder, 'numbers.csv'), table(60, ['1', '2']))
    await flowsmith(folder, 'train small.json --data numbers.csv --no-header --steps 1 --batch 8 --out headless')
    const headless = readJson(folder, 'headless', 'run.json')['data']
    expect(headless).toMatchObject({ columns: ['x1', 'x2'], rows: { train: 49 } })
    await flowsmith(folder, 'train small.json --data numbers.csv --header --steps 1 --batch 8 --out headed')
    expect(readJson(folder, 'headed', 'run.json')['data']).toMatchObject({ columns: ['1', '2'], rows: { train: 48 } })
  })

  it('finds the data that the design names beside the design', async () => {
    writeJson(folder, 'with-data.json', { ...smallDesign({ steps: 1 }), data: { source: 'table.csv' } })
    const { code } = await flowsmith(join(folder, 'moons'), 'train ../with-data.json --out ../beside')
    expect(code).toBe(0)
    expect(readJson(folder, 'beside', 'run.json')).toMatchObject({ data: { source: join(folder, 'table.csv') } })
  })
})

describe('eval', () => {
  it('prints exactly its five figures as JSON, the same at every call', async () => {
    const first = await flowsmith(folder, 'eval moons --json')
    const result = objectOf(first)
    expect(Object.keys(result)).toEqual(['test_nll_nats', 'bits_per_dim', 'entropy_nats', 'gap_nats', 'examples'])
    expect(result).toMatchObject({ bits_per_dim: null, examples: 50_000 })
    expect(result['entropy_nats']).toBeCloseTo(MOONS_ENTROPY, 4)
    expect(result['gap_nats']).toBe((result['test_nll_nats'] as number) - (result['entropy_nats'] as number))
    // A flow that is a linear map cannot fit two moons better than a Gaussian: about 1.9 nats.
    expect(result['test_nll_nats']).toBeGreaterThan(1.8)
    expect(result['test_nll_nats']).toBeLessThan(2.1)
    expect((await flowsmith(folder, 'eval moons --json')).stdout).toBe(first.stdout)
  })

  it('tests on all rows of another file, whose columns may stand in another order', async () => {
    writeFileSync(join(folder, 'turned.csv'), readFileSync(join(folder, 'table.csv'), 'utf8')
      .split('\n').map((line) => line.split(',').reverse().join(',')).join('\n'))
    const straight = await jsonOf(folder, 'eval machine --data table.csv')
    const turned = await jsonOf(folder, 'eval machine --data turned.csv')
    expect(straight['examples']).toBe(400)
    expect(turned).toEqual(straight)
  })

  it('takes columns of other names in their order, and says so', async () => {
    const text = readFileSync(join(folder, 'table.csv'), 'utf8')
    writeFileSync(join(folder, 'renamed.csv'), text.replace('height,weight', 'h,w'))
    const renamed = await flowsmith(folder, 'eval machine --data renamed.csv --json')
    expect(objectOf(renamed)).toEqual(await jsonOf(folder, 'eval machine --data table.csv'))
    expect(renamed.stderr).toContain('warning columns-by-position')
  })
})

describe('density', () => {
  it('writes one column log_prob whose mean is the evaluation\'s', async () => {
    const { code, stdout } = await flowsmith(folder, 'density machine --data table.csv --out logp.csv')
    expect([code, stdout]).toEqual([0, 'log p of 400 rows, in nats: logp.csv\n'])
    const [head, ...lines] = readFileSync(join(folder, 'logp.csv'), 'utf8').trim().split('\n')
    expect(head).toBe('log_prob')
    expect(lines).toHaveLength(400)
    const nll = -lines.reduce((sum, line) => sum + Number(line), 0) / 400
    const evaluation = await jsonOf(folder, 'eval machine --data table.csv')
    // The file holds float32 as shortest decimals; the sums run over the same numbers.
    expect(nll).toBeCloseTo(evaluation['test_nll_nats'] as number, 6)
  })

  it('tells of rows without a density', async () => {
    writeFileSync(join(folder, 'far.csv'), 'height,weight\n1.5,2.5\n1e30,2.5\n')
    const { code, stderr } = await flowsmith(folder, 'density machine --data far.csv --out far-logp.csv')
    expect(code).toBe(0)
    expect(stderr).toContain('warning density-not-finite at example 2: log p is not a finite number for 1 of 2')
    expect(readFileSync(join(folder, 'far-logp.csv'), 'utf8')).toMatch(/^log_prob\n-\d+\.\d+\n(?:-inf|NaN)\n$/)
  })

  it('writes a vector as .npy', async () => {
    expect(await jsonOf(folder, 'density machine --data table.csv --out logp.npy'))
      .toEqual({ out: 'logp.npy', rows: 400 })
    const read = readNpy(new Uint8Array(readFileSync(join(folder, 'logp.npy'))), 'logp.npy')
    expect(read.ok && read.value.rows).toBe(400)
  })
})

describe('sample', () => {
  it('writes CSV with the columns of the data, the same for the same seed', async () => {
    await flowsmith(folder, 'sample machine -n 50 --seed 3 --out a.csv')
    await flowsmith(folder, 'sample machine -n 50 --seed 3 --out b.csv')
    await flowsmith(folder, 'sample machine -n 50 --seed 4 --out c.csv')
    const [a, b, c] = ['a', 'b', 'c'].map((name) => readFileSync(join(folder, `${name}.csv`), 'utf8'))
    expect(a?.split('\n')[0]).toBe('height,weight')
    expect(a?.trim().split('\n')).toHaveLength(51)
    expect(a).toBe(b)
    expect(a).not.toBe(c)
  })

  it('at temperature 0 draws the same point over and over, into .npy', async () => {
    const result = await jsonOf(folder, 'sample moons -n 5 --temperature 0 --out x.npy')
    expect(result).toEqual({ out: 'x.npy', rows: 5, columns: ['x1', 'x2'], temperature: 0, seed: 0 })
    const read = readNpy(new Uint8Array(readFileSync(join(folder, 'x.npy'))), 'x.npy')
    const values = read.ok ? [...read.value.values] : []
    expect(values).toHaveLength(10)
    expect(values).toEqual(Array.from({ length: 5 }, () => values.slice(0, 2)).flat())
  })
})

describe('export', () => {
  it('writes both models and the report of their differences', async () => {
    const result = await jsonOf(folder, 'export moons --out onnx')
    expect(result['files']).toEqual(['density.onnx', 'sampler.onnx', 'report.json'].map((name) => join('onnx', name)))
    // float32 against float64 on log p of about 2 nats.
    expect(result['log_prob_max_difference']).toBeLessThan(1e-5)
    const report = readJson(folder, 'onnx', 'report.json')
    expect(report).toMatchObject({ format: 'flowsmith-export', parity: { points: 512 } })
  })

  it('goes to the run without --out, and compares on samples where the data are gone', async () => {
    writeFileSync(join(folder, 'passing.csv'), table(200, ['p', 'q']))
    await flowsmith(folder, 'train small.json --data passing.csv --steps 3 --out passing')
    writeFileSync(join(folder, 'passing.csv'), table(100, ['p', 'q']))
    const { code, stderr } = await flowsmith(folder, 'export passing')
    expect(code).toBe(0)
    expect(stderr).toContain('warning export-on-samples')
    expect(existsSync(join(folder, 'passing', 'export', 'sampler.onnx'))).toBe(true)
  })
})

describe('report', () => {
  it('is one page that asks for nothing from outside', async () => {
    expect(await jsonOf(folder, 'report moons')).toMatchObject({ report: join('moons', 'report.html') })
    const page = readFileSync(join(folder, 'moons', 'report.html'), 'utf8')
    expect(page.length).toBeLessThan(2_000_000)
    expect(page).toContain('<h1>Small one</h1>')
    expect(page).toContain('entropy 1.0076')
    expect(page).toContain('prefers-color-scheme: dark')
    expect(page.match(/<svg /g)).toHaveLength(5)
    // 3000 points each of data and samples; a few lie outside of the window.
    expect((page.match(/<circle /g) ?? []).length).toBeGreaterThan(5900)
    const addresses = [...page.matchAll(/(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)/g)].map((match) => match[1])
    expect(addresses.filter((address) => !/^(?:data:|#chart)/.test(address ?? ''))).toEqual([])
    expect(page).not.toMatch(/<script|@import|<link/)
  })

  it('shows tables by histograms', async () => {
    await flowsmith(folder, 'report machine --out table.html')
    const page = readFileSync(join(folder, 'table.html'), 'utf8')
    expect(page).toContain('Trained on table.csv')
    expect(page).not.toContain(folder)
  })
})
