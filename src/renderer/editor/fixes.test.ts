/** The edits that mend an issue in one press. */
import { describe, expect, test } from 'vitest'
import { readDocumentJson } from '../../core/design/document.ts'
import { applyEdit } from '../../core/design/edits.ts'
import type { DesignNode } from '../../core/flow/design.ts'
import { analyse } from './analysis.ts'
import { fixOf } from './fixes.ts'

function documentOf(event: readonly number[], layers: readonly DesignNode[]) {
  const read = readDocumentJson({
    format: 'flowsmith-project', version: 1, name: '', design: { event, layers, base: { kind: 'gaussian' } },
  }, 'test')
  if (!read.ok) throw new Error(JSON.stringify(read.issues))
  return read.value
}
const one = (kind: string, options: Readonly<Record<string, unknown>> = {}): DesignNode[] =>
  [{ id: 'it', kind, options }]

/** Designs with one mistake each, which one press mends. */
const cases: readonly [code: string, event: readonly number[], layers: readonly DesignNode[]][] = [
  ['layer-unknown', [2], one('no-such-layer')],
  ['option-unknown', [2], one('actnorm', { colour: 'red' })],
  ['option-type', [2], one('coupling', { swap: 'yes' })],
  ['option-choice', [2], one('coupling', { mask: 'stripes' })],
  ['option-range', [4, 4, 1], one('squeeze', { factor: 40 })],
  ['option-range', [2], one('coupling', { conditioner: { kind: 'mlp', width: 0 } })],
  ['conv1x1-image', [2], one('conv1x1')],
  ['linear-vector', [2, 2, 2], one('linear')],
  ['permutation-single', [1], one('permutation')],
  ['squeeze-image', [2], one('squeeze')],
  ['split-single', [1], one('split')],
  ['split-keep', [3], one('split', { keep: 3 })],
  ['coupling-single', [1], one('coupling')],
  ['coupling-halves', [3], one('coupling')],
  ['coupling-checkerboard', [1, 1, 4], one('coupling', { mask: 'alternating' })],
  ['coupling-mask-length', [4], one('coupling', { mask: 'explicit', explicit: [1] })],
  ['coupling-mask-empty', [2], one('coupling', { mask: 'explicit', explicit: [1, 1] })],
  ['coupling-mask-unused', [2], one('coupling', { explicit: [0, 1] })],
  ['dimension-untouched', [4], one('coupling')],
  ['never-mixed', [3], one('elementwise-affine')],
  ['never-mixed', [4], [[0, 1, 1, 1], [1, 1, 1, 0]].map((explicit, i) => ({ id: `c${i}`, kind: 'coupling', options: { mask: 'explicit', explicit } }))],
  ['same-mask', [4], [{ id: 'a', kind: 'coupling' }, { id: 'b', kind: 'coupling' }]],
]

describe('fixOf', () => {
  test.each(cases)('%s is mended by one press', (code, event, layers) => {
    const document = documentOf(event, layers)
    const issue = analyse(document.design).issues.find((found) => found.code === code)
    if (issue === undefined) {
      throw new Error(`the design has no ${code}: ${JSON.stringify(analyse(document.design).issues)}`)
    }
    const fix = fixOf(document, issue)
    if (fix === undefined) throw new Error('there is no fix')
    const mended = applyEdit(document, fix.edit)
    if (!mended.ok) throw new Error(JSON.stringify(mended.issues))
    expect(analyse(mended.value.document.design).issues.map((found) => found.code)).not.toContain(code)
  })

  test('an event that is not that of the data is set to it', () => {
    const document = documentOf([3], [])
    const issue = { code: 'data-event', severity: 'error', message: '', node: '@data', option: undefined } as const
    expect(fixOf(document, issue, [5])?.edit).toEqual({ type: 'set-event', event: [5] })
  })

  test('a uniform base that gets any number gets a sigmoid before it', () => {
    const document = documentOf([2], [{ id: 'planes', kind: 'repeat', times: 2, layers: one('planar') }])
    const uniform = { ...document, design: { ...document.design, base: { kind: 'uniform' } } }
    const [issue, ...rest] = analyse(uniform.design).issues
    expect([issue?.code, issue?.node, rest.length]).toEqual(['base-range', '@base', 0])
    const fix = issue === undefined ? undefined : fixOf(uniform, issue)
    const applied = fix === undefined ? undefined : applyEdit(uniform, fix.edit)
    expect(applied?.ok === true && analyse(applied.value.document.design).issues).toEqual([])
  })

  test('there is none for what takes a person', () => {
    const document = documentOf([2], [])
    expect(fixOf(document, { code: 'event-shape', severity: 'error', message: '', node: '@data', option: undefined }))
      .toBeUndefined()
  })
})
