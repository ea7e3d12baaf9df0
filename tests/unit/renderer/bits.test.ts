/** Bits per dimension of curves and tables: what is noise is left out, whatever its unit. */
import { describe, expect, test } from 'vitest'
import { readDocumentJson } from '../../../src/core/design/document.ts'
import { Curves } from '../../../src/renderer/views/train/curves.ts'
import { metricTiles } from '../../../src/renderer/views/train/tiles.ts'
import { inUnit } from '../../../src/renderer/views/train/words.ts'
import { bestOf, gapOf, testOf } from '../../../src/renderer/views/runs/figures.ts'
import type { RunSummary } from '../../../src/shared/api.ts'
import { meanLogUnit } from '../../../src/shared/bits.ts'
import { valueOf } from '../data/results.ts'

/** Two columns in units of ¼, two in whole numbers. */
const layers = [
  { id: 'quarters', kind: 'dequantize', options: { unit: 0.25, columns: [0, 1] } },
  { id: 'whole', kind: 'dequantize', options: { columns: [2, 3] } },
]
const document = valueOf(readDocumentJson({ format: 'flowsmith-project', version: 1, name: 'x', design: { event: [4], layers, base: { kind: 'gaussian' } } }, 'x'))
const summary: RunSummary = {
  run: 'r', name: 'r', note: '', state: 'stopped', created: '', step: 10, steps: 10, parameters: 5, dimension: 4, objective: 'maximum-likelihood', entropy: null,
  dequantized: true, meanLogUnit: meanLogUnit(document.design), best: { step: 10, nll: 3 }, testNll: undefined, engine: 'onnxruntime', source: '/a.csv', failure: undefined,
}
describe('bits per dimension with a unit that is not 1', () => {
  // Half of the columns have the unit ¼: one bit more a dimension on average.
  const bits = 3 / 4 / Math.LN2 + 1

  test('are those of the test, in tables and curves', () => {
    expect(bestOf(summary, 'bits')).toBeCloseTo(bits, 12)
    expect(testOf({ ...summary, testNll: 3 }, 'bits')).toBeCloseTo(bits, 12)
    expect(inUnit(3, 'bits', summary)).toBeCloseTo(bits, 12)
    expect(inUnit(3, 'nats', summary)).toBe(3)
    const curves = new Curves()
    curves.append([{ type: 'validation', step: 10, nll: 3 }])
    expect(metricTiles(summary, curves, undefined, 'bits').find(({ name }) => name === 'Best')?.value).toBe(bits.toFixed(3))
  })

  test('leave differences alone', () => {
    expect(gapOf({ ...summary, entropy: 2 }, 'bits')).toBeCloseTo(1 / 4 / Math.LN2, 12)
  })
})
