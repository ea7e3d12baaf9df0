/** Context columns as vectors: what is a class, what a number, and what neither takes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classSlot, classesOf, logPriors, withClass } from '../../../src/core/data/context-class.ts'
import {
  type ContextEncoding, contextOffsets, contextSize, encodeContext, encodeValues, fewClasses, fitContext, mostClasses, repeatContext,
} from '../../../src/core/data/context.ts'
import { parseCsv } from '../../../src/core/data/csv.ts'
import { type SideColumn, takeRows } from '../../../src/core/data/dataset.ts'
import type { Result } from '../../../src/core/issues.ts'
import { valueOf } from './results.ts'

const codesOf = ({ issues }: Result<unknown>): string[] => issues.map(({ code }) => code)
const numbers = (name: string, values: readonly number[]): SideColumn => ({ name, values: Float64Array.from(values) })
const texts = (name: string, cells: readonly string[]): SideColumn => {
  const classes = [...new Set(cells)].sort()
  return { name, values: Float64Array.from(cells, (cell) => classes.indexOf(cell)), classes }
}
const fit = (...columns: readonly SideColumn[]): ContextEncoding => valueOf(fitContext(columns, undefined, 'data.csv'))

describe('what is a class and what a number', () => {
  it('text is a class, in alphabetical order, with the rows of each', () => {
    expect(fit(texts('sex', ['m', 'f', 'm']))).toEqual([{ name: 'sex', kind: 'class', classes: ['f', 'm'], counts: [1, 2] }])
  })

  it('few whole numbers are classes, in rising order; one more makes them numbers', () => {
    const few = Array.from({ length: fewClasses }, (_, i) => 3 * (fewClasses - i) - 9)
    expect(fit(numbers('rooms', few))[0]).toMatchObject({ kind: 'class', classes: [...few].reverse().map(String) })
    expect(fit(numbers('rooms', [...few, 100]))[0]).toMatchObject({ kind: 'number' })
  })

  it('a label may have many more classes', () => {
    const many = numbers('label', Array.from({ length: mostClasses }, (_, i) => i))
    expect(valueOf(fitContext([many], 'label', 'data.csv'))[0]).toMatchObject({ kind: 'class' })
    expect(valueOf(fitContext([many], 'other', 'data.csv'))[0]).toMatchObject({ kind: 'number' })
    const more = numbers('label', Array.from({ length: mostClasses + 1 }, (_, i) => i))
    expect(valueOf(fitContext([more], 'label', 'data.csv'))[0]).toMatchObject({ kind: 'number' })
  })

  it('numbers that are not whole are numbers, with their mean and standard deviation', () => {
    expect(fit(numbers('age', [1.5, 2.5, 4.5, 7.5]))).toEqual([
      { name: 'age', kind: 'number', mean: 4, scale: Math.sqrt((2.5 ** 2 + 1.5 ** 2 + 0.5 ** 2 + 3.5 ** 2) / 4) },
    ])
  })

  it('a column of one value is told of', () => {
    for (const column of [numbers('a', [0.1, 0.1, 0.1]), texts('a', ['x', 'x'])]) {
      expect(codesOf(fitContext([column], undefined, 'data.csv'))).toEqual(['context-constant'])
    }
  })

  it('thousands of names are refused, with the column that has them', () => {
    const names = texts('name', Array.from({ length: 4 * mostClasses + 1 }, (_, i) => `n${i}`))
    const refused = fitContext([texts('sex', ['f', 'm']), names], undefined, 'data.csv')
    expect(refused.ok).toBe(false)
    expect(refused.issues[0]).toMatchObject({ code: 'context-too-large', fix: expect.stringContaining('"name"') as string })
  })

  it('the classes are those of the training rows only', () => {
    const all = valueOf(parseCsv('x,kind\n1.5,b\n2.5,a\n3.5,c\n', 'data.csv', { context: ['kind'] }))
    const [kind] = fit(...takeRows(all, [0, 2]).context ?? [])
    expect(kind).toEqual({ name: 'kind', kind: 'class', classes: ['b', 'c'], counts: [1, 1] })
  })
})

const mixed = fit(texts('sex', ['f', 'm', 'f', 'f']), numbers('age', [20.5, 30.5, 40.5, 30.5]), numbers('rooms', [3, 1, 2, 1]))

describe('vectors', () => {
  it('have a place for each class and one for each number, column by column', () => {
    expect([contextSize(mixed), contextOffsets(mixed)]).toEqual([6, [0, 2, 3]])
    const vectors = valueOf(encodeContext(mixed, [texts('sex', ['m', 'f']), numbers('age', [30.5, 20.5]), numbers('rooms', [1, 3])], 'a'))
    const low = Math.fround(-10 / Math.sqrt(50))
    expect([...vectors]).toEqual([0, 1, 0, 1, 0, 0, 1, 0, low, 0, 0, 1])
  })

  it('of values by column are those of rows, whatever a number looks like', () => {
    const row = valueOf(encodeContext(mixed, [texts('sex', ['f']), numbers('age', [41]), numbers('rooms', [2])], 'a'))
    for (const rooms of [2, '2', '2.0', '02']) {
      expect(valueOf(encodeValues(mixed, { rooms, age: '41', sex: 'f' }, '--context'))).toEqual(row)
    }
  })

  it('standardise the training rows to mean 0 and deviation 1', () => {
    fc.assert(fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 50 }).filter((values) =>
        new Set(values).size > 2 && Math.max(...values) - Math.min(...values) > 1e-3 && values.some((v) => !Number.isInteger(v))),
      (values) => {
        const column = numbers('v', values)
        const vectors = valueOf(encodeContext(fit(column), [column], 'a'))
        const mean = vectors.reduce((sum, v) => sum + v / vectors.length, 0)
        const square = vectors.reduce((sum, v) => sum + v * v / vectors.length, 0)
        // float32 rounds values that are at most √50 in size.
        expect(Math.abs(mean)).toBeLessThan(1e-6)
        expect(Math.abs(square - 1)).toBeLessThan(1e-5)
      }), { seed: 905, numRuns: 100 })
  })

  it('take the first class and the mean where there may be defaults', () => {
    expect([...valueOf(encodeValues(mixed, { sex: 'm' }, 'a', 'default'))]).toEqual([0, 1, 0, 1, 0, 0])
    expect([...repeatContext(Float32Array.of(1, 2), 2)]).toEqual([1, 2, 1, 2])
  })
})

describe('what is refused', () => {
  const issue = (values: Readonly<Record<string, string | number>>) => encodeValues(mixed, values, '--context').issues
  it('a missing column, with an example of what it takes', () => {
    expect(issue({ sex: 'f', rooms: 1 })).toEqual([{
      code: 'context-missing', severity: 'error', at: '--context', fix: 'give it, for example --context age=30.5',
      message: 'the flow depends on the context column "age", and there is no value for it: expected a number',
    }])
  })

  it('a class never seen, with those that were', () => {
    expect(issue({ sex: 'x', age: 1, rooms: 1 })).toEqual([{
      code: 'context-unseen-class', severity: 'error', at: '--context', fix: 'use one of: f, m',
      message: 'the flow has never seen the class "x" of the context column "sex"; it knows: f, m',
    }])
    expect(issue({ sex: 'f', age: 1, rooms: '' })[0]).toMatchObject({ code: 'context-unseen-class' })
  })

  it('what is not a number, and an unknown column', () => {
    expect(issue({ sex: 'f', age: 'old', rooms: 1 })[0]).toMatchObject({ code: 'context-not-a-number' })
    expect(issue({ sex: 'f', age: '', rooms: 1 })[0]).toMatchObject({ code: 'context-not-a-number' })
    expect(issue({ sex: 'f', age: 1, room: 1, rooms: 1 })).toMatchObject([{ code: 'context-unknown-column', fix: expect.stringContaining("'rooms'") as string }])
  })

  it('in rows, the first row of each column that has none', () => {
    const refused = encodeContext(mixed, [texts('sex', ['f', 'd', 'e']), texts('age', ['1', 'x', 'y']), numbers('rooms', [1, 1, 7])], 'data.csv')
    expect(refused.issues.map(({ code, at }) => [code, at])).toEqual([
      ['context-unseen-class', 'data.csv example 2, column "sex"'],
      ['context-not-a-number', 'data.csv example 2, column "age"'],
      ['context-unseen-class', 'data.csv example 3, column "rooms"'],
    ])
  })
})

describe('the class in a context', () => {
  const encoding = fit(numbers('age', [1.5, 2.5, 3.5, 4.5]), texts('kind', ['a', 'b', 'b', 'b']))
  it('is the one class column', () => {
    expect(classSlot(encoding)).toMatchObject({ offset: 1, size: 3, column: { name: 'kind' } })
    expect(classSlot(mixed)).toBeUndefined()
    expect(classSlot(fit(numbers('age', [1.5, 2.5])))).toBeUndefined()
  })

  it('can be read and exchanged, and leaves the rest as it is', () => {
    const slot = classSlot(encoding)!
    const contexts = valueOf(encodeContext(encoding, [numbers('age', [2, 3]), texts('kind', ['b', 'a'])], 'a'))
    expect([...classesOf(contexts, slot)]).toEqual([1, 0])
    const other = withClass(contexts, slot, 0)
    expect([...classesOf(other, slot)]).toEqual([0, 0])
    expect([other[0], other[3]]).toEqual([contexts[0], contexts[3]])
    expect([...classesOf(contexts, slot)]).toEqual([1, 0])
    expect([...logPriors(slot)]).toEqual([Math.log(0.25), Math.log(0.75)])
  })
})

describe('columns of files', () => {
  const text = 'x,kind,age,label\n1.5,b,20,0\n2.5,a,30,1\n'
  it('context stands beside the data, and so does the label', () => {
    const dataset = valueOf(parseCsv(text, 'data.csv', { context: ['age', 'label'], columns: ['x'] }))
    expect(dataset).toMatchObject({ columns: ['x'], label: { name: 'label' } })
    expect(dataset.context).toEqual([numbers('age', [20, 30]), numbers('label', [0, 1])])
    expect(valueOf(parseCsv(text, 'data.csv', { context: ['kind'] })).columns).toEqual(['x', 'age'])
  })

  it('is read alone where no data are asked for, and as names where the encoding knows them', () => {
    const dataset = valueOf(parseCsv(text, 'data.csv', { columns: [], context: ['label'], textContext: true }))
    expect(dataset).toMatchObject({ rows: 2, columns: [], context: [{ name: 'label', classes: ['0', '1'] }] })
  })

  it('a column cannot be both', () => {
    expect(codesOf(parseCsv(text, 'data.csv', { columns: ['x', 'age'], context: ['age'] }))).toEqual(['context-is-column'])
    expect(codesOf(parseCsv(text, 'data.csv', { context: ['kind', 'kind'] }))).toEqual(['column-twice'])
    expect(codesOf(parseCsv(text, 'data.csv', { context: ['knd'] }))).toEqual(['unknown-context-column'])
    expect(codesOf(parseCsv(text, 'data.csv', { columns: [] }))).toEqual(['no-columns'])
  })
})
