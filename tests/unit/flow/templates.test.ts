/** Every template assembles on data of every size that it can take, and refuses the others with an issue. */
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { checkOptions } from '../../../src/core/flow/options.ts'
import { trainingFields } from '../../../src/core/design/training.ts'
import { idSchema, idsOf } from '../../../src/core/design/form.ts'
import { assemble } from '../../../src/core/flow/flow.ts'
import { eventSize } from '../../../src/core/flow/layer.ts'
import { templates } from '../../../src/core/flow/templates/index.ts'
import type { Model as BuiltModel } from '../../../src/core/flow/templates/template.ts'
import type { Result } from '../../../src/core/issues.ts'
import { type Model, assembleModel } from '../../../src/core/objectives/model.ts'

const all = Object.values(templates)

/** The template's flow with its objective. */
function modelOf(built: BuiltModel, contextSize = 0): Result<Model> {
  const training = checkOptions(trainingFields, built.training, 'training')
  if (!training.ok) return training
  return assembleModel({ design: built.design, objective: training.value.objective, contextSize })
}

describe.each(all)('$id', (template) => {
  it.each([2, 3, 7, 64])('assembles for %d dimensions, without a warning', (size) => {
    const model = modelOf(template.build(size))
    expect(model.issues).toEqual([])
    expect(model.ok && eventSize(model.value.dataEvent)).toBe(size)
  })

  it('assembles for images', () => {
    const model = modelOf(template.build([4, 4, 1]))
    expect(model.issues).toEqual([])
    expect(model.ok && eventSize(model.value.dataEvent)).toBe(16)
  })

  it('takes a context', () => {
    // A density on a target has none.
    expect(modelOf(template.build(2), 3).ok).toBe(template.build(2).target === undefined)
  })

  it('trains with options that exist', () => {
    expect(checkOptions(trainingFields, template.build(2).training, 'training').issues).toEqual([])
  })

  it('names its layers as documents may, each once', () => {
    const ids = idsOf(template.build([2, 2, 1]).design.layers)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !v.is(idSchema, id))).toEqual([])
  })
})

/** By what a template's layers that learn dependencies are. */
const withKind = (kind: string): typeof all => all.filter((template) => template.build(2).design.layers.some((node) =>
  'layers' in node && node.layers.some((inner) => inner.kind === kind)))

describe.each(withKind('coupling'))('$id, of couplings', (template) => {
  it('refuses a single dimension, and says why, once for each coupling of the block', () => {
    const flow = assemble(template.build(1).design)
    expect(flow.ok).toBe(false)
    const errors = flow.issues.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ code }) => code)).toEqual(['coupling-single', 'coupling-single'])
    expect(errors[0]?.message).toBe('a coupling needs at least 2 dimensions, got 1')
    expect(errors[0]?.fix).toMatch(/more columns/)
  })

  it('transforms every dimension', () => {
    const flow = assemble(template.build(7).design)
    if (!flow.ok) throw new Error('does not assemble')
    const couplings = flow.value.layers.filter(({ definition }) => definition.kind === 'coupling')
    const transformed = couplings.flatMap(({ definition, site }) => {
      const indices = definition.transforms(site)
      if (typeof indices === 'string') throw new Error(`a coupling said '${indices}'`)
      return [...indices]
    })
    expect([...new Set(transformed)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('has as many couplings as asked, as wide as asked', () => {
    const flow = assemble(template.build(4, { couplings: 4, width: 10, depth: 1 }).design)
    if (!flow.ok) throw new Error('does not assemble')
    const couplings = flow.value.layers.filter(({ definition }) => definition.kind === 'coupling')
    expect(couplings).toHaveLength(4)
    const hidden = flow.value.table.parameters.filter(({ path }) => path.endsWith('conditioner.weight0'))
    expect(hidden.map(({ shape }) => shape)).toEqual(couplings.map(() => [2, 10]))
  })
})

describe.each(withKind('autoregressive'))('$id, autoregressive', (template) => {
  it('takes a single dimension', () => {
    expect(assemble(template.build(1).design).issues).toEqual([])
  })

  it('has as many layers as asked, as wide as asked, each with another order than the one before, or mixed', () => {
    const flow = assemble(template.build(4, { couplings: 3, width: 10, depth: 1 }).design)
    if (!flow.ok) throw new Error('does not assemble')
    const kinds = flow.value.layers.map(({ definition }) => definition.kind)
    expect(kinds.filter((kind) => kind === 'autoregressive')).toHaveLength(3)
    expect(kinds.filter((kind) => kind === 'permutation' || kind === 'linear')).toHaveLength(3)
    const widths = flow.value.table.parameters.filter(({ path }) => /conditioner\.(weight0|candidate)$/.test(path))
    expect(widths.map(({ shape }) => shape.at(-1))).toEqual([10, 10, 10])
  })
})

it('keeps the ids that documents and commands use', () => {
  expect(Object.keys(templates)).toEqual(expect.arrayContaining([
    'nice', 'realnvp', 'rq-nsf', 'linear-qr', 'planar', 'planar-generating', 'radial', 'sylvester', 'maf', 'iaf', 'ar-rq-nsf',
    'naf', 'rnn-af', 'vae', 'vae-planar', 'gan',
  ]))
})

describe.each(['planar', 'planar-generating', 'radial', 'sylvester'])('%s', (id) => {
  const template = templates[id]!
  it('takes a single dimension, and has as many layers as asked', () => {
    const flow = assemble(template.build(1, { couplings: 3 }).design)
    expect(flow.issues).toEqual([])
    const kind = id.split('-')[0]
    expect(flow.ok && flow.value.layers.filter(({ definition }) => definition.kind === kind)).toHaveLength(3)
  })
})

it.each([['planar', ['sigmoid']], ['planar-generating', []]] as const)('%s on a uniform base', (id, before) => {
  const flow = assemble(templates[id]!.build(2, { base: 'uniform' }).design)
  expect(flow.issues).toEqual([])
  if (!flow.ok) throw new Error('does not assemble')
  const kinds = flow.value.layers.map(({ definition }) => definition.kind)
  expect(kinds.filter((kind) => kind === 'planar')).toHaveLength(10)
  expect(kinds.slice(kinds.lastIndexOf('planar') + 1)).toEqual(before)
})
