/** Warnings about single layers and about a design beside its data, and designs that give no reason for any. */
import { describe, expect, it } from 'vitest'
import type { LayerNode } from '../../../src/core/flow/design.ts'
import { type PlacedLayer, layOut } from '../../../src/core/flow/flow.ts'
import type { DirectionCost } from '../../../src/core/flow/layer.ts'
import { type ColumnRange, lintData } from '../../../src/core/flow/lint-data.ts'
import { lintRanges } from '../../../src/core/flow/lint-ranges.ts'
import { templates } from '../../../src/core/flow/templates/index.ts'
import { lintTrained } from '../../../src/core/flow/lint-trained.ts'
import { lintLayers } from '../../../src/core/flow/lint-layers.ts'

const spline = (bound: number, kind = 'rational-quadratic'): LayerNode =>
  ({ id: 'move', kind: 'coupling', options: { transformer: { kind, bound } } })
const affine = (bound: number): LayerNode => ({ id: 'move', kind: 'coupling', options: { transformer: { kind: 'affine', bound } } })
const standardize: LayerNode = { id: 'unit', kind: 'standardize' }

function placed(...layers: LayerNode[]): readonly PlacedLayer[] {
  const laid = layOut({ event: [2], layers, base: { kind: 'gaussian' } })
  expect(laid.issues).toEqual([])
  return laid.layers
}

const column = (name: string, minimum: number, maximum: number, integer = false): ColumnRange =>
  ({ name, minimum, maximum, mean: (minimum + maximum) / 2, deviation: (maximum - minimum) / 6, integer })
const wide = [column('a', -1, 1), column('b', 0, 600)]
const codes = (issues: readonly { readonly code: string }[]): string[] => issues.map(({ code }) => code)

describe('values that can reach a layer', () => {
  const layer = (kind: string, options = {}): LayerNode => ({ id: kind, kind, options })
  const of = (base: string, ...layers: LayerNode[]): string[] => lintRanges(placed(...layers), base).map(({ code, at = '' }) => `${code} ${at.split(' ')[0]}`)

  it('are told where a layer takes a part of them only', () => {
    expect(of('gaussian', affine(2), layer('log'))).toEqual(['range-exceeded layers[1]'])
    expect(of('gaussian', layer('linear'), layer('box'), layer('linear'), layer('logit'))).toEqual(['range-exceeded layers[1]', 'range-exceeded layers[3]'])
    expect(of('gaussian', layer('linear'), layer('softplus'))).toEqual(['range-exceeded layers[1]'])
  })
  it('are not guessed at of the data, and squeezing layers give what others take', () => {
    for (const kind of ['log', 'logit', 'box', 'softplus']) expect(of('gaussian', layer(kind), layer('linear'))).toEqual([])
    expect(of('gaussian', standardize, layer('logit'))).toEqual([])
    expect(of('gaussian', layer('linear'), layer('exp'), layer('log'), layer('sigmoid'), layer('logit'))).toEqual([])
    expect(of('gaussian', layer('linear'), layer('softplus', { direction: 'normalizing' }), layer('log'))).toEqual([])
  })
  it('have to lie in the cube of a uniform base, unless the flow bends that', () => {
    expect(of('uniform', standardize, layer('planar'))).toEqual(['base-range base'])
    expect(of('uniform', standardize, layer('planar'), layer('sigmoid'))).toEqual([])
    expect(of('uniform', standardize, layer('planar', { direction: 'generating' }))).toEqual([])
    expect(of('uniform')).toEqual([])
  })
  it('are in order in every template and every variant of one', () => {
    for (const { id, build, variants = [] } of Object.values(templates)) for (const options of [{}, ...variants.map((one) => one.options)]) {
      const { design } = build(2, options)
      expect(lintRanges(layOut(design).layers, String(design.base['kind'])), id).toEqual([])
    }
  })
})

describe('beside the data', () => {
  it('a spline that covers a part of them is told, with the range that would do', () => {
    const [issue, ...rest] = lintData(placed(spline(5)), wide, false)
    expect(rest).toEqual([])
    expect(issue).toMatchObject({ code: 'spline-range', severity: 'warning', at: 'layers[0].options.transformer.bound' })
    expect(issue?.message).toContain("column 'b'")
    expect(issue?.fix).toContain('set it to 750')
  })
  it.each(['linear-spline', 'quadratic-spline', 'cubic-spline'])('so is a %s', (kind) => {
    expect(codes(lintData(placed(spline(5, kind)), wide, false))).toEqual(['spline-range'])
    expect(lintData(placed(spline(500, kind)), wide, false)).toEqual([])
  })
  it('a map of the whole line has no range to miss', () => {
    expect(lintData(placed(spline(5, 'deep-sigmoidal')), wide, false)).toEqual([])
  })
  it('a standardize layer before it brings them into range', () => {
    expect(lintData(placed(standardize, spline(5)), wide, false)).toEqual([])
    expect(codes(lintData(placed(standardize, spline(1)), wide, false))).toEqual(['spline-range'])
  })
  it('behind layers that move them nothing is said', () => {
    const mix: LayerNode = { id: 'mix', kind: 'linear' }
    expect(lintData(placed(mix, spline(1)), wide, false)).toEqual([])
    expect(lintData(placed(affine(2)), wide, false)).toEqual([])
  })
  it('integers want dequantization, once', () => {
    const counts = [column('a', 0, 9, true), column('b', -1, 1)]
    expect(lintData(placed(standardize), counts, false)).toMatchObject([{ code: 'integers-not-dequantized', severity: 'error' }])
    expect(lintData(placed(standardize), counts, true)).toEqual([])
    expect(lintData(placed({ id: 'noise', kind: 'dequantize', options: { columns: [0] } }, standardize), counts, false)).toEqual([])
  })
})

describe('after training', () => {
  const mix: LayerNode = { id: 'mix', kind: 'linear' }
  it('a linear layer that is near to singular is told, and no other', () => {
    const layers = placed(mix, affine(2))
    expect(lintTrained(layers, [{ path: 'mix', condition: 3e5 }, { path: 'move', condition: 1e9 }]))
      .toMatchObject([{ code: 'ill-conditioned', severity: 'warning', at: "layers[0] (linear 'mix')" }])
    expect(lintTrained(layers, [{ path: 'mix', condition: 900 }])).toEqual([])
    expect(lintTrained(layers, [{ path: 'mix', condition: null }])).toEqual([])
  })
})

describe('by itself', () => {
  it('a log-scale that is bounded in name only is told', () => {
    expect(lintLayers(placed(affine(12)))).toMatchObject([{ code: 'log-scale-unbounded', fix: 'set it to 2' }])
    expect(lintLayers(placed(affine(2)))).toEqual([])
  })
  it('a direction that takes one pass for each of many dimensions is told, each by itself', () => {
    const [layer] = layOut({ event: [64], layers: [affine(2)], base: { kind: 'gaussian' } }).layers
    if (layer === undefined) throw new Error('the layer does not fit')
    const slow = (normalize: DirectionCost, generate: DirectionCost): PlacedLayer =>
      ({ ...layer, definition: { ...layer.definition, cost: { normalize, generate } } })
    expect(lintLayers([slow('one pass', 'one pass a dimension')])[0]?.message).toContain('sampling runs its network 64 times')
    expect(lintLayers([slow('one pass a dimension', 'one pass')])[0]?.message).toContain('likelihood')
    expect(lintLayers([slow('iterative', 'one pass')])).toEqual([])
    const few = slow('one pass', 'one pass a dimension')
    expect(lintLayers([{ ...few, site: { ...few.site, event: [16] } }])).toEqual([])
  })
})
