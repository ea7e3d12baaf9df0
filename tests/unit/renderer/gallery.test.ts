/** What the gallery works out: sketches, pictures, files that are brought, times. */
import { describe, expect, test } from 'vitest'
import { templates } from '../../../src/core/flow/templates/index.ts'
import { error, reject, accept } from '../../../src/core/issues.ts'
import { sketchOf } from '../../../src/renderer/components/flow-sketch.ts'
import { ago } from '../../../src/renderer/components/when.ts'
import { fileStem } from '../../../src/renderer/views/export/offer-file.ts'
import { parityFigures, showBytes } from '../../../src/renderer/views/export/parity.ts'
import { byFamily, familyOf, unitOf } from '../../../src/renderer/views/gallery/families.ts'
import { importFiles } from '../../../src/renderer/views/gallery/import-files.ts'
import { basePicture, kindsOf, targetPicture } from '../../../src/renderer/views/gallery/pictures.ts'

const numbers = (d: string): number[] => (d.match(/-?\d+(\.\d+)?/g) ?? []).map(Number)

describe('sketches', () => {
  test.each([1, 5, 64])('%i layers stay inside', (count) => {
    const marks = sketchOf(Array.from({ length: count }, () => 'linear'), 100, 20)
    expect(marks).toHaveLength(count)
    for (const { d } of marks) for (const value of numbers(d)) expect(value >= 0 && value <= 100).toBe(true)
  })
  test('couplings take turns in which half they fill', () => {
    expect(sketchOf(['coupling', 'actnorm', 'coupling'], 60, 20).map(({ filled }) => filled)).toEqual([true, false, true, false, true])
  })
  test('every template has one mark or two for each of its layers', () => {
    for (const template of Object.values(templates)) {
      const kinds = kindsOf(template.build(2).design.layers)
      // The standard autoencoder has none.
      if (familyOf(template) !== 'objective') expect(kinds.length).toBeGreaterThan(3)
      expect(sketchOf(kinds, 104, 40).length).toBeGreaterThanOrEqual(kinds.length)
    }
  })
})

test('every template says what it reaches, and where published figures stand, with minus signs', () => {
  for (const { id, results = [], measured } of Object.values(templates)) {
    expect([id, measured?.figure]).toEqual([id, expect.stringMatching(/^(< )?−?\d+(\.\d+)?$/)])
    for (const { figure, source } of results) {
      expect(figure).toMatch(/^−?\d+(\.\d+)?$/)
      expect(source).toMatch(/\b20\d\d\b|published for/)
    }
  }
})

test('pictures hold points of the plane, most of them inside their box', () => {
  for (const picture of [targetPicture('moons'), targetPicture('checkerboard'), basePicture('gaussian'), basePicture('logistic'), basePicture('uniform')]) {
    const [left, right, bottom, top] = picture.box
    let inside = 0
    for (let i = 0; i < picture.values.length; i += 2) {
      const [x, y] = [picture.values[i] as number, picture.values[i + 1] as number]
      if (x >= left && x <= right && y >= bottom && y <= top) inside += 2
    }
    expect(inside / picture.values.length).toBeGreaterThan(0.99)
  }
  expect(targetPicture('no-such').values).toHaveLength(0)
})

test('files that are brought: designs become projects, all else is told by name', async () => {
  const brought: string[] = []
  const file = (name: string, text: string, size = text.length) => ({ name, size, text: () => Promise.resolve(text) })
  const { projects, issues } = await importFiles([
    file('a.json', '{}'), file('points.csv', '1,2'), file('huge.json', '', 1e9),
    { name: 'folder', size: 0, text: () => Promise.reject(new Error('a folder')) }, file('bad.json', 'bad'),
  ], (name, text) => {
    brought.push(name)
    return Promise.resolve(text === 'bad' ? reject(error('document-json', 'this is not JSON')) : accept({ project: 'a' }))
  })
  expect(brought).toEqual(['a.json', 'bad.json'])
  expect(projects).toEqual(['a'])
  expect(issues.map(({ code }) => code)).toEqual(['import-data', 'import-large', 'import-unreadable', 'document-json'])
  expect(issues[3]?.message).toBe('“bad.json”: this is not JSON')
})

test('times as people say them', () => {
  const now = Date.parse('2026-06-15T12:00:00Z')
  const at = (seconds: number): string => ago(new Date(now - 1000 * seconds).toISOString(), now)
  expect([5, 60, 3600, 86_400, 40 * 86_400].map(at)).toEqual(['just now', '1 minute ago', '1 hour ago', 'yesterday', 'last month'])
  expect(ago('nonsense', now)).toBe('')
})

describe('export', () => {
  test('figures of parity are judged; one that is no number at all is an error', () => {
    const figures = parityFigures({ points: 512, log_prob_max_relative_difference: 2.34e-6, z_max_difference: 0.01, round_trip_max_error: Number.NaN, density_bytes: 5 })
    expect(figures.map(({ name, value, tone }) => [name, value, tone])).toEqual([
      ['log p, relative', '2.3·10⁻⁶', 'ok'], ['Latents z', '1.0·10⁻²', 'warning'], ['Round trip', 'not finite', 'error'],
    ])
  })
  test('sizes and names of files', () => {
    expect([12, 113_214, 3_400_000].map(showBytes)).toEqual(['12 B', '113 kB', '3.40 MB'])
    expect(fileStem('NICE, Zwei Möndchen', 'run-1', 'samples')).toBe('nice-zwei-mondchen-run-1-samples')
    expect(fileStem('流')).toBe('flow')
    expect(fileStem('x'.repeat(500), 'samples')).toBe(`${'x'.repeat(40)}-samples`)
  })
})

describe('families', () => {
  test('every template is in one, by what it is made of', () => {
    const all = Object.values(templates)
    const families = byFamily(all)
    expect([...families.values()].flat().map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort())
    expect(families.get('coupling')?.map(({ id }) => id)).toEqual(expect.arrayContaining(['nice', 'realnvp', 'rq-nsf']))
    expect(families.get('other')).toBeUndefined()
  })
  test('an objective of its own says more than the layers', () => {
    const [first] = Object.values(templates)
    if (first === undefined) throw new Error('there are no templates')
    const built = first.build(2)
    const elbo = { ...first, build: () => ({ ...built, training: { ...built.training, objective: { kind: 'elbo' } } }) }
    expect([familyOf(first), familyOf(elbo)]).toEqual(['coupling', 'objective'])
  })
  test('figures have their unit beside them', () => {
    expect(unitOf({ data: 'MNIST', figure: '1980.50', unit: 'log-likelihood, nats', source: '' })).toBe('nats')
  })
})
