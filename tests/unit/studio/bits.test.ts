/** An evaluation's bits per dimension are of the data before their noise, whatever its unit. */
import { expect, test } from 'vitest'
import { readDocumentJson } from '../../../src/core/design/document.ts'
import { evaluation } from '../../../src/main/studio/evaluate.ts'
import type { RunFile } from '../../../src/main/studio/run-file.ts'
import { bitsPerDimension, meanLogUnit } from '../../../src/shared/bits.ts'
import { valueOf } from '../data/results.ts'

const columns = ['a', 'b', 'c', 'd']
function run(layers: readonly unknown[], dequantized: string[] = columns): RunFile {
  const document = valueOf(readDocumentJson({ format: 'flowsmith-project', version: 1, name: 'x', design: { event: [4], layers, base: { kind: 'gaussian' } } }, 'x'))
  return {
    format: 'flowsmith-run', version: 1, status: 'completed', created: '', updated: '', engine: { name: 'onnxruntime' }, versions: {}, document,
    data: { source: '/a.csv', fingerprint: '', columns, dequantized, rows: { train: 1, validation: 1, test: 1 }, entropy: null },
  }
}
const whole = { id: 'whole', kind: 'dequantize', options: {} }
const bits = (of: RunFile): number | null => evaluation(of, Float32Array.of(-3), undefined).bits_per_dim

test.each([
  ['whole numbers', [whole], 3 / 4 / Math.LN2],
  ['quarters: two bits more', [{ ...whole, options: { unit: 0.25 } }], 3 / 4 / Math.LN2 + 2],
  ['quarters in half of the columns', [{ ...whole, options: { unit: 0.25, columns: [0, 1] } }, { id: 'rest', kind: 'dequantize', options: { columns: [2, 3] } }], 3 / 4 / Math.LN2 + 1],
  ['a layer that is passed by', [{ ...whole, options: { unit: 0.25 }, bypass: true }], 3 / 4 / Math.LN2],
])('%s', (_name, layers, expected) => {
  const of = run(layers)
  expect(bits(of)).toBeCloseTo(expected, 12)
  expect(bitsPerDimension(3, 4, meanLogUnit(of.document.design))).toBe(bits(of))
})

test('none where some columns are not dequantized', () => {
  expect(bits(run([whole], ['a']))).toBeNull()
})
