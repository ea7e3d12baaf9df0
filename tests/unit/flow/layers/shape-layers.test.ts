/** What the laws cannot say of squeeze, split, flatten and permutation: the very order, and what they refuse. */
import { describe, expect, it } from 'vitest'
import { assemble } from '../../../../src/core/flow/flow.ts'
import split from '../../../../src/core/flow/layers/split.ts'
import squeeze from '../../../../src/core/flow/layers/squeeze.ts'
import type { Options } from '../../../../src/core/flow/options.ts'
import { pass, prepare } from '../../../support/flow-harness.ts'

const issuesOf = (kind: string, event: readonly number[], options: object = {}): readonly object[] =>
  assemble({ event, layers: [{ id: 'a', kind, options: { ...options } }], base: { kind: 'gaussian' } }).issues

describe('squeeze', () => {
  it('puts the rows and columns of a block behind each channel', () => {
    // 2 × 2 pixels of 2 channels: number = 10·pixel + channel.
    const subject = prepare(squeeze, { name: 'block', event: [2, 2, 2] })
    const { out } = pass(subject, 'normalize', { values: {} }, Float64Array.of(0, 1, 10, 11, 20, 21, 30, 31))
    expect(subject.layer.types.event).toEqual([1, 1, 8])
    expect([...out]).toEqual([0, 10, 20, 30, 1, 11, 21, 31])
  })

  it('refuses odd sizes and vectors', () => {
    expect(issuesOf('squeeze', [3, 4, 1])).toMatchObject([{ code: 'squeeze-size', at: 'layers[0].options.factor' }])
    expect(issuesOf('squeeze', [4])).toMatchObject([{ code: 'squeeze-image', at: "layers[0] (squeeze 'a')" }])
  })
})

describe('split', () => {
  it('keeps the first half, rounded up', () => {
    const { types } = prepare(split, { name: 'five', event: [5] }).layer
    expect(types).toEqual({ event: [3], latent: [2] })
    const image = prepare(split, { name: 'image', event: [2, 3, 4] }).layer.types
    expect(image).toEqual({ event: [2, 3, 2], latent: [2, 3, 2] })
  })

  it('refuses to keep everything, and what cannot be divided', () => {
    expect(issuesOf('split', [3], { keep: 3 })).toMatchObject([{ code: 'split-keep', at: 'layers[0].options.keep' }])
    expect(issuesOf('split', [4, 4, 1])).toMatchObject([{ code: 'split-single', fix: 'put a squeeze layer before it' }])
  })

  it('nests: what leaves first stands first in z', () => {
    const flow = assemble({
      event: [8], base: { kind: 'gaussian' },
      layers: [{ id: 'a', kind: 'split' }, { id: 'b', kind: 'split' }],
    })
    if (!flow.ok) expect.fail('two splits of eight dimensions are a design')
    expect(flow.value.latents).toEqual([
      { path: 'a', event: [4], offset: 0, size: 4 },
      { path: 'b', event: [2], offset: 4, size: 2 },
      { path: 'base', event: [2], offset: 6, size: 2 },
    ])
  })
})

describe('permutation', () => {
  const order = (id: string, size: number, options: Options): readonly number[] => {
    const layers = [{ id, kind: 'permutation', options }]
    const flow = assemble({ event: [size], layers, base: { kind: 'gaussian' } })
    const layer = flow.ok ? flow.value.layers[0] : undefined
    return layer?.definition.reorders?.(layer.site) ?? []
  }

  it('reverses', () => {
    expect(order('a', 4, { order: 'reverse' })).toEqual([3, 2, 1, 0])
  })

  it('shuffles in one way for one seed and one name, and otherwise for others', () => {
    const shuffled = order('a', 12, { order: 'shuffle' })
    expect(order('a', 12, { order: 'shuffle' })).toEqual(shuffled)
    expect(order('b', 12, { order: 'shuffle' })).not.toEqual(shuffled)
    expect(order('a', 12, { order: 'shuffle', seed: 1 })).not.toEqual(shuffled)
    expect([...shuffled].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  it('never shuffles two dimensions into their own places', () => {
    for (let seed = 0; seed < 20; seed++) expect(order('a', 2, { order: 'shuffle', seed })).toEqual([1, 0])
  })

  it('warns where there is nothing to permute', () => {
    expect(issuesOf('permutation', [4, 4, 1])).toMatchObject([{ code: 'permutation-single', severity: 'warning' }])
  })
})

it('flatten warns of vectors', () => {
  expect(issuesOf('flatten', [4])).toMatchObject([{ code: 'flatten-vector', severity: 'warning' }])
})
