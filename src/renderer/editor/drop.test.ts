/** Where layers may be dropped, and the reason where they may not. */
import { describe, expect, test } from 'vitest'
import type { FlowDesign } from '../../core/flow/design.ts'
import { indexAmongStaying, refusal } from './drop.ts'

const design: FlowDesign = {
  event: [4, 4, 1], base: { kind: 'gaussian' },
  layers: [
    { id: 'squeeze', kind: 'squeeze' },
    { id: 'block', kind: 'repeat', times: 2, layers: [{ id: 'conv', kind: 'conv1x1' }] },
    { id: 'flatten', kind: 'flatten' },
    { id: 'linear', kind: 'linear' },
  ],
}
const top = (index: number) => ({ parent: null, index })

describe('refusal', () => {
  test('a layer is refused where its event cannot enter, with the reason', () => {
    const conv = { id: 'new', kind: 'conv1x1' }
    expect(refusal(design, [conv], top(1))).toBeUndefined()
    expect(refusal(design, [conv], { parent: 'block', index: 0 })).toBeUndefined()
    expect(refusal(design, [conv], top(3)))
      .toMatchObject({ code: 'conv1x1-image', message: expect.stringContaining('got [16]') })
  })

  test('what it breaks further down is no reason', () => {
    expect(refusal(design, [{ id: 'new', kind: 'flatten' }], top(0))).toBeUndefined()
  })

  test('a layer that moves is judged without itself where it was', () => {
    const [squeeze] = design.layers
    if (squeeze === undefined) throw new Error('the design has no layers')
    // Behind flatten there is no image; and without the squeeze the linear layer stays as it is.
    expect(refusal(design, [squeeze], top(2), ['squeeze'])).toMatchObject({ code: 'squeeze-image' })
    expect(refusal(design, [squeeze], top(1), ['squeeze'])).toBeUndefined()
  })

  test('a block is refused for what is in it', () => {
    const block = { id: 'new', kind: 'repeat' as const, times: 3, layers: [{ id: 'inner', kind: 'conv1x1' }] }
    expect(refusal(design, [block], top(4))).toMatchObject({ code: 'conv1x1-image' })
    expect(refusal(design, [{ ...block, bypass: true }], top(4))).toMatchObject({ code: 'conv1x1-image' })
  })

  test('its own wrong options are no reason: they are mended where it stands', () => {
    expect(refusal(design, [{ id: 'new', kind: 'permutation', options: { order: 'sideways' } }], top(0)))
      .toBeUndefined()
  })
})

test('an edit counts the nodes that stay', () => {
  expect(indexAmongStaying(design.layers, 3, ['squeeze', 'flatten'])).toBe(1)
  expect(indexAmongStaying(design.layers, 0, ['squeeze'])).toBe(0)
})
