/** Numbers that are stepped, what a search finds, and rows in their order. */
import { describe, expect, test } from 'vitest'
import { type TableColumn, sortRows } from './data-table.ts'
import { fit, parseNumber, showNumber, stepOf } from './number-field.ts'
import { rank, score } from './search.ts'

describe('numbers', () => {
  test.each([['1e-3', 0.001], ['1,5', 1.5], ['1 000', 1000], ['-2', -2], ['+.5', 0.5]])('reads %s', (text, value) => {
    expect(parseNumber(text)).toBe(value)
  })
  test.each(['', 'x', '1e', '1,5,2', 'Infinity'])(
    'does not read %j', (text) => { expect(parseNumber(text)).toBeUndefined() },
  )
  test.each([
    [64, true, 1], [512, true, 10], [0, true, 1], [0.001, false, 0.0001], [0, false, 0.1], [2.5, false, 0.1],
  ])('steps %d (%s) by %d', (value, integer, step) => {
    expect(stepOf(value, integer)).toBeCloseTo(step, 12)
  })
  test('stays within its bounds and drops what adding leaves behind', () => {
    expect(fit(0.1 + 0.2, { minimum: 0, maximum: 1, integer: false })).toBe(0.3)
    expect(fit(7.6, { minimum: 1, maximum: 7, integer: true })).toBe(7)
  })
  test.each([
    [0.0001, '1e-4'], [123456, '123456'], [0.25, '0.25'], [1e-9, '1e-9'], [0, '0'],
  ])('writes %d as %s', (value, text) => {
    expect(showNumber(value)).toBe(text)
  })
})

describe('search', () => {
  const titles = ['Coupling', 'ActNorm', 'Element-wise affine', '1×1 convolution', 'Permutation']
  const found = (query: string): readonly string[] => rank(query, titles, (title) => title)

  test('finds by the start, by a word, and by the first letters of words', () => {
    expect(found('coup')).toEqual(['Coupling'])
    expect(found('affine')).toEqual(['Element-wise affine'])
    expect(found('ea')).toEqual(['Element-wise affine'])
    expect(found('conv')[0]).toBe('1×1 convolution')
  })
  test('every word must be found; nothing typed leaves the order as it is', () => {
    expect(found('element coup')).toEqual([])
    expect(found(' ')).toEqual(titles)
    expect(score('xyz', 'Coupling')).toBe(0)
  })
})

describe('sortRows', () => {
  interface Row { readonly name: string; readonly loss: number | undefined }
  const columns: readonly TableColumn<Row>[] = [
    {
      key: 'name', title: 'Name', sort: ({ name }) => name,
    }, { key: 'loss', title: 'Loss', sort: ({ loss }) => loss }, { key: 'note', title: 'Note' },
  ]
  const rows: readonly Row[] = [
    { name: 'run 10', loss: 2 }, { name: 'run 9', loss: undefined }, { name: 'run 2', loss: -1 },
  ]
  const names = (key: string, descending: boolean): string[] =>
    sortRows(rows, columns, { key, descending }).map(({ name }) => name)

  test('numbers in names count as numbers, and what has no value comes last either way', () => {
    expect(names('name', false)).toEqual(['run 2', 'run 9', 'run 10'])
    expect(names('loss', false)).toEqual(['run 2', 'run 10', 'run 9'])
    expect(names('loss', true)).toEqual(['run 10', 'run 2', 'run 9'])
    expect(names('note', true)).toEqual(rows.map(({ name }) => name))
  })
})
