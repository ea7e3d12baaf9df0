/** Formulas in parts, so that they wrap in a narrow panel. */
import { expect, test } from 'vitest'
import { layers } from '../../../src/core/flow/layers/index.ts'
import { renderFormula } from '../../../src/renderer/views/design/katex.ts'
import { partsOf } from '../../../src/renderer/views/design/formula-parts.ts'

test('are cut between formulas, not inside of one', () => {
  expect(partsOf(String.raw`z = a,\quad c = \min(x, m)`)).toEqual(['z = a,', String.raw`c = \min(x, m)`])
  expect(partsOf(String.raw`a\qquad\left|\begin{vmatrix} p & 0\quad \\ q \end{vmatrix}\right|`)).toHaveLength(2)
  expect(partsOf(String.raw`\text{a \quad b}`)).toHaveLength(1)
  expect(partsOf(String.raw`\{ a \}\quad b`)).toEqual([String.raw`\{ a \}`, 'b'])
})
test('every layer has parts that can be set', () => {
  for (const { kind, docs } of Object.values(layers)) for (const part of partsOf(docs.latex)) expect(renderFormula(part), `${kind}: ${part}`).not.toContain('katex-error')
})
