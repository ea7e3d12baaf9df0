/** Where the nodes, edges and slots of a chain stand on the canvas. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DesignNode } from '../../core/flow/design.ts'
import { type Box, type Orientation, layOutChain, nearestGap } from './chain-layout.ts'

const layer = (id: string): DesignNode => ({ id, kind: 'actnorm' })
const block = (id: string, layers: readonly DesignNode[]): DesignNode => ({ id, kind: 'repeat', times: 2, layers })
const nested = [
  layer('a'), block('r', [layer('b'), block('s', [layer('c')]), layer('d')]), block('empty', []), layer('e'),
]

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
const contains = (a: Box, b: Box): boolean =>
  a.x <= b.x && a.y <= b.y && a.x + a.width >= b.x + b.width && a.y + a.height >= b.y + b.height

/** Trees of layers and blocks with unique ids. */
const trees = fc.letrec<{ node: boolean | readonly unknown[]; list: readonly unknown[] }>((tie) => ({
  node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constant(true), tie('list')),
  list: fc.array(tie('node'), { maxLength: 4 }),
})).list.map((shape) => {
  let count = 0
  const make = (item: unknown): DesignNode => {
    const id = `n${++count}`
    return Array.isArray(item) ? block(id, item.map(make)) : layer(id)
  }
  return shape.map(make)
})

describe('layOutChain', () => {
  test('names edges after the node that they lead to, and slots after their place', () => {
    const { gaps } = layOutChain(nested, 'vertical', new Set())
    expect(gaps.map(({ edge, slot }) => `${edge} ${slot}`)).toEqual([
      'a 0', 'r 1', 'b r.0', 's r.1', 'c s.0', 's-end s.1', 'd r.2', 'r-end r.3',
      'empty 2', 'empty-end empty.0', 'e 3', 'base 4',
    ])
  })

  test('a folded block hides what is in it', () => {
    const { order, gaps } = layOutChain(nested, 'vertical', new Set(['r']))
    expect(order).toEqual(['@data', 'a', 'r', 'empty', 'e', '@base'])
    expect(gaps.some(({ parent }) => parent === 'r')).toBe(false)
  })

  test('layers without options to show are slimmer', () => {
    const slim = layOutChain([layer('a')], 'vertical', new Set(), () => true).itemById.get('a')
    const full = layOutChain([layer('a')], 'vertical', new Set()).itemById.get('a')
    expect(slim?.height).toBeLessThan(full?.height ?? 0)
  })

  test.each(
    ['vertical', 'horizontal'] as const
  )('%s: what is side by side does not overlap, and blocks hold what is in them', (orientation: Orientation) => {
    fc.assert(fc.property(trees, (nodes) => {
      const { items, itemById, gaps } = layOutChain(nodes, orientation, new Set())
      const check = (list: readonly DesignNode[], around: Box | undefined): void => {
        for (const [i, node] of list.entries()) {
          const box = itemById.get(node.id)
          if (box === undefined) throw new Error(`${node.id} is nowhere`)
          if (around !== undefined) expect(contains(around, box)).toBe(true)
          for (const other of list.slice(i + 1)) expect(overlap(box, itemById.get(other.id) ?? box)).toBe(false)
          if ('layers' in node) check(node.layers, box)
        }
      }
      check(nodes, undefined)
      expect(gaps).toHaveLength(new Set(gaps.map(({ slot }) => slot)).size)
      expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
    }), { seed: 7, numRuns: 100 })
  })

  test('the nearest gap of its own middle is the gap itself', () => {
    const { gaps } = layOutChain(nested, 'vertical', new Set())
    for (const gap of gaps) expect(nearestGap(gaps, { x: gap.x + gap.width / 2, y: gap.y + gap.height / 2 })).toBe(gap)
  })
})
