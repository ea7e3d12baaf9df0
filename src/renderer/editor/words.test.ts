/** Figures as the editor writes them. */
import { expect, test } from 'vitest'
import { layers } from '../../core/flow/layers/index.ts'
import { showCount, summaryOf } from './words.ts'

const coupling = layers['coupling']
if (coupling === undefined) throw new Error('there is no coupling')

test.each([
  [undefined, 'Affine · MLP 2×64 · Halves'],
  [{ transformer: 'rational-quadratic', swap: true }, 'RQ spline · MLP 2×64 · Halves · Swap'],
  [{ transformer: { kind: 'deep-sigmoidal' }, mask: 'alternating' }, 'Deep sigmoidal · MLP 2×64 · Alternating'],
  [{ transformer: { kind: 'affine', bound: 3 } }, 'Affine, largest log-scale 3 · MLP 2×64 · Halves'],
])('a coupling with %j is told in a line, its parts first', (options, line) => {
  expect(summaryOf(coupling, options)).toBe(line)
})

test('counts in three digits', () => {
  expect([842, 9999, 12_420, 999_499, 3_068_000, 2.5e9].map(showCount)).toEqual(['842', '9,999', '12.4 k', '999 k', '3.07 M', '2.50 G'])
})
