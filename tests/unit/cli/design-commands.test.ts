/** Commands that need no run: designs are made and checked, layers are explained, and help is given. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { layers } from '../../../src/core/flow/layers/index.ts'
import { templates } from '../../../src/core/flow/templates/index.ts'
import {
  designOf, flowsmith, jsonOf, readJson, smallDesign, succeed, table, workFolder, writeJson,
} from './program.ts'

const folder = workFolder()

beforeAll(() => {
  writeJson(folder, 'small.json', smallDesign())
  writeFileSync(join(folder, 'table.csv'), table(400, ['height', 'weight']))
})

describe('check', () => {
  it('lists layers with shapes, parameters and cost', async () => {
    const { code, stdout } = await flowsmith(folder, 'check small.json')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^layer +kind +in +out +parameters +normalize +FLOPs +generate +FLOPs\n/)
    expect(stdout).toMatch(/^actnorm-2 +actnorm +\[2\] +\[2\] +4 +one pass +4 +one pass +4$/m)
    expect(stdout).toContain('design      Small one: [2], 3 layers, 8 parameters and 4 fitted to the data')
    const result = await jsonOf(folder, 'check small.json')
    expect(result).toMatchObject({ valid: true, event: [2], parameters: 8, buffers: 4, issues: [] })
    expect((result['layers'] as unknown[])[2]).toEqual({
      id: 'actnorm-2', at: 'layers[2]', path: 'actnorm-2', kind: 'actnorm',
      eventIn: [2], eventOut: [2], parameters: 4, buffers: 0,
      cost: { normalize: 'one pass', generate: 'one pass' }, flops: { normalize: 4, generate: 4 },
    })
  })

  it('warns of what is valid but odd, with exit code 0', async () => {
    writeJson(folder, 'odd.json', { ...smallDesign(), design: designOf([4], 'coupling', 'coupling') })
    const { code, stdout } = await flowsmith(folder, 'check odd.json')
    expect(code).toBe(0)
    expect(stdout).toContain('warning dimension-untouched at layers: dimensions 0, 1 of 4')
    expect(stdout).toContain("warning same-mask at layers[1] (coupling 'coupling-1')")
  })
})

describe('layers', () => {
  it('lists every layer by group', async () => {
    const { stdout } = await flowsmith(folder, 'layers')
    for (const { kind, editor } of Object.values(layers)) {
      expect(stdout).toMatch(new RegExp(`^${editor.group}$`, 'm'))
      expect(stdout).toMatch(new RegExp(`^  ${kind} `, 'm'))
    }
    const listed = (await jsonOf(folder, 'layers'))['layers'] as { kind: string }[]
    expect(listed.map(({ kind }) => kind)).toEqual(Object.keys(layers))
  })

  it('explains every layer', async () => {
    const { stdout } = await flowsmith(folder, 'layers permutation')
    expect(stdout).toContain('formula    z_i = x_{\\pi(i)}')
    expect(stdout).toMatch(/one of reverse, shuffle, default reverse/)
    const actnorm = await jsonOf(folder, 'layers actnorm')
    expect(actnorm).toMatchObject({ kind: 'actnorm', group: 'normalisation', options: {} })
  })
})

describe('new', () => {
  it.each(Object.keys(templates))('%s: a document that checks and trains', async (id) => {
    const file = `${id}.json`
    const made = await jsonOf(folder, `new ${id} --dim 2 --out ${file}`)
    expect(made).toEqual({ design: file, template: id, name: id, event: [2] })
    expect(await jsonOf(folder, `check ${file}`)).toMatchObject({ valid: true, issues: [] })
    const source = templates[id]?.build(2).target === undefined ? '--data table.csv' : ''
    const { code } = await flowsmith(folder, `train ${file} ${source} --steps 2 --batch 32 --out run-${id}`)
    expect(code).toBe(0)
  })

  it('takes sizes: every template with layers has as many as it is told, pairs of couplings rounded up', async () => {
    for (const [id, kind, count] of [['planar', 'planar', 3], ['maf', 'autoregressive', 3], ['realnvp', 'coupling', 5], ['rq-nsf', 'coupling', 4]] as const) {
      const file = `sized-${id}.json`
      await succeed(folder, `new ${id} --dim 2 --layers ${count === 4 ? 3 : count} --out ${file}`)
      const { layers } = await jsonOf(folder, `check ${file}`) as { layers: { kind: string }[] }
      expect([id, layers.filter((layer) => layer.kind === kind).length]).toEqual([id, count])
    }
  })

  it('takes the dimensions from the data and names them in the document', async () => {
    const { stdout } = await flowsmith(folder, 'new nice --data table.csv --out fitting.json')
    expect(stdout.split('\n')).toEqual([
      'design  fitting.json', 'next    flowsmith check fitting.json', '        flowsmith train fitting.json', '',
    ])
    expect(readJson(folder, 'fitting.json')).toMatchObject({
      name: 'fitting', design: { event: [2] }, data: { source: 'table.csv' },
    })
  })
})

describe('help', () => {
  const commands = ['new', 'check', 'layers', 'train', 'resume', 'eval', 'density', 'sample', 'export', 'report']
  it.each(commands)('%s --help has examples', async (command) => {
    const { code, stdout, stderr } = await flowsmith(folder, `${command} --help`)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`Usage: flowsmith ${command} `)
    expect(stdout).toMatch(/\nExamples:\n {2}flowsmith /)
  })

  it('says what it can do and which version it is', async () => {
    const bare = await flowsmith(folder, '')
    expect(bare.code).toBe(0)
    expect(bare.stdout).toBe((await flowsmith(folder, '--help')).stdout)
    expect((await flowsmith(folder, '--version')).stdout).toBe('0.1.0\n')
  })
})
