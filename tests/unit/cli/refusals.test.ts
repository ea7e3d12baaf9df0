/** Wrong input of every kind: exit code 2, an issue that says what to do, and nothing written. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Issue } from '../../../src/core/issues.ts'
import {
  designOf, flowsmith, jsonOf, objectOf, refusedIssues, smallDesign, start, succeed, table, workFolder, writeJson,
} from './program.ts'

const folder = workFolder()

beforeAll(async () => {
  writeJson(folder, 'small.json', smallDesign({ steps: 5 }))
  writeFileSync(join(folder, 'table.csv'), table(100, ['a', 'b']))
  writeFileSync(join(folder, 'wide.csv'), table(100, ['a', 'b', 'c']))
  writeFileSync(join(folder, 'whole.csv'), table(100, ['age', 'height'], ['age']))
  await succeed(folder, 'train small.json --data table.csv --out run')
})

const issuesOf = (args: string): Promise<Issue[]> => refusedIssues(folder, args)

const codesOf = async (args: string): Promise<string[]> => (await issuesOf(args)).map(({ code }) => code)

function design(name: string, change: (document: ReturnType<typeof smallDesign>) => unknown): string {
  writeJson(folder, name, change(smallDesign()))
  return name
}

const SEE_HELP = 'see `flowsmith --help`, or --help behind a command'

describe('the command line itself', () => {
  it.each([
    ['trian', "unknown command 'trian'", 'Did you mean train?'],
    ['train small.json --step 3', "unknown option '--step'", 'Did you mean --steps?'],
    ['train', "missing required argument 'design'", SEE_HELP],
    ['sample run', "required option '--out <file>' not specified", SEE_HELP],
  ])('%s', async (args, message, fix) => {
    expect(await issuesOf(args)).toEqual([{ code: 'command-line', severity: 'error', message, fix }])
  })
})

describe('designs', () => {
  it('a missing file', async () => {
    const { code, stdout, stderr } = await flowsmith(folder, 'train smal.json --data table.csv')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toBe('error missing-file at smal.json: The file does not exist.\n  fix: Check the path.\n')
  })

  it('text that is not JSON', async () => {
    writeFileSync(join(folder, 'torn.json'), '{"format": "flowsmith-project",')
    const [issue] = await issuesOf('check torn.json')
    expect(issue).toMatchObject({ code: 'document-json', fix: 'mend the syntax there, or start from `flowsmith new`' })
    expect(issue?.at).toMatch(/^torn\.json/)
  })

  it('JSON of something else', async () => {
    expect(await codesOf(`check ${writeJson(folder, 'other.json', { layers: [] })}`)).toEqual(['document-foreign'])
  })

  it('a newer version, which is left untouched', async () => {
    const name = design('newer.json', (document) => ({ ...document, version: 2 }))
    const before = readFileSync(join(folder, name))
    expect(await issuesOf(`train ${name} --data table.csv`)).toEqual([{
      code: 'document-newer', severity: 'error', at: 'newer.json',
      message: 'this file has version 2; this Flowsmith reads versions up to 1',
      fix: 'open it with a newer Flowsmith; it was left as it is',
    }])
    expect(readFileSync(join(folder, name))).toEqual(before)
  })

  it('an unknown layer, and every wrong option beside it', async () => {
    const name = design('wrong.json', (document) => ({
      ...document, design: {
        event: [2], base: { kind: 'gaussian' },
        layers: [
          { id: 'a', kind: 'couplin' },
          { id: 'b', kind: 'coupling', options: { mask: 'halfs', colour: 'red' } },
        ],
      },
    }))
    for (const command of [`check ${name}`, `train ${name} --data table.csv`]) {
      const { code, stderr } = await flowsmith(folder, command)
      expect(code).toBe(2)
      expect(stderr).toContain("error layer-unknown at layers[0].kind: there is no layer 'couplin'")
      expect(stderr).toContain("fix: did you mean 'coupling'?")
      expect(stderr).toContain("error option-unknown at layers[1].options.colour: there is no option 'colour'")
      expect(stderr).toMatch(/error option-choice at layers\[1\]\.options\.mask: .*halves.*, got "halfs"/)
    }
    expect(await jsonOf(folder, `check ${name}`)).toMatchObject({ valid: false, layers: [] })
  })

  it('shapes that do not fit, with the layers that do', async () => {
    const name = design('shapes.json', (document) => ({ ...document, design: designOf([2], 'actnorm', 'squeeze') }))
    const result = await jsonOf(folder, `check ${name}`)
    expect(result).toMatchObject({ valid: false, layers: [{ kind: 'actnorm' }] })
    expect(result['issues']).toMatchObject([{ at: "layers[1] (squeeze 'squeeze-1')" }])
  })
})

it('a design with nothing to train', async () => {
  const name = design('fitted.json', (document) => ({ ...document, design: { ...(document['design'] as Record<string, unknown>), layers: [{ id: 'unit', kind: 'standardize' }] } }))
  expect(await codesOf(`train ${name} --data table.csv --out none`)).toEqual(['nothing-to-train'])
  expect(existsSync(join(folder, 'none'))).toBe(false)
})

describe('settings of a training', () => {
  it.each([
    ['--steps 0', '--steps', 'expected 1 … 100000000, got 0'],
    ['--steps 1.5', '--steps', 'expected a whole number, got 1.5'],
    ['--batch many', '--batch', 'expected a whole number, got "many"'],
    ['--lr -1', '--lr', 'expected 1e-9 … 10, got -1'],
    ['--seed NaN', '--seed', 'expected a whole number, got "NaN"'],
    ['--threads -2', '--threads', 'expected 0 … 1024, got -2'],
    ['--engine onnx-runtime', '--engine', "there is no engine 'onnx-runtime'"],
  ])('%s', async (flags, at, message) => {
    expect(await issuesOf(`train small.json --data table.csv ${flags}`)).toMatchObject([{ at, message }])
  })

  it('tells of all wrong flags at once', async () => {
    const issues = await issuesOf('train small.json --data table.csv --steps 0 --lr x --engine tf --threads y')
    expect(issues.map(({ at }) => at)).toEqual(['--steps', '--lr', '--engine', '--threads'])
    expect(issues[2]?.fix).toMatch(/onnxruntime, tfjs, reference/)
  })
})

describe('data', () => {
  it.each([
    ['none at all', '', 'data-missing'],
    ['a missing file', '--data tabel.csv', 'missing-file'],
    ['a synthetic target with a slip', '--data synthetic:mons', 'unknown-synthetic'],
    ['a synthetic target with a wrong option', '--data synthetic:moons?noise=9', 'synthetic-option-range'],
    ['an unknown format', '--data small.json', 'unknown-format'],
    ['a column that is not there', '--data table.csv --columns a,z', 'unknown-column'],
    ['another number of columns', '--data wide.csv', 'data-dimension'],
    ['a batch larger than the training part', '--data table.csv --batch 81', 'fewer-rows-than-batch'],
  ])('%s', async (_name, flags, code) => {
    expect(await codesOf(`train small.json ${flags}`)).toEqual([code])
  })

  it('suggests the file of nearly that name', async () => {
    expect((await issuesOf('train small.json --data tabel.csv'))[0]?.fix).toContain('table.csv')
  })

  it('says which batch would do', async () => {
    expect(await issuesOf('train small.json --data table.csv --batch 81')).toEqual([{
      code: 'fewer-rows-than-batch', severity: 'error', message: 'a batch takes 81 rows, the training part has 80',
      at: join(folder, 'table.csv'), fix: 'use --batch 64 or fewer',
    }])
  })

  it('a cell that is no number, with its row and column', async () => {
    writeFileSync(join(folder, 'cell.csv'), table(50, ['a', 'b']).replace(/\n[^,\n]+,/, '\nmuch,'))
    const { stderr, code } = await flowsmith(folder, 'train small.json --data cell.csv')
    expect(code).toBe(2)
    expect(stderr).toMatch(/cell\.csv row 2, column "?a/)
  })

  it('refuses whole-number columns and names the three ways on, all of which work', async () => {
    const refused = await issuesOf('train small.json --data whole.csv')
    expect(refused).toEqual([{
      code: 'integers-not-dequantized', severity: 'error', at: join(folder, 'whole.csv'),
      message: 'age holds only whole numbers: a density can grow without bound on them',
      fix: 'add --dequantize auto (uniform noise of one unit; the likelihood becomes a bound), or --dequantize age, ' +
        'or --dequantize off to fit them as they are',
    }])
    const train = (choice: string): ReturnType<typeof flowsmith> =>
      flowsmith(folder, `train small.json --data whole.csv --dequantize ${choice} --out whole-${choice}`)
    for (const choice of ['auto', 'age']) {
      const { code, stdout } = await train(choice)
      expect(code).toBe(0)
      expect(stdout).toContain('(a bound: the data were dequantized)')
    }
    const off = await train('off')
    expect(off.code).toBe(0)
    expect(off.stderr).toContain('warning integers-not-dequantized')
    expect(await codesOf('train small.json --data whole.csv --dequantize height')).toEqual(['dequantize-real'])
    expect(await codesOf('train small.json --data whole.csv --dequantize ages')).toEqual(['dequantize-column'])
  })

  it('gives bits per dimension only where every column is dequantized, and says that it is a bound', async () => {
    writeFileSync(join(folder, 'all-whole.csv'), table(200, ['i', 'j'], ['i', 'j']))
    await flowsmith(folder, 'train small.json --data all-whole.csv --dequantize auto --out all-whole')
    const outcome = await flowsmith(folder, 'eval all-whole --json')
    const { test_nll_nats: nll, bits_per_dim: bits } = objectOf(outcome)
    expect(bits).toBeCloseTo((nll as number) / (2 * Math.LN2), 12)
    expect(outcome.stderr).toContain('lower bound on the log-likelihood')
    expect((await jsonOf(folder, 'eval whole-auto'))['bits_per_dim']).toBeNull()
  })
})

describe('folders and files', () => {
  it('a folder that is taken stays as it is', async () => {
    mkdirSync(join(folder, 'taken'))
    writeFileSync(join(folder, 'taken', 'letter.txt'), 'dear')
    expect(await codesOf('train small.json --data table.csv --out taken')).toEqual(['run-folder-taken'])
    expect(readdirSync(join(folder, 'taken'))).toEqual(['letter.txt'])
    expect(await codesOf('train small.json --data table.csv --out run')).toEqual(['run-folder-taken'])
  })

  it('a folder that cannot be made', async () => {
    expect(await codesOf('train small.json --data table.csv --out table.csv/run')).toEqual(['missing-folder'])
  })

  it('a checkpoint that cannot be written ends the run as failed, with the reason', async () => {
    const name = design('large.json', (document) => ({ ...document, design: designOf([2], 'coupling') }))
    // Files of at most 16 blocks: run.json fits, the checkpoint of a coupling does not.
    const { code, stderr } = await start(folder, `train ${name} --data table.csv --out full`, {
      shell: "trap '' XFSZ; ulimit -f 16; exec \"$@\"",
    }).end
    expect(code).toBe(2)
    expect(stderr).toContain('error file-too-large')
    expect(JSON.parse(readFileSync(join(folder, 'full', 'run.json'), 'utf8'))).toMatchObject({
      status: 'failed', failure: expect.stringContaining('file-too-large') as string,
    })
    expect(existsSync(join(folder, 'full', 'run.lock'))).toBe(false)
  })

  it.each([
    'eval taken', 'resume taken', 'export taken', 'report taken', 'sample taken --out x.csv',
    'density taken --data table.csv --out x.csv',
  ])('a folder without a run: %s', async (args) => {
    expect(await issuesOf(args)).toEqual([{
      code: 'run-missing', severity: 'error', message: 'there is no run here: no run.json', at: 'taken',
      fix: 'give the folder that `flowsmith train` wrote, as RUN',
    }])
  })

  it('a damaged run.json, and one of a newer version', async () => {
    mkdirSync(join(folder, 'damaged'))
    writeJson(folder, join('damaged', 'run.json'), '{"format": "flowsmith-run", "vers')
    expect(await codesOf('eval damaged')).toEqual(['run-json'])
    writeJson(folder, join('damaged', 'run.json'), { format: 'flowsmith-run', version: 9 })
    expect(await codesOf('eval damaged')).toEqual(['run-newer'])
    writeJson(folder, join('damaged', 'run.json'), { format: 'flowsmith-run', version: 1 })
    expect(await codesOf('eval damaged')).toEqual(['run-form'])
  })

  it('output files of a wrong kind, and in folders that are not there', async () => {
    expect(await issuesOf('sample run --out x.txt')).toMatchObject([{ code: 'table-format', fix: 'write to x.csv' }])
    expect(await codesOf('density run --data table.csv --out p.parquet')).toEqual(['table-format'])
    expect(await codesOf('sample run --out nowhere/x.csv')).toEqual(['missing-folder'])
    expect(await codesOf('report run --out nowhere/r.html')).toEqual(['missing-folder'])
  })

  it('wrong numbers of samples', async () => {
    const issues = await issuesOf('sample run -n 0 --temperature hot --seed -1 --out x.csv')
    expect(issues.map(({ at }) => at)).toEqual(['--count', '--temperature', '--seed'])
    expect(existsSync(join(folder, 'x.csv'))).toBe(false)
  })

  it('data that another number of columns has than the run', async () => {
    const issues = await issuesOf('density run --data whole.csv --columns age --out p.csv')
    expect(issues.map(({ code }) => code)).toEqual(['data-dimension'])
    expect(await codesOf('eval run --data synthetic:mons')).toEqual(['unknown-synthetic'])
  })
})

it('a run that is trained and cannot be tested is kept, and said to be', async () => {
  const name = design('short.json', (document) => ({
    ...document, design: { event: [2], base: { kind: 'gaussian' }, layers: [
      { id: 'standardize', kind: 'standardize' },
      { id: 'short', kind: 'residual', options: { width: 8, direction: 'generate', rounds: 1 } },
    ] },
  }))
  const { code, stderr } = await flowsmith(folder, `train ${name} --data table.csv --steps 20 --batch 32 --lr 0.05 --out short`)
  expect(code).toBe(2)
  expect(stderr).toMatch(/\nrun short has done its 20 steps and is kept; testing it went wrong:\nerror iteration-not-converged at layers\[1\] \(residual 'short'\)/)
  expect(objectOf(await flowsmith(folder, 'resume short --json'))).toMatchObject({ status: 'completed' })
})

describe('new and layers', () => {
  it.each([
    ['new realnpv --dim 2 --out n.json', 'template-unknown'],
    ['new realnvp --out n.json', 'dimensions'],
    ['new realnvp --dim 2x3 --out n.json', 'dimensions'],
    ['new realnvp --dim 0 --out n.json', 'dimensions'],
    ['new realnvp --dim 1 --out n.json', 'coupling-single'],
    ['new realnvp --dim 2 --out small.json', 'file-taken'],
    ['new realnvp --dim 3 --data synthetic:moons --out n.json', 'dimensions'],
    ['new planar --dim 2 --width 16 --out n.json', 'template-size'],
    ['new vae --dim 2 --layers 3 --out n.json', 'template-size'],
    ['new maf --dim 2 --base uniform --out n.json', 'template-base'],
    ['new maf --dim 2 --layers 2.5 --out n.json', 'option-type'],
    ['layers actnrom', 'layer-unknown'],
  ])('%s', async (args, code) => {
    expect(await codesOf(args)).toContain(code)
    expect(existsSync(join(folder, 'n.json'))).toBe(false)
  })
})
