import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkColumns, integerColumns, summariseColumns } from '../../../src/core/data/columns.ts'
import { parseCsv } from '../../../src/core/data/csv.ts'
import { columnValues, float32Values, makeDataSet, selectColumns, takeRows } from '../../../src/core/data/dataset.ts'
import { dataExtensions, formatOfName, splitArrayName } from '../../../src/core/data/formats.ts'
import { realData } from './real-data.ts'
import { valueOf } from './results.ts'

/** A data set from rows. */
function table(columns: string[], ...rows: number[][]) {
  return makeDataSet({ columns, rows: rows.length, values: Float64Array.from(rows.flat()), source: 'f.csv' })
}

describe('data sets', () => {
  const label = { name: 'y', values: Float64Array.of(0, 1, 2) }
  const dataset = makeDataSet({ ...table(['a', 'b', 'c'], [1, 2, 3], [4, 5, 6], [7, 8, 9.1]), label })

  test('columns are selected in the order given', () => {
    const selected = selectColumns(dataset, [2, 0])
    expect(selected).toMatchObject({ columns: ['c', 'a'], rows: 3, event: [2], label: dataset.label })
    expect([...selected.values]).toEqual([3, 1, 6, 4, 9.1, 7])
    expect(() => selectColumns(dataset, [3])).toThrow('selectColumns')
  })

  test('rows are taken in the order given, with their labels', () => {
    const taken = takeRows(dataset, Int32Array.of(2, 0))
    expect(taken).toMatchObject({ rows: 2, event: [3] })
    expect([...taken.values]).toEqual([7, 8, 9.1, 1, 2, 3])
    expect([...taken.label!.values]).toEqual([2, 0])
    expect(() => takeRows(dataset, [3])).toThrow('takeRows')
  })

  test('columns and float32 values', () => {
    expect([...columnValues(dataset, 1)]).toEqual([2, 5, 8])
    expect(float32Values(dataset)[8]).toBe(Math.fround(9.1))
  })

  test('parts that do not fit are a bug', () => {
    expect(() => makeDataSet({ ...dataset, rows: 2 })).toThrow('makeDataSet')
    expect(() => makeDataSet({ ...dataset, event: [2, 2, 1] })).toThrow('makeDataSet')
    expect(() => makeDataSet({ ...dataset, label: { name: 'y', values: new Float64Array(2) } })).toThrow('makeDataSet')
  })
})

describe('columns', () => {
  test('whole numbers are recognised beside real ones', () => {
    expect(integerColumns(table(['a', 'b', 'c'], [1, 0.5, -3], [2, 1, 1e15]))).toEqual([0, 2])
  })

  test('summaries', () => {
    expect(summariseColumns(table(['a', 'b'], [1, 0.5], [2, 0.5], [6, 0.5]))).toEqual([
      { name: 'a', min: 1, max: 6, mean: 3, sd: Math.sqrt(14 / 3), integer: true, constant: false },
      { name: 'b', min: 0.5, max: 0.5, mean: 0.5, sd: 0, integer: false, constant: true },
    ])
  })

  test('the spread survives a large mean', () => {
    const [summary] = summariseColumns(table(['a'], [1e9 + 1], [1e9 + 2], [1e9 + 3]))
    expect(summary).toMatchObject({ mean: 1e9 + 2, sd: Math.sqrt(2 / 3) })
  })

  test('a constant column is refused unless it is dequantized', () => {
    const dataset = table(['a', 'my b', 'c'], [1, 3, 0], [2, 3, 0.5])
    expect(checkColumns(dataset, { dequantized: [] })).toEqual([{
      code: 'constant-column',
      severity: 'error',
      message: 'Column "my b" is 3 in all 2 rows: its density is infinite.',
      at: 'f.csv column "my b"',
      fix: 'Leave it out with --columns a,c, or dequantize it.',
    }])
    expect(checkColumns(dataset, { dequantized: ['my b'] })).toEqual([])
  })

  test('a column that float32 makes constant is constant', () => {
    const issues = checkColumns(table(['t'], [1e9], [1e9 + 1]), { dequantized: [] })
    expect(issues).toMatchObject([{ code: 'constant-column' }])
  })

  test('a column whose spread is lost in float32 is pointed out', () => {
    const dataset = table(['t', 'id'], [1.7e9, 2 ** 24], [1.7e9 + 1000, 1])
    expect(checkColumns(dataset, { dequantized: [] })).toMatchObject([
      { code: 'coarse-column', severity: 'warning', message: expect.stringContaining('steps of 128 ') },
    ])
  })

  test('at most five constant columns are listed', () => {
    const names = Array.from({ length: 8 }, (_, i) => `c${i}`)
    const ones = names.map(() => 1)
    const issues = checkColumns(table(names, ones, ones), { dequantized: [] })
    expect(issues).toHaveLength(6)
    expect(issues[5]!.message).toBe('3 more of the same kind (8 in all).')
  })

  test('one row is too few', () => {
    expect(checkColumns(table(['a'], [1]), { dequantized: [] })).toMatchObject([{ code: 'too-few-rows' }])
  })
})

test('formats go by extension', () => {
  expect(formatOfName('a.b/Data.CSV')).toBe('csv')
  expect(formatOfName('x.txt')).toBe('csv')
  expect(formatOfName('x.tsv')).toBe('tsv')
  expect(formatOfName('x.npz')).toBe('npz')
  expect(formatOfName('x.npy')).toBe('npy')
  expect(formatOfName('npy')).toBeUndefined()
  expect(dataExtensions).toEqual(['.csv', '.txt', '.tsv', '.npy', '.npz'])
  expect(splitArrayName('a#b/f.npz#x')).toEqual({ path: 'a#b/f.npz', array: 'x' })
  expect(splitArrayName('f#1.csv')).toEqual({ path: 'f#1.csv', array: undefined })
})

const digits = realData('digits.csv')
test.skipIf(digits === undefined)('digits.csv is all integers, three of its pixels constant', () => {
  const dataset = valueOf(parseCsv(readFileSync(digits!, 'utf8'), 'digits.csv'))
  expect(integerColumns(dataset)).toHaveLength(64)
  const constant = summariseColumns(dataset).filter((summary) => summary.constant).map(({ name }) => name)
  expect(constant).toEqual(['p0', 'p32', 'p39'])
  const codes = checkColumns(dataset, { dequantized: [] }).map(({ code }) => code)
  expect(codes).toEqual(['constant-column', 'constant-column', 'constant-column'])
  expect(checkColumns(dataset, { dequantized: dataset.columns })).toEqual([])
})

const cancer = realData('breast-cancer.csv')
test.skipIf(cancer === undefined)('breast-cancer.csv is all real and without fault', () => {
  const dataset = valueOf(parseCsv(readFileSync(cancer!, 'utf8'), 'breast-cancer.csv'))
  expect(integerColumns(dataset)).toEqual([])
  expect(checkColumns(dataset, { dequantized: [] })).toEqual([])
  // Mean of the first feature as published with the data set: 14.127.
  expect(summariseColumns(dataset)[0]!.mean).toBeCloseTo(14.127, 3)
})
