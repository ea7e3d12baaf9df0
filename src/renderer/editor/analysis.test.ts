/** What the editor knows of a design: events, figures and issues at each of its nodes. */
import { describe, expect, test } from 'vitest'
import type { DesignNode, FlowDesign } from '../../core/flow/design.ts'
import { assemble } from '../../core/flow/flow.ts'
import { templates } from '../../core/flow/templates/index.ts'
import { warning } from '../../core/issues.ts'
import { analyse } from './analysis.ts'

const design = (event: readonly number[], layers: readonly DesignNode[]): FlowDesign =>
  ({ event, layers, base: { kind: 'gaussian' } })

describe('analyse', () => {
  test.each(Object.keys(templates))('counts the parameters of %s as the flow does', (id) => {
    const built = templates[id]?.build(4)
    if (built === undefined) throw new Error('there is no such template')
    // An autoencoder's flow is conditioned by so many features.
    const contextSize = Number(built.training.objective?.['features'] ?? 0)
    const flow = assemble(built.design, { contextSize })
    if (!flow.ok) throw new Error('the template is wrong')
    expect(analyse(built.design, [], contextSize).parameters).toBe(flow.value.table.parameterCount)
  })

  test('follows the event through squeeze and split, and names what leaves', () => {
    const { nodes, baseEvent } = analyse(
      design([4, 4, 1], [{ id: 'squeeze', kind: 'squeeze' }, { id: 'split', kind: 'split' }])
    )
    expect(nodes.get('squeeze')).toMatchObject({ eventIn: [4, 4, 1], eventOut: [2, 2, 4] })
    expect(nodes.get('split')).toMatchObject({ eventOut: [2, 2, 2], latent: [2, 2, 2] })
    expect(baseEvent).toEqual([2, 2, 2])
  })

  test('a block has the figures of all its rounds', () => {
    const { nodes, layers } = analyse(
      design([3], [{ id: 'r', kind: 'repeat', times: 5, layers: [{ id: 'a', kind: 'actnorm' }] }])
    )
    expect(nodes.get('a')).toMatchObject({ count: 5, parameters: 30 })
    expect(nodes.get('r')).toMatchObject({ count: 5, parameters: 30 })
    expect(layers).toBe(5)
  })

  test('a layer that is left out passes the event on and counts for nothing', () => {
    const { nodes, parameters } = analyse(
      design([4, 4, 1], [{ id: 's', kind: 'squeeze', bypass: true }, { id: 'a', kind: 'actnorm' }])
    )
    expect(nodes.get('s')).toMatchObject({ eventOut: [4, 4, 1], count: 0, parameters: 0 })
    expect(parameters).toBe(2)
  })

  test('issues belong to their node, their option or their end', () => {
    const { issues, valid, nodes } = analyse({
      ...design([3], [
        { id: 'c', kind: 'coupling' }, { id: 'r', kind: 'repeat', times: 2, layers: [{ id: 'x', kind: 'conv1x1' }] },
      ]),
      base: { kind: 'nothing' },
    })
    expect(valid).toBe(false)
    expect(issues.map(({ code, node, option }) => [code, node, option])).toEqual([
      ['coupling-halves', 'c', 'mask'], ['conv1x1-image', 'x', undefined], ['base-unknown', '@base', undefined],
    ])
    expect(nodes.get('r')?.issues).toHaveLength(1)
  })

  test('couplings tell which dimensions they transform', () => {
    const { nodes } = analyse(
      design([4], [{ id: 'c', kind: 'coupling' }, { id: 'd', kind: 'coupling', options: { swap: true } }])
    )
    expect([...nodes.get('c')?.transforms ?? []]).toEqual([2, 3])
    expect([...nodes.get('d')?.transforms ?? []]).toEqual([0, 1])
  })
})

test('what is odd beside the data belongs to the layer that it names, and else to the data', () => {
  const beside = [
    warning('spline-range', 'too narrow', { at: 'layers[0].options.transformer.bound' }), warning('csv-odd', 'an odd row'),
  ]
  const { issues } = analyse(design([2], [{ id: 'c', kind: 'coupling' }]), beside)
  expect(issues.filter(({ code }) => code !== 'dimension-untouched').map(({ node, option }) => [node, option]))
    .toEqual([['c', 'transformer.bound'], ['@data', undefined]])
})
