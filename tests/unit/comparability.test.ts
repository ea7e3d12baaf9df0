/** When test figures of two runs are of the same thing. */
import { describe, expect, it } from 'vitest'
import { readDocumentJson } from '../../src/core/design/document.ts'
import { type TestedRun, discrepancies, discrepancyText } from '../../src/shared/comparability.ts'
import { valueOf } from './data/results.ts'

interface Settings {
  readonly source?: string
  readonly fingerprint?: string
  readonly columns?: readonly string[]
  readonly context?: TestedRun['context']
  readonly seed?: number
  readonly split?: { readonly validation: number; readonly test: number }
  readonly unit?: number
  readonly target?: { readonly source: string; readonly box?: readonly [number, number] }
}

function run({ source = '/data/table.csv', fingerprint = 'one', columns = ['a', 'b'], context = [], seed = 0, split, unit, target }: Settings = {}): TestedRun {
  const layers = unit === undefined ? [] : [{ id: 'noise', kind: 'dequantize', options: { unit, columns: [1] } }]
  const document = valueOf(readDocumentJson({
    format: 'flowsmith-project', version: 1, name: 'x', design: { event: [2], layers, base: { kind: 'gaussian' } },
    training: { seed, ...(target === undefined ? {} : { objective: { kind: 'reverse-kl' } }) },
    ...(target === undefined ? { data: { source, ...(split === undefined ? {} : { split }) } } : { target }),
  }, 'x'))
  return { source: target === undefined ? source : `target:${target.source}`, fingerprint, columns, context, document }
}
const between = (a: Settings, b: Settings): readonly string[] => discrepancies(run(a), run(b)).map(({ what, here, there }) => `${what}: ${here} | ${there}`)

describe('test figures', () => {
  it('are of the same thing, wherever the file lies and whatever was trained', () => {
    expect(between({}, {})).toEqual([])
    expect(between({ source: '/elsewhere/copy.csv' }, {})).toEqual([])
    // The shares that are taken where none are given.
    expect(between({ split: { validation: 0.1, test: 0.1 } }, {})).toEqual([])
    expect(between({ unit: 1 }, { unit: 1 })).toEqual([])
  })

  it.each<[Settings, Settings, readonly string[]]>([
    [{ seed: 3 }, {}, ['seed of the split: 3 | 0']],
    [{ split: { validation: 0.1, test: 0.25 } }, {}, ['held-out shares: validation 10 %, test 25 % | validation 10 %, test 10 %']],
    [{ columns: ['a', 'c'], fingerprint: 'two' }, {}, ['columns: a, c | a, b']],
    [{ context: [{ name: 'k', kind: 'number', mean: 0, scale: 1 }], fingerprint: 'two' }, {}, ['context columns: k | none']],
    [{ unit: 1 }, {}, ['dequantized columns: b | none']],
    [{ unit: 0.5 }, { unit: 1 }, ['dequantized columns: b, unit 0.5 | b']],
    [{ source: 'synthetic:moons', fingerprint: 'two', seed: 1 }, { source: 'synthetic:moons' }, ['seed of the draws: 1 | 0']],
    [{ source: '/data/other.csv', fingerprint: 'two' }, {}, ['data: /data/other.csv | /data/table.csv']],
    [{ fingerprint: 'two' }, {}, ['contents of the data: two | one']],
    [{ target: { source: 'u1' } }, { target: { source: 'u2' }, fingerprint: 'two' }, ['target: target:u1 | target:u2']],
    [{ target: { source: 'u1', box: [-4, 4] } }, { target: { source: 'u1' }, fingerprint: 'two' }, ['box: -4 to 4 | none']],
    // A seed decides no test part of a density.
    [{ target: { source: 'u1' }, seed: 1 }, { target: { source: 'u1' } }, []],
  ])('of %j and %j are told apart', (a, b, expected) => {
    expect(between(a, b)).toEqual(expected)
  })

  it('are told in one line', () => {
    expect(discrepancyText(discrepancies(run({ seed: 1, unit: 1 }), run()))).toBe('dequantized columns: b – not none; seed of the split: 1 – not 0')
  })
})
