/** What the Data and Train views find wrong before a run starts, and that each fix mends it. */
import { describe, expect, it } from 'vitest'
import { applyEdit } from '../../../src/core/design/edits.ts'
import { type ProjectDocument, readDocumentJson } from '../../../src/core/design/document.ts'
import { chosenColumns, classProblem, columnRows, labelOf, textProblem, withColumns, withContext, withDequantized, withLabel } from '../../../src/renderer/views/data/columns.ts'
import { correlation, togglePair } from '../../../src/renderer/views/data/pairs.ts'
import { dataProblems, gathered, splitOf, whereOf } from '../../../src/renderer/views/data/problems.ts'
import { choiceOf, sourceOf, syntheticTargets, withOption } from '../../../src/renderer/views/data/synthetic.ts'
import type { DataColumns, DataPreview } from '../../../src/shared/api.ts'
import { error } from '../../../src/core/issues.ts'

interface Column { readonly name: string; readonly integer?: boolean; readonly constant?: boolean }

function previewOf(columns: readonly Column[], rows = 5000): DataPreview {
  return {
    source: 'data/people.csv', rows, event: [columns.length], label: undefined, context: [], shown: 0, values: new Float32Array(0), sampled: 0, sample: new Float32Array(0), entropy: undefined, issues: [],
    columns: columns.map(({ name, integer = false, constant = false }) => ({ name, integer, constant, minimum: 0, maximum: 1, mean: 0.5, deviation: 0.2, histogram: [] })),
  }
}
function documentOf(dimension: number, data: Readonly<Record<string, unknown>> = {}, objective?: Readonly<Record<string, unknown>>): ProjectDocument {
  const document = readDocumentJson({
    format: 'flowsmith-project', version: 1, name: 'Test', design: { event: [dimension], layers: [{ id: 'scale', kind: 'diagonal-scaling' }], base: { kind: 'gaussian' } },
    data: { source: 'data/people.csv', ...data }, training: objective === undefined ? {} : { objective },
  }, 'test')
  if (!document.ok) throw new Error(JSON.stringify(document.issues))
  return document.value
}
/** Presses every fix until there is none, and says which problems there were. */
function mend(document: ProjectDocument, preview: (document: ProjectDocument) => DataPreview): string[] {
  const codes: string[] = []
  for (let round = 0, now = document; round < 10; round++) {
    const [problem] = dataProblems(now, preview(now))
    if (problem === undefined) return codes
    codes.push(problem.issue.code)
    if (problem.fix === undefined) return [...codes, 'no fix']
    const applied = applyEdit(now, problem.fix.edit)
    if (!applied.ok) throw new Error(JSON.stringify(applied.issues))
    now = applied.value.document
  }
  return [...codes, 'never ends']
}
const codesOf = (document: ProjectDocument, preview: DataPreview): string[] => dataProblems(document, preview).map(({ issue }) => issue.code)

describe('problems of other objectives', () => {
  const five: readonly Column[] = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name }))

  it('an autoencoder is held against the data, not its codes', () => {
    expect(codesOf(documentOf(2, {}, { kind: 'elbo', dimensions: 5 }), previewOf(five))).toEqual([])
    expect(mend(documentOf(2, {}, { kind: 'elbo', dimensions: 3 }), () => previewOf(five))).toEqual(['objective-data-dimension'])
  })

  it('a density of whole numbers becomes their probability by one press; coins need nothing', () => {
    const whole: readonly Column[] = [{ name: 'a', integer: true }, { name: 'b', integer: true, constant: true }]
    expect(codesOf(documentOf(1, {}, { kind: 'elbo', dimensions: 2, likelihood: 'bernoulli' }), previewOf(whole))).toEqual([])
    expect(mend(documentOf(1, {}, { kind: 'elbo', dimensions: 2, likelihood: 'gaussian' }), () => previewOf([{ name: 'a', integer: true }, { name: 'b' }])))
      .toEqual(['integers-not-dequantized'])
    expect(codesOf(documentOf(1, { dequantize: 'off' }, { kind: 'elbo', dimensions: 2 }), previewOf([{ name: 'a', integer: true }, { name: 'b' }])))
      .toEqual(['integers-not-dequantized'])
  })

  it('where a density is fitted the data say nothing', () => {
    expect(codesOf(documentOf(2, {}, { kind: 'reverse-kl' }), previewOf(five))).toEqual([])
  })
})

describe('problems', () => {
  const columns: readonly Column[] = [{ name: 'age' }, { name: 'kids', integer: true }, { name: 'one', integer: true, constant: true }, { name: 'height' }]

  it('are none where data and design fit', () => {
    expect(codesOf(documentOf(2), previewOf([{ name: 'a' }, { name: 'b' }]))).toEqual([])
  })

  it('are mended one after the other by their buttons', () => {
    const preview = (document: ProjectDocument): DataPreview => previewOf(columns.filter(({ name }) => document.data?.columns?.includes(name) ?? true), 400)
    expect(mend(documentOf(2), preview)).toEqual(['constant-column', 'integers-not-dequantized', 'data-dimension', 'fewer-rows-than-batch'])
  })

  it('speak of whole numbers only where nothing is done about them', () => {
    const preview = previewOf([{ name: 'kids', integer: true }, { name: 'age' }])
    expect(codesOf(documentOf(2), preview)).toEqual(['integers-not-dequantized'])
    expect(codesOf(documentOf(2, { dequantize: 'auto' }), preview)).toEqual([])
    expect(codesOf(documentOf(2, { dequantize: ['kids'] }), preview)).toEqual([])
    expect(codesOf(documentOf(2, { dequantize: ['age', 'kids'] }), preview)).toEqual(['dequantize-real'])
    const [off] = dataProblems(documentOf(2, { dequantize: 'off' }), preview)
    expect(off?.issue.severity).toBe('warning')
    const own = documentOf(2)
    const layered = { ...own, design: { ...own.design, layers: [{ id: 'dequantize', kind: 'dequantize', options: { columns: [0] } }, ...own.design.layers] } }
    expect(codesOf(layered, preview)).toEqual([])
  })

  it('are refused without a fix where there is too little', () => {
    expect(mend(documentOf(1), () => previewOf([{ name: 'a' }], 2))).toEqual(['too-few-rows', 'no fix'])
  })

  it('are gathered by kind, and name the file without its folder', () => {
    const wrong = (row: number) => ({ issue: error('csv-not-a-number', 'no', { at: `/home/me/flows/data/people.csv row ${row}, column "city"` }) })
    const [first, ...rest] = gathered([wrong(2), wrong(3), wrong(4)])
    expect(rest).toEqual([])
    expect(first?.more).toBe(2)
    expect(first === undefined ? '' : whereOf(first.issue)).toBe('people.csv row 2, column "city"')
  })
})

describe('columns', () => {
  const offered: DataColumns = { header: true, arrays: [], columns: ['age', 'city', 'kids', 'label'].map((name) => ({ name, numeric: name !== 'city' })) }
  const data = { source: 'data/people.csv' }

  it('are all but the label unless chosen', () => {
    expect(labelOf(data, offered)).toBe('label')
    expect(chosenColumns(data, offered)).toEqual(['age', 'city', 'kids'])
    expect(columnRows(data, offered, undefined).map(({ role }) => role)).toEqual(['data', 'data', 'data', 'label'])
  })

  it('go without saying where the choice is what it would be anyway', () => {
    const some = withColumns({ ...data, dequantize: ['kids'] }, offered, new Set(['age']))
    expect(some).toEqual({ ...data, columns: ['age'] })
    expect(withColumns(some, offered, new Set(['kids', 'city', 'age']))).toEqual(data)
  })

  it('leave the label, and take it back', () => {
    const labelled = withLabel({ ...data, columns: ['age', 'kids'] }, offered, 'kids')
    expect(labelled).toEqual({ ...data, label: 'kids', columns: ['age', 'label'] })
    expect(labelOf(labelled, offered)).toBe('kids')
  })

  it('of words are left out by one press', () => {
    expect(textProblem(data, offered)?.edit).toEqual({ type: 'set-data', data: { ...data, columns: ['age', 'kids'] } })
    expect(textProblem({ ...data, columns: ['age'] }, offered)).toBeUndefined()
    // It may as well be a class that the flow depends on.
    expect(classProblem(data, offered)?.edit).toEqual({ type: 'set-data', data: withContext(data, offered, 'city', true) })
    expect(classProblem({ ...data, columns: ['age'] }, offered)).toBeUndefined()
  })

  it('are given, and modelled again', () => {
    const given = withContext(data, offered, 'city', true)
    expect(given).toEqual({ ...data, context: ['city'] })
    expect(chosenColumns(given, offered)).toEqual(['age', 'kids'])
    expect(columnRows(given, offered, undefined).map(({ role }) => role)).toEqual(['data', 'context', 'data', 'label'])
    // A label may be given too; it stays the label.
    const both = withContext(given, offered, 'label', true)
    expect(both).toEqual({ ...data, context: ['city', 'label'] })
    expect(columnRows(both, offered, undefined).at(-1)).toMatchObject({ role: 'label', given: true })
    // Words are left out where they are not given any more, numbers are modelled.
    expect(withContext(both, offered, 'city', false)).toEqual({ ...data, context: ['label'], columns: ['age', 'kids'] })
    const ages = withContext(data, offered, 'age', true)
    expect(withContext(ages, offered, 'age', false)).toEqual(data)
    expect(withColumns(ages, offered, new Set(['age', 'city', 'kids']))).toEqual(data)
    expect(textProblem(given, offered)).toBeUndefined()
  })

  it('are dequantized one by one', () => {
    const rows = columnRows({ ...data, dequantize: 'auto' }, undefined, previewOf([{ name: 'a', integer: true }, { name: 'b', integer: true }, { name: 'c' }]))
    expect(withDequantized({ ...data, dequantize: 'auto' }, rows, 'a', false)).toEqual({ ...data, dequantize: ['b'] })
    expect(withDequantized(data, rows.slice(0, 1), 'a', false)).toEqual({ ...data, dequantize: 'off' })
  })
})

describe('small things', () => {
  it('splits eight to one to one, each with a row at least', () => {
    expect(splitOf(900)).toEqual([720, 90, 90])
    expect(splitOf(3)).toEqual([1, 1, 1])
  })

  it('knows every target by its source, and changes an option in round numbers', () => {
    for (const target of syntheticTargets) expect(choiceOf(sourceOf(target))?.target.id).toBe(target.id)
    const moons = choiceOf('synthetic:moons')
    expect(moons === undefined ? '' : withOption(moons, 'noise', 0.123456)).toBe('synthetic:moons?noise=0.1235')
    expect(choiceOf('data/people.csv')).toBeUndefined()
  })

  it('correlates', () => {
    const values = Float32Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? i : i % 3 === 1 ? -2 * (i - 1) : 7))
    expect(correlation(values, 3, 0, 1)).toBeCloseTo(-1, 6)
    expect(correlation(values, 3, 0, 2)).toBeNaN()
  })

  it('shows six columns at most, one at least', () => {
    expect(togglePair(['a', 'b', 'c', 'd', 'e', 'f'], 'g')).toEqual(['b', 'c', 'd', 'e', 'f', 'g'])
    expect(togglePair(['a', 'b'], 'a')).toEqual(['b'])
    expect(togglePair(['a'], 'a')).toEqual(['a'])
  })
})
