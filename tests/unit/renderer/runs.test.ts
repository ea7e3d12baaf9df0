/** What the Runs view works out: differences of designs, a design taken up again, figures, selections in words. */
import { describe, expect, test } from 'vitest'
import { type ProjectDocument, readDocumentJson } from '../../../src/core/design/document.ts'
import { applyEdit } from '../../../src/core/design/edits.ts'
import type { DesignNode } from '../../../src/core/flow/design.ts'
import { templates } from '../../../src/core/flow/templates/index.ts'
import { objectives } from '../../../src/core/objectives/index.ts'
import { differenceOf, layerDifferences } from '../../../src/renderer/views/runs/difference.ts'
import { appraisalRows, bestOf, gapOf, shortEngine, shortObjective, shortSource, testOf } from '../../../src/renderer/views/runs/figures.ts'
import { replaceDesign } from '../../../src/renderer/views/runs/replace-design.ts'
import type { RunSummary } from '../../../src/shared/api.ts'

function documentOf(template: string, change: Readonly<Record<string, unknown>> = {}): ProjectDocument {
  const built = templates[template]?.build(2)
  const read = readDocumentJson({ format: 'flowsmith-project', version: 1, name: template, ...built, ...change }, template)
  if (!read.ok) throw new Error(JSON.stringify(read.issues))
  return read.value
}
const design = (...layers: DesignNode[]) => ({ event: [2], layers, base: { kind: 'gaussian' } })
const node = (id: string, kind: string, options?: Record<string, unknown>): DesignNode => ({ id, kind, ...(options === undefined ? {} : { options }) })
const rows = (a: DesignNode[], b: DesignNode[]) => layerDifferences(design(...a), design(...b)).layers.map(({ id, status }) => `${status} ${id}`)

describe('differences of designs', () => {
  test('a document does not differ from itself', () => {
    const document = documentOf('rq-nsf')
    expect(differenceOf(document, document)).toEqual({ layers: [], unchanged: 6, rest: [], training: [] })
  })

  test('added, removed, of another kind', () => {
    expect(rows([node('a', 'actnorm'), node('b', 'linear')], [node('c', 'linear'), node('a', 'actnorm'), node('b', 'permutation')]))
      .toEqual(['added c', 'added b', 'removed b'])
  })

  test('as few layers as possible count as moved', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => node(id, 'actnorm')) as [DesignNode, DesignNode, DesignNode, DesignNode]
    expect(rows([a, b, c, d], [d, a, b, c])).toEqual(['moved d'])
    expect(rows([a, b, c, d], [b, c, d, a])).toEqual(['moved a'])
    expect(rows([a, b, c], [a, { id: 'block', kind: 'repeat', times: 2, layers: [b] }, c])).toEqual(['added block', 'moved b'])
  })

  test('options by their labels, parts with theirs, defaults as if they were written', () => {
    const before = node('c', 'coupling', { transformer: { kind: 'affine' }, conditioner: { kind: 'mlp', width: 64 } })
    const after = node('c', 'coupling', { mask: 'halves', transformer: { kind: 'additive' }, conditioner: { kind: 'mlp', width: 128 } })
    const [layer] = layerDifferences(design(before), design(after)).layers
    expect(layer?.status).toBe('changed')
    expect(layer?.changes.slice(0, 1)).toEqual([{ name: 'Transformer', before: 'Affine', after: 'Additive' }])
    expect(layer?.changes.find(({ name }) => name.startsWith('Conditioner'))).toMatchObject({ before: '64', after: '128' })
    expect(layer?.changes.some(({ name }) => name === 'Mask')).toBe(false)
  })

  test('times of a block and what is bypassed', () => {
    const block = (times: number): DesignNode => ({ id: 'r', kind: 'repeat', times, layers: [node('a', 'actnorm')] })
    expect(layerDifferences(design(block(2)), design(block(3))).layers[0]?.changes).toEqual([{ name: 'Times', before: '2', after: '3' }])
    expect(layerDifferences(design(node('a', 'actnorm')), design({ ...node('a', 'actnorm'), bypass: true })).layers[0]?.changes)
      .toEqual([{ name: 'Bypassed', before: '', after: 'on' }])
  })

  test('training, base and data', () => {
    const difference = differenceOf(
      documentOf('nice', { training: { steps: 100 }, data: { source: 'synthetic:moons' } }),
      documentOf('realnvp', { training: { steps: 200, optimizer: { kind: 'adam', beta1: 0.8 } }, data: { source: 'synthetic:rings' } }),
    )
    expect(difference.training).toContainEqual({ name: 'Steps', before: '100', after: '200' })
    expect(difference.training).toHaveLength(2)
    expect(difference.rest).toEqual([
      { name: 'Base', before: 'Logistic', after: 'Gaussian' }, { name: 'Data', before: 'synthetic:moons', after: 'synthetic:rings' },
    ])
  })
})

describe('a design taken up again', () => {
  test.each([['nice', 'rq-nsf'], ['rq-nsf', 'nice'], ['nice', 'nice']])('%s becomes %s in one step', (now, then) => {
    const document = documentOf(now, { data: { source: 'synthetic:moons' }, training: { steps: 7, optimizer: { kind: 'adam', beta1: 0.5 } } })
    const from = documentOf(then, { training: { steps: 900, clipNorm: 1 } })
    const done = applyEdit(document, replaceDesign(document, from, 'Take'))
    expect(done.ok && done.value.document).toEqual({ ...document, design: from.design, training: from.training })
  })

  test('an empty design, there and back', () => {
    const empty = documentOf('nice', { design: { event: [3], layers: [], base: { kind: 'uniform' } } })
    const full = documentOf('realnvp')
    const filled = applyEdit(empty, replaceDesign(empty, full, 'Take'))
    expect(filled.ok && filled.value.document.design).toEqual(full.design)
    const emptied = applyEdit(full, replaceDesign(full, empty, 'Take'))
    expect(emptied.ok && emptied.value.document.design).toEqual(empty.design)
  })
})

describe('figures', () => {
  const run: RunSummary = {
    run: 'run-1', name: 'r', note: '', state: 'completed', created: '2026-01-01T00:00:00Z', step: 10, steps: 10, parameters: 5, dimension: 4,
    objective: 'maximum-likelihood', entropy: 2, dequantized: false, best: { step: 10, nll: 3 }, testNll: 3.5, engine: 'onnxruntime', source: 'synthetic:moons', failure: undefined,
  }
  test('in nats and in bits per dimension', () => {
    expect([bestOf(run, 'nats'), testOf(run, 'nats'), gapOf(run, 'nats')]).toEqual([3, 3.5, 1.5])
    expect(testOf(run, 'bits')).toBeCloseTo(3.5 / 4 / Math.LN2, 12)
    expect(testOf({ ...run, bitsPerDimension: 1.25 }, 'bits')).toBe(1.25)
  })
  test('the gap is of the test part, else of the validation, and unknown without an entropy', () => {
    expect(gapOf({ ...run, testNll: undefined }, 'nats')).toBe(1)
    expect(gapOf({ ...run, testNll: undefined, best: undefined }, 'nats')).toBeUndefined()
    expect(gapOf({ ...run, entropy: null }, 'nats')).toBeUndefined()
  })
  test('sources and engines in few words', () => {
    expect(shortSource('synthetic:moons?noise=0.1&rows=5')).toBe('moons, noise 0.1, rows 5')
    expect(shortSource('/home/me/data.csv')).toBe('data.csv')
    expect(shortSource('target:mixture?modes=3&scale=0.2')).toBe('mixture, modes 3, scale 0.2')
    expect(shortSource('target:logistic-regression:/home/me/heart.csv?prior=2')).toBe('logistic-regression: heart.csv, prior 2')
    expect(shortSource('target:expression:-x1^2 / 2')).toBe('-x1^2 / 2')
    expect(shortSource('C:\\data\\x.npy')).toBe('x.npy')
    expect(shortEngine('onnxruntime')).toBe('ONNX Runtime')
    expect(shortEngine('other')).toBe('other')
  })
})

describe('what only some runs have', () => {
  const run = (more: Partial<RunSummary>): RunSummary => ({
    run: 'run-1', name: 'run-1', note: '', state: 'completed', created: '', step: 10, steps: 10, parameters: 1, dimension: 2, objective: 'reverse-kl',
    entropy: null, dequantized: false, best: undefined, testNll: -1.87, engine: 'onnxruntime', source: 'target:u1', failure: undefined, ...more,
  })
  test('what importance weights say of a fit, with how sure it is', () => {
    const appraisal = { elbo_nats: 1.87, elbo_standard_error: 0.001, log_z_nats: 1.878, log_z_standard_error: 0.00061, effective_sample_size: 49_100, kl_to_target_nats: 0.009, samples: 50_000 }
    expect(appraisalRows(run({ appraisal, logZ: 1.8785 })).map(({ name, values }) => [name, ...values])).toEqual([
      ['log Z, estimated, nats', '1.878 ± 0.00061'], ['KL to the target, nats', '0.009'], ['Effective draws', '98.2 %'],
    ])
    // Of an expression the constant is not known, nor is the divergence.
    expect(appraisalRows(run({ appraisal: { ...appraisal, kl_to_target_nats: null }, logZ: null })).map(({ name }) => name)).toEqual(['log Z, estimated, nats', 'Effective draws'])
    expect(appraisalRows(run({}))).toEqual([])
  })
  test('every objective has a short name', () => {
    for (const kind of Object.keys(objectives)) expect(shortObjective(kind)).not.toBe(kind)
  })
})
