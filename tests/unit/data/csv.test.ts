import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatCsv, parseCsv, shortestFloat32 } from '../../../src/core/data/csv.ts'
import type { CsvOptions } from '../../../src/core/data/csv.ts'
import { realData } from './real-data.ts'
import { issuesOf, onlyIssue, valueOf } from './results.ts'

const parse = (text: string, options?: CsvOptions) => parseCsv(text, 'f.csv', options)
const rowsOf = (text: string, options?: CsvOptions) => {
  const { values, rows, columns } = valueOf(parse(text, options))
  const width = columns.length
  return Array.from({ length: rows }, (_, row) => [...values.subarray(row * width, (row + 1) * width)])
}

describe('what a file may look like', () => {
  test('a header is recognised by a cell that is not a number', () => {
    const dataset = valueOf(parse('a,b\n1,2\n3,4\n'))
    expect(dataset).toMatchObject({ columns: ['a', 'b'], rows: 2, event: [2], source: 'f.csv' })
    expect([...dataset.values]).toEqual([1, 2, 3, 4])
  })

  test('without a header the columns are called x1 … xD', () => {
    expect(valueOf(parse('1,2\n3,4')).columns).toEqual(['x1', 'x2'])
    expect(valueOf(parse('a,2\n3,4', { header: true })).columns).toEqual(['a', '2'])
    expect(onlyIssue(parse('a,2\n3,4', { header: false }))).toMatchObject({
      code: 'csv-not-a-number', at: 'f.csv row 1, column 1',
    })
  })

  test.each([
    ['LF', 'a,b\n1,2\n3,4\n'],
    ['no line end at the end', 'a,b\n1,2\n3,4'],
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['CR', 'a,b\r1,2\r3,4\r'],
    ['byte order mark', '\ufeffa,b\n1,2\n3,4\n'],
    ['semicolons', 'a;b\n1;2\n3;4\n'],
    ['tabs', 'a\tb\n1\t2\n3\t4\n'],
    ['spaces', ' a  b\n 1  2 \n 3 4\n'],
    ['blanks around cells', 'a , b\n 1, 2 \n3,4\n'],
    ['blank last lines', 'a,b\n1,2\n3,4\n\n  \n\r\n'],
    ['quoted cells', '"a","b"\n"1",2\n3,"4"\n'],
    ['quoted cells and CRLF', '"a","b"\r\n"1",2\r\n3,"4"\r\n'],
  ])('%s', (_, text) => {
    const dataset = valueOf(parse(text))
    expect(dataset.columns).toEqual(['a', 'b'])
    expect([...dataset.values]).toEqual([1, 2, 3, 4])
  })

  test('names may hold delimiters, quotes and line ends', () => {
    const text = '"a, in m","say ""b""","two\nlines"\n1,2,3\n4,x,6\n'
    const result = parse(text)
    expect(onlyIssue(result)).toMatchObject({ at: 'f.csv row 4, column "say "b""' })
    expect(valueOf(parse(text.replace('x', '5'))).columns).toEqual(['a, in m', 'say "b"', 'two\nlines'])
  })

  test('a single column needs no delimiter, and its name may hold a space', () => {
    expect(valueOf(parse('mean radius\n1\n2\n'))).toMatchObject({ columns: ['mean radius'], rows: 2 })
  })

  test('a delimiter may be asked for', () => {
    expect(rowsOf('1|2\n3|4', { delimiter: '|' })).toEqual([[1, 2], [3, 4]])
    expect(onlyIssue(parse('1,2', { delimiter: '::' })).code).toBe('csv-delimiter')
  })

  test.each([
    ['1e3', 1000], ['-.5', -0.5], ['+2.', 2], ['1E-7', 1e-7], ['0', 0], ['00012', 12],
    ['3.4028234663852886e38', 3.4028234663852886e38],
  ])('%s is a number', (cell, value) => {
    expect(rowsOf(`a\n${cell}\n`)).toEqual([[value]])
  })
})

describe('columns and labels', () => {
  const text = 'a,b,label,c\n1,2,0,3\n4,5,1,6\n'

  test('a column called label accompanies the rows, without an issue', () => {
    const result = parse(text)
    const dataset = valueOf(result)
    expect(dataset.columns).toEqual(['a', 'b', 'c'])
    expect([...dataset.values]).toEqual([1, 2, 3, 4, 5, 6])
    expect(dataset.label).toEqual({ name: 'label', values: Float64Array.of(0, 1) })
    expect(result.issues).toEqual([])
  })

  test('columns come in the order asked for', () => {
    const dataset = valueOf(parse(text, { columns: ['c', 'label'] }))
    expect([...dataset.values]).toEqual([3, 0, 6, 1])
    expect(dataset).not.toHaveProperty('label')
    const { label } = valueOf(parse(text, { columns: ['a'], label: 'b' }))
    expect(label).toEqual({ name: 'b', values: Float64Array.of(2, 5) })
  })

  test('columns that are not asked for need not be numbers', () => {
    expect(rowsOf('id,a,\nx,1,\ny,2,\n', { columns: ['a'] })).toEqual([[1], [2]])
  })

  test('without a header, columns go by number or name', () => {
    expect(rowsOf('1,2,3\n4,5,6\n', { columns: ['3', 'x1'], label: '2' })).toEqual([[3, 1], [6, 4]])
    expect(onlyIssue(parse('1,2,3\n4,5,6\n', { columns: ['4'] })).code).toBe('unknown-column')
  })

  test('text labels become sorted classes', () => {
    const { label } = valueOf(parse('a,label\n1,setosa\n2,iris\n3,setosa\n'))
    expect(label).toEqual({ name: 'label', values: Float64Array.of(1, 0, 1), classes: ['iris', 'setosa'] })
    expect(onlyIssue(parse('a,label\n1,setosa\n2,\n'))).toMatchObject({
      code: 'csv-empty-cell', at: 'f.csv row 3, column "label"',
    })
    expect(onlyIssue(parse('a,label\n1,0\n2,one\n'))).toMatchObject({ code: 'csv-not-a-number' })
  })

  test.each<[string, CsvOptions, string, RegExp]>([
    ['a name that is not there', { columns: ['a', 'lable'] }, 'unknown-column', /a, b, label, c/],
    ['a label that is not there', { label: 'z' }, 'unknown-column', /"z"/],
    ['a column twice', { columns: ['a', 'b', 'a'] }, 'column-twice', /"a"/],
    ['a label that is data', { columns: ['a', 'b'], label: 'b' }, 'label-is-column', /"b"/],
    ['no columns', { columns: [] }, 'no-columns', /No column/],
  ])('%s', (_, options, code, message) => {
    const issue = onlyIssue(parse(text, options))
    expect(issue.code).toBe(code)
    expect(issue.message).toMatch(message)
    expect(issue.fix).toBeDefined()
  })

  test('the nearest name is suggested', () => {
    expect(onlyIssue(parse(text, { columns: ['lable'] })).fix).toBe('Did you mean "label"?')
    const misspelt = parse('mean_radius,b\n1,2\n', { columns: ['Mean_Radus'] })
    expect(onlyIssue(misspelt).fix).toBe('Did you mean "mean_radius"?')
    expect(onlyIssue(parse(text, { columns: ['q'] })).fix).toBe('Ask for columns that are there.')
  })

  test('a file of labels alone has nothing to model', () => {
    expect(onlyIssue(parse('label\n1\n2\n')).code).toBe('no-columns')
  })
})

describe('mistakes', () => {
  test.each([
    ['empty file', '', 'csv-empty-file', 'f.csv'],
    ['blank file', '\n \n', 'csv-empty-file', 'f.csv'],
    ['header only', 'a,b\n\n', 'csv-header-only', 'f.csv'],
    ['row too short', 'a,b\n1,2\n3\n', 'csv-ragged-row', 'f.csv row 3'],
    ['row too long', '1,2\n3,4,5\n', 'csv-ragged-row', 'f.csv row 2'],
    ['empty cell', 'a,b\n1,\n', 'csv-empty-cell', 'f.csv row 2, column "b"'],
    ['empty first cell', ',2\n3,4\n', 'csv-empty-cell', 'f.csv row 1, column 1'],
    ['blank cell', 'a,b\n1, \n', 'csv-empty-cell', 'f.csv row 2, column "b"'],
    ['text', 'a,b\n1,two\n', 'csv-not-a-number', 'f.csv row 2, column "b"'],
    ['hexadecimal', 'a,b\n1,0x1F\n', 'csv-not-a-number', 'f.csv row 2, column "b"'],
    ['NaN', 'a,b\n1,NaN\n', 'csv-nan', 'f.csv row 2, column "b"'],
    ['missing value', 'a,b\n1,NA\n', 'csv-nan', 'f.csv row 2, column "b"'],
    ['NaN in the first row', '1,nan\n2,3\n', 'csv-nan', 'f.csv row 1, column 2'],
    ['infinity', 'a,b\n1,-inf\n', 'csv-infinite', 'f.csv row 2, column "b"'],
    ['beyond float64', 'a,b\n1,1e999\n', 'csv-infinite', 'f.csv row 2, column "b"'],
    ['beyond float32', 'a,b\n1,-3.5e38\n', 'csv-infinite', 'f.csv row 2, column "b"'],
    ['one name twice', 'a,b,a\n1,2,3\n', 'csv-duplicate-column', 'f.csv row 1'],
    ['no name', ',b\n1,2\n', 'csv-unnamed-column', 'f.csv row 1'],
    ['blank line between rows', 'a,b\n1,2\n\n3,4\n', 'csv-blank-row', 'f.csv row 3'],
    ['open quote', 'a,b\n1,2\n"3,4\n5,6\n', 'csv-open-quote', 'f.csv row 3'],
  ])('%s', (_, text, code, at) => {
    const issue = onlyIssue(parse(text))
    expect(issue).toMatchObject({ code, at, severity: 'error' })
    expect(issue.message).not.toBe('')
    expect(issue.fix).toBeDefined()
  })

  test('text after a closing quote is not dropped', () => {
    expect(onlyIssue(parse('a,b\n1,"2"e\n')).code).toBe('csv-not-a-number')
  })

  test('decimal commas and thousands separators are named', () => {
    expect(onlyIssue(parse('a;b\n1,5;2\n')).fix).toMatch(/decimals with a point/)
    expect(onlyIssue(parse('a,b\n"1,234.5",2\n')).fix).toMatch(/separators of thousands/)
  })

  test('every bad cell has its issue, at most five of a kind, then their count', () => {
    const issues = issuesOf(parse(`a,b\n${'x,y\n'.repeat(4)}1,\n`))
    expect(issues.filter(({ code }) => code === 'csv-not-a-number').map(({ at }) => at)).toEqual([
      'f.csv row 2, column "a"', 'f.csv row 2, column "b"', 'f.csv row 3, column "a"', 'f.csv row 3, column "b"',
      'f.csv row 4, column "a"', 'f.csv',
    ])
    expect(issues.at(-1)!.message).toBe('3 more of the same kind (8 in all).')
    expect(issues.filter(({ code }) => code === 'csv-empty-cell')).toHaveLength(1)
  })

  test('doubtful headers are pointed out', () => {
    const iris = parse('5.1,3.5,setosa\n4.9,3.0,setosa\n', { label: 'setosa' })
    expect(iris.issues).toMatchObject([{ code: 'csv-header-of-numbers', severity: 'warning' }])
    expect(valueOf(iris).rows).toBe(1)
    expect(parse('0,1,2\n0.5,0.25,0.1\n').issues).toMatchObject([{ code: 'csv-header-of-counts', severity: 'warning' }])
    expect(parse('0,1,label\n0.5,0.25,1\n').issues).toEqual([])
    expect(parse('0,1,2\n0.5,0.25,0.1\n', { header: false }).issues).toEqual([])
  })
})

describe('writing', () => {
  test('what is written is read back, whatever the names and numbers', () => {
    const name = fc.string({ minLength: 1 }).map((text) => text.trim()).filter((text) => text !== '')
    const names = fc.uniqueArray(name, { minLength: 1, maxLength: 5 })
    const number = fc.double({ min: -3.4e38, max: 3.4e38, noNaN: true })
    fc.assert(fc.property(names, fc.array(number, { minLength: 5, maxLength: 30 }), (columns, numbers) => {
      const rows = Math.max(1, Math.floor(numbers.length / columns.length))
      const values = Float64Array.from({ length: rows * columns.length }, (_, i) => numbers[i % numbers.length]!)
      const result = parse(formatCsv(columns, values, rows), { header: true, columns, delimiter: ',' })
      expect(valueOf(result)).toMatchObject({ columns, rows })
      expect(valueOf(result).values).toEqual(values)
    }), { seed: 7 })
  })

  test('float32 keeps every bit in at most nine digits', () => {
    const bits = new Uint32Array(1)
    const single = new Float32Array(bits.buffer)
    fc.assert(fc.property(fc.integer({ min: 0, max: 0xffffffff }), (pattern) => {
      bits[0] = pattern
      const value = single[0]!
      fc.pre(Number.isFinite(value))
      const text = shortestFloat32(value)
      expect(Math.fround(Number(text))).toBe(value)
      const digits = text.replace(/e.*/, '').replaceAll(/\D/g, '').replace(/^0+/, '').replace(/0+$/, '')
      expect(digits.length).toBeLessThanOrEqual(9)
    }), { seed: 11, numRuns: 20_000 })
  })

  test('decimals are the shortest of their precision', () => {
    const tenth = Math.fround(0.1)
    expect(formatCsv(['a'], Float32Array.of(0.1, 3, -0, 16777216, 1e-45), 5)).toBe('a\n0.1\n3\n-0\n16777216\n1e-45\n')
    expect(formatCsv(['a'], Float64Array.of(tenth), 1)).toBe('a\n0.10000000149011612\n')
    expect(formatCsv(['a'], Float64Array.of(tenth), 1, 'float32')).toBe('a\n0.1\n')
    expect(formatCsv(['a,b', 'say "c"'], Float64Array.of(NaN, -Infinity), 1)).toBe('"a,b","say ""c"""\nNaN,-inf\n')
    expect(() => formatCsv(['a'], Float64Array.of(1, 2), 1)).toThrow('formatCsv')
  })
})

test('100,000 rows of 20 numbers take less than 1.5 s', () => {
  const line = Array.from({ length: 20 }, (_, j) => (Math.sin(j) * 100).toFixed(6)).join(',')
  const text = `${line}\n`.repeat(100_000)
  // Processor time, the best of three, so that a busy machine does not count as a slow parser.
  const times = [1, 2, 3].map(() => {
    const start = process.cpuUsage()
    expect(valueOf(parse(text)).rows).toBe(100_000)
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  })
  expect(Math.min(...times)).toBeLessThan(1.5)
})

const digits = realData('digits.csv')
test.skipIf(digits === undefined)('digits.csv', () => {
  const dataset = valueOf(parseCsv(readFileSync(digits!, 'utf8'), 'digits.csv'))
  expect(dataset).toMatchObject({ rows: 1797, event: [64] })
  expect(dataset.columns.at(-1)).toBe('p63')
  expect(new Set(dataset.label!.values)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
  expect([Math.min(...dataset.values), Math.max(...dataset.values)]).toEqual([0, 16])
  expect([...dataset.values.subarray(0, 8)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0])
})

const cancer = realData('breast-cancer.csv')
test.skipIf(cancer === undefined)('breast-cancer.csv', () => {
  const dataset = valueOf(parseCsv(readFileSync(cancer!, 'utf8'), 'breast-cancer.csv'))
  expect(dataset).toMatchObject({ rows: 569, event: [30], label: { name: 'label' } })
  expect(dataset.values[1]).toBe(10.38)
})
